import { dnsLabel } from '../../kernel/input-kinds.js';

/** Which app: the name of its record, and its lock. */
export const appInput = {
  app: dnsLabel({
    text: 'Name of the app; names the release record and the canary, and is the default of `deployment` and `service`. The same in every step: it is the lock.',
    required: true,
    // `d9-<app>` and `<app>-canary` are names of at most 63 characters.
    maxLength: 56,
  }),
};
