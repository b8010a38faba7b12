import { defineAction } from '../../src/kernel/define.js';
import { verifySloInputs } from '../../src/release/inputs/verify-slo-inputs.js';
import { onPlatforms } from '../../src/suite.js';

const there = onPlatforms('verify-slo');

export const verifySlo = defineAction({
  name: 'verify-slo',
  summary:
    'Gather evidence on whether the canary meets its objectives; pass only on evidence, and put the release back on a breach.',
  post: true,
  keeps: ['app', 'on-job-failure', ...there.keeps],
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
  inputs: { ...verifySloInputs, ...there.inputs },
  outputs: {
    verdict:
      '`pass`, `warn`, `fail`, `inconclusive` or `error`. Only `pass` and `warn` let the job go on. Empty where this run has no canary to judge because its version is live already: nothing is judged then, and the job goes on.',
    reason: 'Why, in one sentence.',
    caution:
      "Why the requests that the gate has counted may be machines' and not users': all of one path, at the same even pace on every pod. Empty when nothing speaks for it.",
    'evidence-json':
      'Per objective: verdict, cause and reason; requests of the canary and of stable; the evidence for a fail (ln e-values, and what they have to reach); the upper bound of the bad share; what was still missing for a pass, in requests and minutes.',
  },
  foreign: there.foreign,
  conflicts: (inputs) => there.conflicts(inputs),
});
