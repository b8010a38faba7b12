import { defineAction } from '../../src/kernel/define.js';
import { holderInputs } from '../../src/release/inputs/holder-input.js';
import { rollbackInputs } from '../../src/release/inputs/rollback-inputs.js';
import { onPlatforms } from '../../src/suite.js';

const there = onPlatforms('rollback');

export const rollback = defineAction({
  name: 'rollback',
  summary: 'Undo what this run released, and nothing else; or bring a Deployment back to a revision that you name.',
  inputs: { ...rollbackInputs, ...there.inputs },
  elsewhere: {
    revision: 'to-revision',
    version: 'to-revision',
    toRevision: 'to-revision',
    undo: 'to-revision',
    image: 'to-image',
    'kube-config': 'kubeconfig',
  },
  outputs: {
    phase: 'Phase of the release after this step: `aborted`, `rolled-back`, or `none` when there was nothing to do.',
    'rolled-back-from': 'Image that was taken out of the traffic; empty when there was nothing to do.',
    'rolled-back-to': 'Image that has all traffic now; empty when there was nothing to do.',
    'mttr-seconds':
      'Seconds from the start of this step until the restored version was proven to run with all traffic; empty when there was nothing to do, or no pod of it is ready.',
    reason: 'What was done or why there was nothing to do, in a sentence or two.',
  },
  spares: () => [...Object.keys(holderInputs), ...there.spares],
  foreign: there.foreign,
  conflicts: (inputs) => there.conflicts(inputs),
});
