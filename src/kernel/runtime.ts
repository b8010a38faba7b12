import type { Clock } from './clock.js';
import type { ActionDefinition, Outputs } from './define.js';
import type { Environment } from './environment.js';
import type { Problem } from './errors.js';
import type { Log } from './log.js';
import type { WorkflowRun } from './workflow-run.js';

/** What every step is given besides its inputs. */
export interface Runtime {
  readonly environment: Environment;
  readonly workflowRun: WorkflowRun;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborted when the runner cancels the step. */
  readonly signal: AbortSignal;
  readonly state: State;
}

/** A few words that `main` leaves for `post`. The runner keeps them where other steps may see them: no secrets. */
export interface State {
  save(name: string, value: string): void;
  /** Empty when nothing was saved. */
  read(name: string): string;
}

/** Under this name main leaves a sentence for when `post` can't even look: what is in flight and who can undo it. Empty when nothing is. */
export const IN_FLIGHT = 'in-flight';

/** Under this name main leaves a sentence on what it has promoted, which `post` does not undo. */
export const PROMOTED = 'promoted';

/** Under this name main leaves the id of the release that it has begun, gone on with or judged, as long as that is in flight: `post` undoes no other. */
export const OWN_RELEASE = 'own-release';

/** What a step has to say when it is over. Outputs and summary are written before a failure ends the step. */
export interface StepResult<A extends ActionDefinition> {
  readonly outputs: Outputs<A>;
  /** Markdown for the job summary. */
  readonly summary?: string;
  /** Set when the step must fail although it ran to its end, such as a gate that said no. */
  readonly failure?: Problem;
}
