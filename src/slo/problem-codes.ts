import type { ProblemMeaning } from '../kernel/errors.js';

/** What is wrong with objectives and evidence, and what the gate has found. */
export const SLO_PROBLEMS = {
  'evidence-not-recorded': {
    means: 'The file of `evidence-file` can not be written.',
    remedy: 'Name another path.',
  },
  'evidence-unreadable': {
    means: 'The recorded evidence can not be read: a line is none, out of order, or of another objective.',
    remedy: 'Record it anew, or correct the line that the message names.',
  },
  'gate-could-not-look': {
    means: 'The gate could not see what it has to judge, so it passes nothing on.',
    remedy: 'Mend what the message says of pods, pages or the share, and run the step again.',
  },
  'gate-failed': {
    means: 'An objective is broken on the canary. By default the release has been put back.',
    remedy: 'Mend the version; docs/slo.md says how a verdict comes about.',
  },
  'gate-inconclusive': {
    means: 'The gate has seen too little to decide within the hold, and that is no pass.',
    remedy: 'Hold longer, send more traffic, or give the canary a larger share.',
  },
  'slo-file-invalid': {
    means: 'The file of objectives has something that can not be honoured.',
    remedy: 'Mend the lines that the message names; docs/slo.md has the format.',
  },
} as const satisfies Readonly<Record<string, ProblemMeaning>>;

declare module '../kernel/errors.js' {
  interface ProblemCodes extends Record<keyof typeof SLO_PROBLEMS, true> {}
}
