import { defineAction } from '../../src/kernel/define.js';
import { appInput } from '../../src/release/inputs/app-input.js';
import { onPlatforms } from '../../src/suite.js';

const there = onPlatforms('status');

export const status = defineAction({
  name: 'status',
  summary: 'Say what is on record of an app: what is in flight, since when, whose, on what evidence, and what to do next.',
  inputs: { ...appInput, ...there.inputs },
  elsewhere: { 'kube-config': 'kubeconfig' },
  outputs: {
    phase:
      'Phase of the newest release on record: `starting`, `holding`, `promoting`, `promoted`, `aborting`, `aborted`, `rolling-back`, `rolled-back`, or `none` when there is none.',
    'in-flight': '`true` while a release is neither promoted nor put back.',
    'at-work':
      '`true` while a process holds the lock and has renewed it within the last 30 s; `unknown` where that time is still to come, because its clock is wrong.',
    'release-id': 'Id of the newest release on record; empty when there is none.',
    weight:
      'Share of the traffic that the new version was last given by a step that is done, in percent, on record: what the route does now is not looked at. Empty when there is none.',
    towards: 'Share that a step at work, or one that was cut, was to give, in percent; empty when none was.',
    revision: 'Image of the new version; empty when there is none.',
    'previous-revision': 'Image of stable when the release started; empty when there is none.',
    verdict: 'What a gate said last of this release, at the weight that it has while it is in flight; empty where none looked.',
    since: 'When the newest step of the release was done, or when it began; ISO 8601, UTC. Empty when there is none.',
    'run-url': 'Page of the workflow run that the release belongs to; empty when there is none.',
    next: 'What to do next, in a sentence or two.',
    'record-json': 'All that is on record: the newest release with its steps, and the ten before it; empty when there is none.',
  },
  foreign: there.foreign,
  conflicts: (inputs) => there.conflicts(inputs),
});
