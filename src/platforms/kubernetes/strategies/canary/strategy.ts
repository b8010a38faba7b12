import type { KubernetesStrategy } from '../../strategy.js';
import { move, refuseUnjudgeable } from './move.js';
import { undo } from './undo.js';
import { warnOfUndrained } from './undrained.js';

/** The canary's code, loaded when a release goes by it. */
export const strategy: KubernetesStrategy = {
  refuse: (asked, { carriesAll, untilHoldMs }) => refuseUnjudgeable(asked, carriesAll, untilHoldMs),
  warn: ({ promotion }, { app, router, isPassed }, log) => warnOfUndrained(app, promotion, router, isPassed, log),
  move,
  undo,
};
