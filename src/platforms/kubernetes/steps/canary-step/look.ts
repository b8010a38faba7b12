import type { Runtime } from '../../../../kernel/runtime.js';
import { ApiError, type Cluster } from '../../api/cluster.js';
import { isFirst } from '../../first-deployment/is-first.js';
import { leaseLedger } from '../../ledger/ledger.js';
import type { Manifest } from '../../manifest/read-manifest.js';
import { refuseGoneInFlight } from '../../survey/gone-in-flight.js';
import { manifestNeeds, releaseNeeds } from '../../survey/needs.js';
import { type Survey, survey } from '../../survey/survey.js';
import { surveyUndo } from '../../survey/undo-survey.js';
import type { StepInputs } from './inputs.js';

export interface Effects extends Runtime {
  /** With `dry-run`, one on which changes are merely planned. */
  readonly cluster: Cluster;
}

/** There is no app yet that a canary could stand beside: the manifest creates it. */
interface FirstDeployment {
  readonly creates: Manifest;
}

/** There is nothing to begin, only something to put back. */
interface Undo {
  readonly undoes: Survey;
}

/** The survey says which right is missing. */
function notReadable(error: unknown): false {
  if (error instanceof ApiError && error.status === 403) return false;
  throw error;
}

/**
 * Reads what the step is to work on.
 * @throws UserError with everything that is missing, unfit or not allowed; nothing has been changed by then
 */
export async function look(inputs: StepInputs, effects: Effects): Promise<Survey | FirstDeployment | Undo> {
  const { cluster, signal } = effects;
  const { app, manifest, weight, deployment = app } = inputs;
  if (weight === 0) return { undoes: await surveyUndo(inputs, effects) };
  if (manifest && weight > 0 && (await isFirst(cluster, deployment, signal).catch(notReadable))) {
    const seen = await leaseLedger(cluster, app).read(signal).catch(notReadable);
    // A stable that was deleted under its release is not to be created as the version that the gate still looks at.
    if (seen) await refuseGoneInFlight(cluster, inputs, seen.record.latest, signal);
    return { creates: manifest };
  }
  return survey(
    cluster,
    inputs,
    (router) => [...releaseNeeds(router, inputs.router), ...(manifest ? manifestNeeds : [])],
    signal,
  );
}
