import { inputVariable, isGiven } from '../../src/hosts/github-actions/read-inputs.js';
import { pullableImage } from '../../src/image/image-input.js';
import { defineAction, type Given } from '../../src/kernel/define.js';
import { formatDuration } from '../../src/kernel/duration.js';
import type { Environment } from '../../src/kernel/environment.js';
import { flag, integer, oneOf, percent, someTime, workspaceFile } from '../../src/kernel/input-kinds.js';
import { clusterConflicts, clusterInputs } from '../../src/platforms/kubernetes/access/cluster-inputs.js';
import { appInputs, metricsInputs } from '../../src/platforms/kubernetes/app/app-inputs.js';
import { trafficInputs } from '../../src/platforms/kubernetes/inputs/traffic-inputs.js';
import { ROUTERLESS, routerOfKind } from '../../src/platforms/kubernetes/routers/index.js';
import { holderInputs } from '../../src/release/inputs/holder-input.js';
import { testerInputs } from '../../src/release/inputs/tester-inputs.js';
import { uncoveredInputs } from '../../src/release/inputs/uncovered-inputs.js';
import { undoInputs } from '../../src/release/inputs/undo-inputs.js';
import { upkeepInputs } from '../../src/release/inputs/upkeep-input.js';
import { evidenceInputs } from '../../src/slo/gate/evidence-file.js';

const definitions = {
  ...appInputs,
  weight: percent({ text: 'Share of the traffic for the canary; 100 promotes it, 0 aborts it.', required: true }),
  image: pullableImage({
    text: 'Image of the new version, best by digest. Needed by the first step of a release, unless a `manifest` names it; later steps go on with it.',
  }),
  manifest: workspaceFile(
    'Kubernetes manifest',
    {
      text: 'Path of a manifest with the Deployment, and the ConfigMaps that change with it: environment, probes, resources and configuration then travel with the image. Give it to each step of the release. An app that does not exist yet is created from it.',
    },
    async () => (await import('../../src/platforms/kubernetes/manifest/read-manifest.js')).readManifest,
  ),
  'canary-replicas': integer({
    text: 'Canary pods below 100 %, when other than the share of stable asks for.',
    min: 1,
    max: 10_000,
  }),
  ...testerInputs,
  slo: workspaceFile(
    'SLO file',
    { text: 'Path of the objectives: the canary is judged at this weight, in this step. Without it nothing is judged.' },
    async () => (await import('../../src/slo/file/read-slo.js')).readSlo,
  ),
  hold: someTime({
    text: 'How long at most to stay at this weight while the gate looks; needs `slo`. A breach ends it at once, a pass as soon as there is enough evidence. Left empty: 2m with `slo`.',
  }),
  'on-breach': oneOf(['abort', 'fail'], {
    text: 'What a breach does: put the release back at once and fail (`abort`), or only fail (`fail`).',
    default: 'abort',
  }),
  ...evidenceInputs,
  promotion: oneOf(['surge', 'in-place'], {
    text: 'Where the traffic stays while stable is updated: on a canary scaled to full (`surge`), or split as it is (`in-place`), for clusters without room.',
    default: 'surge',
  }),
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
  'managed-by': oneOf(['fail', 'warn'], {
    text: 'What to do about a Deployment or route that Argo CD, Flux or Helm manages and may write back: refuse to begin (`fail`), or go on with a warning (`warn`).',
    default: 'fail',
  }),
  'dry-run': flag({
    text: 'Print the plan, let the API server check it and look whether stable has the figures, but change nothing.',
    default: 'false',
  }),
  ...trafficInputs,
  ...uncoveredInputs,
  ...metricsInputs,
  ...upkeepInputs,
  ...clusterInputs,
};

/** What a step needs that puts back what is there: whatever else is written beside them must not stop it. */
const NEEDED_TO_UNDO: ReadonlySet<string> = new Set(['app', 'weight', 'take-over', 'dry-run', ...Object.keys(clusterInputs)]);

const isUndo = ({ variables }: Environment): boolean => {
  const [weight = '', dryRun] = ['weight', 'dry-run'].map((name) => variables[inputVariable(name)]?.trim());
  return weight !== '' && Number(weight) === 0 && dryRun !== 'true';
};

const conflictsOf = (inputs: Given<typeof definitions>, environment: Environment): string[] => [
  ...(inputs.hold !== undefined && !isGiven('slo', environment)
    ? ['Input `hold` says how long the gate looks, and there is no gate without `slo`. Give the objectives, or leave `hold` out.']
    : []),
  ...(inputs.hold !== undefined && inputs['hold-for'] !== undefined && inputs.hold > inputs['hold-for']
    ? [
        `Input \`hold\` (${formatDuration(inputs.hold)}) is longer than \`hold-for\` (${formatDuration(inputs['hold-for'])}), after which any other run may take the release over. Hold for less, or give \`hold-for\` the time of the whole release.`,
      ]
    : []),
  ...(inputs['evidence-file'] !== undefined && !isGiven('slo', environment)
    ? [
        'Input `evidence-file` records what the gate sees, and there is no gate without `slo`. Give the objectives, or leave `evidence-file` out.',
      ]
    : []),
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

import { CALLED_OTHERWISE, NOT_HERE } from './other-actions.js';

export const canaryStep = defineAction({
  name: 'canary-step',
  summary: 'Give the canary a share of the traffic, and prove that it arrived.',
  post: true,
  keeps: [...undoInputs, 'dry-run'],
  inputs: definitions,
  elsewhere: CALLED_OTHERWISE,
  missing: NOT_HERE,
  migration: 'docs/migrate.md',
  outputs: {
    'release-id': 'Id of the release.',
    phase: 'Phase of the release after this step: `holding`, `promoted`, `aborted`, or `none` when there was nothing to do.',
    weight:
      'Share of the traffic that the new version is given, in percent: the weight of the canary, or without a route what whole pods come to; 100 once it is promoted.',
    'weight-measured':
      'Share of the traffic that the new version really got, in percent; after a promotion what its proof at 100 % measured. Empty when nothing was measured.',
    'weight-proven': '`true` when the measured share proves the asked one.',
    'uncovered-measured':
      'Share of the requests that reach stable past the split, in percent, by the counts of this step; empty when they show none, or nothing was measured.',
    'weight-interval-json': 'The 99 % interval of the measured share: `{"low":8.1,"high":12.4}`, in percent.',
    revision: 'Image of the new version; what stable runs, when that is why there was nothing to do.',
    'previous-revision': 'Image of stable when the release started.',
    'canary-name': "Name of the canary's Deployment and Service.",
    verdict:
      'What the gate of this step said: `pass`, `warn`, `fail`, `inconclusive` or `error`; empty without `slo`. Only `pass` and `warn` let the job go on.',
    caution:
      "Why the requests that the gate has counted may be machines' and not users': all of one path, at the same even pace on every pod. Empty when nothing speaks for it.",
    'record-json':
      'The release as it stands on record: weights, shares, verdicts and times of its steps; empty when there is none.',
    url: 'Address of the app, by the first host name of its route: `http://` where the listeners of its Gateway are plain HTTP and may be read (`get` on gateways; no step needs it), or where the route names port 80 of the Gateway; else `https://`. Empty when the route names no host.',
  },
  spares: (environment) => (isUndo(environment) ? Object.keys(definitions).filter((name) => !NEEDED_TO_UNDO.has(name)) : []),
  conflicts: (inputs, environment) => [
    ...clusterConflicts(inputs),
    ...(isUndo(environment) ? [] : conflictsOf(inputs, environment)),
  ],
});
