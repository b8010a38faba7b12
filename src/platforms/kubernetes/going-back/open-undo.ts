import type { Runtime } from '../../../kernel/runtime.js';
import type { Cluster } from '../api/cluster.js';
import { openRelease, type TrafficOptions } from '../decide/open.js';
import type { RouterMemory } from '../router.js';
import type { Survey } from '../survey/survey.js';
import type { Work } from '../work.js';

export interface UndoOptions extends TrafficOptions {
  /** Whether a process that is at work on the app is asked to give way, as an undo of any run's release does. */
  readonly asksToYield?: boolean;
}

/** Takes the lock on the app's record to undo what is on it: another process that is undoing it is waited for, and none is given way to. */
export const openUndo = <T>(
  cluster: Cluster,
  found: Survey,
  memory: RouterMemory,
  { asksToYield = false, ...options }: UndoOptions,
  runtime: Runtime,
  undo: (work: Work) => Promise<T>,
): Promise<T> =>
  openRelease(cluster, found, memory, options, runtime, undo, {
    undoes: true,
    ...(asksToYield && { asksToYield: runtime.workflowRun.url }),
  });
