import { oneOf, someTime, workspaceFile } from '../../kernel/input-kinds.js';
import { evidenceInputs } from '../../slo/gate/evidence-file.js';
import { appInput } from './app-input.js';
import { holderInputs } from './holder-input.js';

/** What verify-slo takes on each platform. */
export const verifySloInputs = {
  ...appInput,
  slo: workspaceFile(
    'SLO file',
    { text: 'Path of the objectives in the repository.', default: 'slo.yml' },
    async () => (await import('../../slo/file/read-slo.js')).readSlo,
  ),
  hold: someTime({
    text: 'The longest to look. A breach ends it at once, a pass as soon as there is enough evidence. A hold that is too short for that at the present rate of requests is refused within seconds.',
    default: '2m',
  }),
  ...evidenceInputs,
  'on-breach': oneOf(['abort', 'fail'], {
    text: 'What a breach does: put the release back at once and fail (`abort`), or only fail (`fail`).',
    default: 'abort',
  }),
  'on-job-failure': oneOf(['abort', 'hold'], {
    text: 'What happens to the release when this step or a later one of the job fails, or the run is cancelled. One that is promoted by then stays; the rollback action takes it back.',
    default: 'abort',
  }),
  ...holderInputs,
};
