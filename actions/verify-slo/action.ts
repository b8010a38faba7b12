import { defineAction } from '../../src/kernel/define.js';
import { oneOf, someTime, workspaceFile } from '../../src/kernel/input-kinds.js';
import { clusterConflicts, clusterInputs } from '../../src/platforms/kubernetes/access/cluster-inputs.js';
import { appInputs, metricsInputs } from '../../src/platforms/kubernetes/app/app-inputs.js';
import { trafficInputs } from '../../src/platforms/kubernetes/inputs/traffic-inputs.js';
import { holderInputs } from '../../src/release/inputs/holder-input.js';
import { undoInputs } from '../../src/release/inputs/undo-inputs.js';
import { upkeepInputs } from '../../src/release/inputs/upkeep-input.js';
import { evidenceInputs } from '../../src/slo/gate/evidence-file.js';

const { 'take-over': _, ...traffic } = trafficInputs;

export const verifySlo = defineAction({
  name: 'verify-slo',
  summary:
    'Gather evidence on whether the canary meets its objectives; pass only on evidence, and put the release back on a breach.',
  post: true,
  keeps: undoInputs,
  elsewhere: {
    duration: 'hold',
    objectives: 'slo',
    analysis: 'slo',
    metrics: 'slo',
    templates: 'slo',
    interval: 'hold',
    pause: 'hold',
    canaryService: 'service',
    'kube-config': 'kubeconfig',
  },
  inputs: {
    ...appInputs,
    slo: workspaceFile(
      'SLO file',
      { text: 'Path of the objectives in the repository.', default: 'slo.yml' },
      async () => (await import('../../src/slo/file/read-slo.js')).readSlo,
    ),
    hold: someTime({
      text: 'The longest to look. A breach ends it at once, a pass as soon as there is enough evidence. A hold that is too short for that at the present rate of requests is refused within seconds.',
      default: '2m',
    }),
    source: oneOf(['pods'], {
      text: "Where the figures come from: the pods' own metrics, read through the API server.",
      default: 'pods',
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
    ...traffic,
    ...metricsInputs,
    ...upkeepInputs,
    ...clusterInputs,
  },
  outputs: {
    verdict:
      '`pass`, `warn`, `fail`, `inconclusive` or `error`. Only `pass` and `warn` let the job go on. Empty where this run has no canary to judge because its version is live already: nothing is judged then, and the job goes on.',
    reason: 'Why, in one sentence.',
    caution:
      "Why the requests that the gate has counted may be machines' and not users': all of one path, at the same even pace on every pod. Empty when nothing speaks for it.",
    'evidence-json':
      'Per objective: verdict, cause and reason; requests of the canary and of stable; the evidence for a fail (ln e-values, and what they have to reach); the upper bound of the bad share; what was still missing for a pass, in requests and minutes.',
  },
  conflicts: clusterConflicts,
});
