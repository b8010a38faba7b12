import { parentPort, workerData } from 'node:worker_threads';
import type { CaseOptions } from './run-case.js';
import { breakModule } from './sabotage/broken-module.js';
import { editOf } from './sabotage/switches.js';
import type { Job } from './workers.js';

const options = workerData as CaseOptions;
const edit = editOf(options.sabotage);
if (edit) breakModule(edit);

// Whatever loads the product comes after what may break it.
const { runJob } = await import('./run-job.js');

parentPort?.on('message', (job: Job) => {
  runJob(job, options).then(
    (end) => parentPort?.postMessage(end),
    (error: unknown) => {
      throw error;
    },
  );
});
