import type { Problem } from '../kernel/errors.js';
import type { GateResult } from '../slo/gate/gate-result.js';
import type { Verdict } from '../slo/objective/objective.js';
import type { Release } from './record/record.js';

/** What came of a step, for outputs and summary; the same from each platform. */
interface Outcome {
  /** Set when the step must fail although it ran to its end. */
  readonly failure?: Problem | undefined;
}

export interface CanaryStepOutcome extends Outcome {
  /** As it is now, moved or put back; absent where there is none. */
  readonly release?: Release | undefined;
  /** Why the step has found nothing to do, and what stable runs where that is why. */
  readonly nothing?: { readonly reason: string; readonly live?: string } | undefined;
  /** The app has been created as this version: `text` says what was not done, because there was no version to share with. */
  readonly created?: { readonly image: string; readonly text: string } | undefined;
  readonly verdict?: Verdict | undefined;
  readonly gate?: GateResult | undefined;
  /** What the platform calls the canary. */
  readonly canaryName: string;
  /** Where users find the app; empty where that is not known. */
  readonly url: string;
  /** By the platform's clock, in milliseconds since the epoch. */
  readonly atMs: number;
}

export interface RollbackOutcome extends Outcome {
  readonly phase: string;
  readonly from: string;
  readonly to: string;
  /** Seconds until the restored version was proven to have all traffic; `''` when nothing was restored or proven. */
  readonly seconds: string;
  readonly reason: string;
  /** A release that stays as it is. */
  readonly left?: Release | undefined;
  /** The release that was undone, as it is on record now. */
  readonly undone?: Release | undefined;
}

export interface VerifyOutcome extends Outcome {
  readonly reason: string;
  /** What was judged, and what came of it; absent where this run has no canary to judge. */
  readonly judged?: { readonly gate: GateResult; readonly release: Release } | undefined;
}
