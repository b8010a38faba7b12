/** Platforms whose servers come from PyPI: `npm run test:aws` tries them. */
const NEED_PACKAGES = ['aws-lambda'];

/** Whether the suite that runs is the one that tries a platform. Every platform is tried in one of the two. */
export const triedHere = (kind: string): boolean =>
  NEED_PACKAGES.includes(kind) === (globalThis as { readonly HAS_PACKAGES?: boolean }).HAS_PACKAGES;
