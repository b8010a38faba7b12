import { flag, oneOf, percent, someTime, workspaceFile } from '../../kernel/input-kinds.js';
import { evidenceInputs } from '../../slo/gate/evidence-file.js';
import { appInput } from './app-input.js';
import { holderInputs } from './holder-input.js';

/** What canary-step takes on each platform. */
export const canaryStepInputs = {
  ...appInput,
  weight: percent({ text: 'Share of the traffic for the canary; 100 promotes it, 0 aborts it.', required: true }),
  slo: workspaceFile(
    'SLO file',
    { text: 'Path of the objectives: the canary is judged at this weight, in this step. Without it nothing is judged.' },
    async () => (await import('../../slo/file/read-slo.js')).readSlo,
  ),
  hold: someTime({
    text: 'How long at most to stay at this weight while the gate looks; needs `slo`. A breach ends it at once, a pass as soon as there is enough evidence. Left empty: 2m with `slo`.',
  }),
  'on-breach': oneOf(['abort', 'fail'], {
    text: 'What a breach does: put the release back at once and fail (`abort`), or only fail (`fail`).',
    default: 'abort',
  }),
  ...evidenceInputs,
  'on-job-failure': oneOf(['abort', 'hold'], {
    text: 'What happens to the release when this step or a later one of the job fails, or the run is cancelled. One that is promoted by then stays; the rollback action takes it back.',
    default: 'abort',
  }),
  'hold-for': someTime({ text: 'How long no other run may take this release over, from its first step on.', default: '6h' }),
  irreversible: flag({
    text: 'Whether going back after the promotion would break something, such as a migrated schema. Said by any step of the release, it stands for all that follow.',
    default: 'false',
  }),
  ...holderInputs,
  'dry-run': flag({
    text: 'Print the plan, let the API server check it and look whether stable has the figures, but change nothing.',
    default: 'false',
  }),
};
