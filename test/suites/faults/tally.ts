import type { CaseEnd } from './run-case.js';
import type { Job } from './workers.js';

const TELL_EVERY = 500;

/** Counts how jobs end, and says at once which of them broke a promise. */
export class Tally {
  jobs = 0;
  /** Jobs with a violation. */
  failed = 0;
  violations = 0;
  readonly #outcomes = new Map<string, number>();
  readonly #say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  add(job: Job, end: CaseEnd): void {
    this.jobs += 1;
    const outcome = `${subjectOf(job)}: ${end.outcome}`;
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
    this.violations += end.violations.length;
    if (end.violations.length > 0) {
      this.failed += 1;
      this.#say(`${replay(job)}\n  ${end.violations.map((text) => text.replaceAll('\n', '\n    ')).join('\n  ')}`);
    }
    if (this.jobs % TELL_EVERY === 0) this.#say(`${this.jobs} done, ${this.violations} violations`);
  }

  get outcomes(): string {
    return [...this.#outcomes]
      .sort()
      .map(([outcome, times]) => `${outcome}: ${times}`)
      .join('\n');
  }
}

function subjectOf(job: Job): string {
  if (job.kind === 'drill') return `drill ${job.what.name}`;
  return job.kind === 'race' ? `race against ${job.what.against}` : (job.what.blow?.fault ?? 'nothing');
}

/** The options that run a job again. */
function replay(job: Job): string {
  if (job.kind === 'drill') return `--seed ${job.what.seed} --drill ${job.what.name}`;
  if (job.kind === 'race') return `--cases 0 --race ${job.what.seed}`;
  const { scenario, blow, sequel, seed } = job.what;
  const of = `--seed ${seed} --scenario ${scenario}`;
  return blow ? `${of} --index ${blow.index} --fault ${blow.fault} --sequel ${sequel}` : `${of} --cases 0`;
}
