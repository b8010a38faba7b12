import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { PlannedDrill } from './drills/drill.js';
import type { Race } from './races.js';
import type { CaseEnd, CaseOptions, FaultCase } from './run-case.js';

export type Job =
  | { readonly kind: 'case'; readonly what: FaultCase }
  | { readonly kind: 'race'; readonly what: Race }
  | { readonly kind: 'drill'; readonly what: PlannedDrill };

/** Runs jobs on all cores, and tells of each end; the jobs' order is that of their starts. */
export async function runOnAllCores<J extends Job>(
  jobs: readonly J[],
  options: CaseOptions,
  onEnd: (job: J, end: CaseEnd) => void,
): Promise<void> {
  const queue = [...jobs];
  const count = Math.min(availableParallelism(), queue.length);
  const untilDone = async () => {
    while (queue.length > 0) await work(queue, options, onEnd);
  };
  await Promise.all(Array.from({ length: count }, untilDone));
}

/** Whoever is killed in a case waits for ever, and so stays in memory: after so many jobs a worker holds a gigabyte. A new one is slow until its code is warm. */
const JOBS_OF_A_WORKER = 500;

function work<J extends Job>(queue: J[], options: CaseOptions, onEnd: (job: J, end: CaseEnd) => void): Promise<void> {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: options });
  return new Promise((resolve, reject) => {
    let current: J | undefined;
    let left = JOBS_OF_A_WORKER;
    const next = () => {
      current = left > 0 ? queue.shift() : undefined;
      left -= 1;
      if (current) worker.postMessage(current);
      else worker.terminate().then(() => resolve(), reject);
    };
    worker.on('message', (end: CaseEnd) => {
      if (current) onEnd(current, end);
      next();
    });
    worker.on('error', reject);
    next();
  });
}
