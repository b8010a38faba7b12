import type { Strategy } from '../../release/strategy.js';
import type { Testers } from '../../release/testers.js';
import type { App } from './app/app.js';
import type { Gate } from './gate/judge-hold.js';
import type { Attempt } from './going-back/undo.js';
import type { Router } from './router.js';
import type { Work } from './work.js';

/** `surge`: the canary carries all traffic while stable is updated. `in-place`: the split stays, for clusters without room. */
export type Promotion = 'surge' | 'in-place';

/** What a step asks of a release: a share of the traffic, or all of it for good. */
export interface Move {
  /** Share of the traffic, in percent. */
  readonly weight: number;
  /** Canary pods, when not as many as the share asks for. */
  readonly pods?: number | undefined;
  /** Who gets the canary at any weight; undefined leaves that as it is. */
  readonly testers?: Testers | undefined;
  /** Image of the canary as the step names it; it is the one on record then. */
  readonly image?: string | undefined;
  readonly promotion: Promotion;
  readonly gate?: Gate | undefined;
}

/** A way to release an app on Kubernetes. */
export type KubernetesStrategy = Strategy<{
  readonly work: Work;
  readonly asked: Move;
  readonly reached: Attempt;
  readonly place: {
    readonly carriesAll: boolean;
    /** What may go by at most from a canary's readiness to the beginning of the hold; undefined where it runs already. */
    readonly untilHoldMs: number | undefined;
  };
  readonly surroundings: {
    readonly app: App;
    readonly router: Pick<Router, 'carriesAll' | 'settleMs'>;
    /** Whether requests come to stable past the split, which no router keeps off it. */
    readonly isPassed: boolean;
  };
}>;
