import { inputVariable, isGiven } from '../../src/hosts/github-actions/read-inputs.js';
import { defineAction, type Given } from '../../src/kernel/define.js';
import { formatDuration } from '../../src/kernel/duration.js';
import type { Environment } from '../../src/kernel/environment.js';
import { canaryStepInputs } from '../../src/release/inputs/canary-step-inputs.js';
import { onPlatforms } from '../../src/suite.js';
import { CALLED_OTHERWISE, NOT_HERE } from './other-actions.js';

const there = onPlatforms('canary-step');

const { app, weight, ...everywhere } = canaryStepInputs;
const definitions = { app, weight, ...there.inputs, ...everywhere };

/** What a step needs that puts back what is there: whatever else is written beside them must not stop it. */
const NEEDED_TO_UNDO: ReadonlySet<string> = new Set(['app', 'weight', 'dry-run', ...there.neededToUndo]);

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
];

export const canaryStep = defineAction({
  name: 'canary-step',
  summary: 'Give the canary a share of the traffic, and prove that it arrived.',
  post: true,
  keeps: ['app', 'on-job-failure', 'dry-run', ...there.keeps],
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
  foreign: there.foreign,
  conflicts: (inputs, environment) => [
    ...there.conflicts(inputs, isUndo(environment)),
    ...(isUndo(environment) ? [] : conflictsOf(inputs, environment)),
  ],
});
