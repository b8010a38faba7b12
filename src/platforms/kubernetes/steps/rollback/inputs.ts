import { pullableImage } from '../../../../image/image-input.js';
import type { Given, InputValues } from '../../../../kernel/define.js';
import { flag } from '../../../../kernel/input-kinds.js';
import type { rollbackInputs } from '../../../../release/inputs/rollback-inputs.js';
import { clusterConflicts, clusterInputs } from '../../access/cluster-inputs.js';
import { appInputs, metricsInputs } from '../../app/app-inputs.js';
import { revision } from '../../inputs/revision-input.js';
import { trafficInputs } from '../../inputs/traffic-inputs.js';

const { 'take-over': _, ...traffic } = trafficInputs;

/** What rollback takes on Kubernetes besides. */
export const inputs = {
  ...appInputs,
  'to-revision': revision({
    text: 'Instead of the record: the revision of the Deployment to go back to, `previous` or a number. `previous` goes back and never forward: once stable has been brought back, it is refused.',
  }),
  'to-image': pullableImage({ text: 'Instead of the record: the image that stable is to run. One that it has run before.' }),
  'allow-ungated': flag({
    text: 'Whether `to-image` may be an image that stable has never run, which gets all traffic without a canary and without a gate.',
    default: 'false',
  }),
  ...traffic,
  ...metricsInputs,
  ...clusterInputs,
};

export type RollbackInputs = InputValues<typeof rollbackInputs & typeof inputs>;

/** Which of them exclude each other. */
export const conflicts = (given: Given<typeof inputs>) => [
  ...clusterConflicts(given),
  ...(given['to-revision'] !== undefined && given['to-image'] !== undefined
    ? ['Inputs `to-revision` and `to-image` exclude each other; give one.']
    : []),
];

/** What no undo rests on. */
export const spares = Object.keys({ ...traffic, ...metricsInputs });
