/** Whom the API server records as the owner of the fields that the suite sets. */
export const FIELD_MANAGER = 'd9-actions';
