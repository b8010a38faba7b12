import { pullableImage } from '../../src/image/image-input.js';
import { defineAction } from '../../src/kernel/define.js';
import { flag, oneOf } from '../../src/kernel/input-kinds.js';
import { clusterConflicts, clusterInputs } from '../../src/platforms/kubernetes/access/cluster-inputs.js';
import { appInputs, metricsInputs } from '../../src/platforms/kubernetes/app/app-inputs.js';
import { trafficInputs } from '../../src/platforms/kubernetes/inputs/traffic-inputs.js';
import { holderInputs } from '../../src/release/inputs/holder-input.js';
import { revision } from '../../src/release/inputs/revision-input.js';

const { 'take-over': _, ...traffic } = trafficInputs;

export const rollback = defineAction({
  name: 'rollback',
  summary: 'Undo what this run released, and nothing else; or bring a Deployment back to a revision that you name.',
  inputs: {
    ...appInputs,
    scope: oneOf(['run', 'any'], {
      text: "Whose release may be undone: only this workflow run's, or the latest whoever started it. Left empty: `any` where a workflow that has not released the app itself was started by workflow_dispatch or schedule, otherwise `run`.",
    }),
    'to-revision': revision({
      text: 'Instead of the record: the revision of the Deployment to go back to, `previous` or a number. `previous` goes back and never forward: once stable has been brought back, it is refused.',
    }),
    'to-image': pullableImage({ text: 'Instead of the record: the image that stable is to run. One that it has run before.' }),
    'allow-ungated': flag({
      text: 'Whether `to-image` may be an image that stable has never run, which gets all traffic without a canary and without a gate.',
      default: 'false',
    }),
    ...holderInputs,
    ...traffic,
    ...metricsInputs,
    ...clusterInputs,
  },
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
  spares: () => Object.keys({ ...traffic, ...metricsInputs, ...holderInputs }),
  conflicts: (inputs) => [
    ...clusterConflicts(inputs),
    ...(inputs['to-revision'] !== undefined && inputs['to-image'] !== undefined
      ? ['Inputs `to-revision` and `to-image` exclude each other; give one.']
      : []),
  ],
});
