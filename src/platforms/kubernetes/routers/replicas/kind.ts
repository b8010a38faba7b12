import type { Capabilities } from '../../router.js';

/** The share moves when pods come and go behind one Service, so there is no way to keep all traffic off stable. */
export const ABILITIES = {
  kind: 'replicas',
  shares: 'whole-pods',
  carriesAll: false,
  isolation: 'shared',
  splitsTesters: false,
} as const satisfies Capabilities & { readonly kind: string };
