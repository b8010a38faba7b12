/** Shown in the API server's audit log. A test keeps it equal to the version in package.json, which bundles don't carry. */
export const USER_AGENT = 'd9-actions/0.1.0';
