import { pullableImage } from '../../../../image/image-input.js';
import type { Given, InputValues } from '../../../../kernel/define.js';
import { integer, oneOf, workspaceFile } from '../../../../kernel/input-kinds.js';
import type { canaryStepInputs } from '../../../../release/inputs/canary-step-inputs.js';
import { clusterInputs } from '../../access/cluster-inputs.js';
import { appInputs, metricsInputs } from '../../app/app-inputs.js';
import { testerInputs } from '../../inputs/tester-inputs.js';
import { trafficInputs } from '../../inputs/traffic-inputs.js';
import { uncoveredInputs } from '../../inputs/uncovered-inputs.js';
import { upkeepInputs } from '../../inputs/upkeep-input.js';
import { ROUTERLESS, routerOfKind } from '../../routers/index.js';

/** What canary-step takes on Kubernetes besides. */
export const canaryInputs = {
  ...appInputs,
  image: pullableImage({
    text: 'Image of the new version, best by digest. Needed by the first step of a release, unless a `manifest` names it; later steps go on with it.',
  }),
  manifest: workspaceFile(
    'Kubernetes manifest',
    {
      text: 'Path of a manifest with the Deployment, and the ConfigMaps that change with it: environment, probes, resources and configuration then travel with the image. Give it to each step of the release. An app that does not exist yet is created from it.',
    },
    async () => (await import('../../manifest/read-manifest.js')).readManifest,
  ),
  'canary-replicas': integer({
    text: 'Canary pods below 100 %, when other than the share of stable asks for.',
    min: 1,
    max: 10_000,
  }),
  ...testerInputs,
  promotion: oneOf(['surge', 'in-place'], {
    text: 'Where the traffic stays while stable is updated: on a canary scaled to full (`surge`), or split as it is (`in-place`), for clusters without room.',
    default: 'surge',
  }),
  'managed-by': oneOf(['fail', 'warn'], {
    text: 'What to do about a Deployment or route that Argo CD, Flux or Helm manages and may write back: refuse to begin (`fail`), or go on with a warning (`warn`).',
    default: 'fail',
  }),
  ...trafficInputs,
  ...uncoveredInputs,
  ...metricsInputs,
  ...upkeepInputs,
  ...clusterInputs,
};

export type StepInputs = InputValues<typeof canaryStepInputs & typeof canaryInputs>;

/** Which of them exclude each other. */
export const canaryConflicts = (inputs: Given<typeof canaryInputs>): string[] => [
  ...(inputs['canary-replicas'] !== undefined &&
  inputs.router !== undefined &&
  inputs.router !== 'auto' &&
  routerOfKind(inputs.router).shares === 'whole-pods'
    ? [`Inputs \`canary-replicas\` and \`router: ${inputs.router}\` exclude each other: there the number of pods is the share.`]
    : []),
  ...(inputs.router === ROUTERLESS.kind && inputs.route !== undefined
    ? [`Inputs \`route\` and \`router: ${ROUTERLESS.kind}\` exclude each other; give one.`]
    : []),
  ...(inputs.router !== undefined &&
  inputs.router !== 'auto' &&
  !routerOfKind(inputs.router).splitsTesters &&
  (inputs.header !== undefined || inputs.cookie !== undefined)
    ? [`Inputs \`header\` and \`cookie\` need a route that tells requests apart; \`router: ${inputs.router}\` can not.`]
    : []),
];
