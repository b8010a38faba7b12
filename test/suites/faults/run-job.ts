import { runDrill } from './drills/index.js';
import { runRace } from './races.js';
import { type CaseEnd, type CaseOptions, runCase } from './run-case.js';
import type { Job } from './workers.js';

export function runJob(job: Job, options: CaseOptions): Promise<CaseEnd> {
  switch (job.kind) {
    case 'case':
      return runCase(job.what, options);
    case 'race':
      return runRace(job.what, options);
    case 'drill':
      return runDrill(job.what, options);
  }
}
