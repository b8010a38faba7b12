/** Field manager of everything the suite writes. */
export const FIELD_MANAGER = 'd9-actions';
