import type { Log } from '../../../kernel/log.js';
import type { Runtime } from '../../../kernel/runtime.js';
import type { Work } from '../work.js';

/** What a strategy runs with that merely plans: nothing is waited for, nothing is left for `post`, and what it says as it goes is said by the plan. */
export const plannedRuntime = (runtime: Runtime): Runtime => {
  let aheadMs = 0;
  return {
    ...runtime,
    clock: {
      now: () => runtime.clock.now() + aheadMs,
      sleep: async (ms, signal) => {
        signal?.throwIfAborted();
        aheadMs += ms;
      },
    },
    log: withoutProgress(runtime.log),
    state: { read: () => '', save: () => undefined },
  };
};

const withoutProgress = (log: Log): Log => ({
  info: (text) => log.debug(text),
  debug: (text) => log.debug(text),
  warning: (text, place) => log.warning(text, place),
  group: (_heading, work) => work(),
  mask: (secret) => log.mask(secret),
});

/** No traffic follows a share that is merely planned. */
export const unproven = (work: Work): Work => ({
  ...work,
  proveSplit: async () => ({ canary: 0, total: 0, share: undefined, low: 0, high: 100, state: 'undecided' }),
  meter: { begin: async () => undefined, read: async () => undefined },
});
