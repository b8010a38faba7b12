import type { Upkeep } from '../exposition/upkeep.js';

/** A pod that serves metrics. */
export interface MetricsTarget {
  readonly name: string;
  readonly uid: string;
  readonly side: 'canary' | 'stable';
  /** When the pod became ready for the first time, in milliseconds since the Unix epoch. */
  readonly readySince: number;
  /** A pod that has lost its readiness is read all the same: what it failed before then is in its figures. */
  readonly isReady?: boolean;
  /** Changes when a container of the pod is started anew; left out where nobody can know. */
  readonly life?: string;
  /** What is asked of the pod by others than users. */
  readonly upkeep?: Upkeep;
}
