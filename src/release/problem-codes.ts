import type { ProblemMeaning } from '../kernel/errors.js';

/** What is wrong with a release, its record, its share and the way back. */
export const RELEASE_PROBLEMS = {
  'app-being-worked-on': {
    means: 'Another process is at work on this app right now.',
    remedy: 'Let it finish, then run the step again; the message says who it is.',
  },
  'app-has-other-name': {
    means: 'The same Deployment was released under another `app`, and the name is the lock and the record.',
    remedy: 'Give every step the same `app`.',
  },
  'canary-changed': {
    means: "Somebody has changed the canary's Deployment, so it is not the version that is to be released.",
    remedy: 'Undo the change, or end the release with `weight: 0` and release again.',
  },
  'canary-does-not-answer': {
    means: 'Requests are sent to the canary, and none reaches a pod of it.',
    remedy: 'Look for another port, TLS or path, or for connections that are reset.',
  },
  'canary-not-counted': {
    means: 'The share was written, and no page of the canary has counted a request of it.',
    remedy: 'Let the canary count its requests as stable does, or look for what keeps them away.',
  },
  'cluster-keeps-refusing': {
    means: 'An undo was tried for as long as it may be, and the cluster went on refusing it.',
    remedy: 'Mend what refuses, then run the rollback action with `scope: any`.',
  },
  'gate-not-passed': {
    means: 'The gate has failed this canary and no later one has passed it, so it is not promoted.',
    remedy: 'Put the release back with `weight: 0`, and release a mended version.',
  },
  'hold-impossible': {
    means: '`slo` and `hold` with `weight: 100` would judge a canary that never has all traffic.',
    remedy: 'Judge it at a smaller weight in a step before this one.',
  },
  'hold-too-short': {
    means: 'The hold would be over before a pod of the canary is past its warm-up.',
    remedy: 'Hold longer, or shorten the warm-up in the file of objectives.',
  },
  'image-needed': {
    means: 'No release is in flight, and the step names no image to begin one.',
    remedy: 'Give `image`, best by digest, or look at what its expression gives.',
  },
  'image-never-ran': {
    means: '`to-image` names an image that this app has never run.',
    remedy: 'Release it with canary-step, or say `allow-ungated: true` if that is meant.',
  },
  'lease-not-ours': {
    means: 'A Lease of the name that the record needs is there, and somebody else has made it.',
    remedy: 'Give the app another `app` name, or see whose Lease it is.',
  },
  'lock-lost': {
    means: 'Another process has taken the lock of the release, and this step stopped.',
    remedy: 'See what that process does; two runs of one app should wait for each other (`concurrency`).',
  },
  'managed-by-gitops': {
    means: 'A GitOps tool writes the objects of this app, and would write them back in the middle of the release.',
    remedy: 'Let it pass over the fields that the message names, then set `managed-by: warn`; see docs/gitops.md.',
  },
  'nothing-of-this-run': {
    means: 'The rollback undoes only what its own run released, and this run has released nothing.',
    remedy: 'Say with `scope: any` that the release is to be undone, or with `scope: run` that it is to stay.',
  },
  'nothing-to-judge': {
    means: 'No canary gets traffic, so there is nothing for a gate to look at.',
    remedy: 'Run canary-step with a weight of 1 to 99 before this step.',
  },
  'policy-leaves-canary-out': {
    means: "A policy or an object that selects stable's pods, or names stable's Service, leaves the canary out.",
    remedy: 'Let it select both, as the message says.',
  },
  'port-not-served': {
    means: 'The Service leads to a port that no container of the manifest has.',
    remedy: 'Let the port of the Service and of the container fit.',
  },
  'put-back-failed': {
    means: 'The release could not be put back. The message says where the traffic is now.',
    remedy: 'Mend the cause, then run the rollback action with `scope: any`.',
  },
  'record-contradicts-cluster': {
    means: 'The record and the cluster say different things of the same version: somebody has changed one of them.',
    remedy: 'See who may write the Lease and the Deployment, then roll back with `to-revision` or `to-image`.',
  },
  'record-lost': {
    means: 'A release was in flight, and its record is gone.',
    remedy: 'Run the rollback action with `scope: any`, which takes the canary out of the traffic; then begin anew.',
  },
  'record-of-other-platform': {
    means: 'The record is of an app of the same name that runs on another platform.',
    remedy: 'Give one of the two another `app`, or run the step on the platform that the release is on.',
  },
  'record-of-other-version': {
    means: 'The record was written by another version of d9-actions, which this one can not read. It is left as it is.',
    remedy:
      'Use the version that started the release, for its rollback too. Where there is none, `to-revision` or `to-image` of the rollback action goes past the record; without the Lease (keep a copy) the rollback goes by what is in the cluster.',
  },
  'record-too-large': {
    means: 'The record of the release does not fit into its Lease.',
    remedy: 'Shorten names and image references, or let the manifest have fewer ConfigMaps.',
  },
  'record-unreadable': {
    means: 'The Lease of the app holds no valid record, so what is in flight is not known.',
    remedy: 'Say with `to-revision` or `to-image` where stable is to go; delete the Lease if nobody needs it.',
  },
  'release-begun-otherwise': {
    means: 'A later step of a release names something else than the release was begun with.',
    remedy: 'Give each step the same inputs, or end the release with `weight: 0` first.',
  },
  'release-ended-meanwhile': {
    means: 'The release that this step came to was ended by another run meanwhile.',
    remedy: 'Begin a new release.',
  },
  'release-in-flight': {
    means: 'A release is in flight, and what was asked for would begin or undo another one.',
    remedy: 'End it with `weight: 0` or the rollback action without arguments first.',
  },
  'release-irreversible': {
    means: 'The release was marked `irreversible`, so its promotion is not undone by itself.',
    remedy: 'Say with `to-revision` or `to-image` where stable is to go.',
  },
  'release-of-another-run': {
    means: 'The release in flight belongs to another run.',
    remedy: 'Let that run finish, undo it with the rollback action, or set `take-over: true`.',
  },
  'release-stopped': {
    means: 'This version was put back or rolled back in this very attempt of the job, and the step would begin it anew.',
    remedy: 'Mend the cause and run the job again, or set `take-over: true`.',
  },
  'revision-has-same-image': {
    means: 'The revision before has the same image, so going back to it would leave the version as it is.',
    remedy: 'Say with `to-revision` or `to-image` which version is meant.',
  },
  'revision-is-forward': {
    means: 'Stable has been brought back already, and `previous` would go forward again.',
    remedy: 'Say with `to-revision` which revision is meant.',
  },
  'revision-missing': {
    means: 'The revision that stable is to go back to is not there any more.',
    remedy: 'Name the image with `to-image`; `revisionHistoryLimit` says how many are kept.',
  },
  'route-sends-to-canary': {
    means: "A route sends traffic to the canary's Service already, and no release on record made it do so.",
    remedy: 'Take that backend out of the route.',
  },
  'split-not-followed': {
    means: 'The share was written and accepted, and the traffic does not follow it.',
    remedy: 'Look for callers inside the cluster, another route, or a proxy that keeps connections.',
  },
  'split-not-proven': {
    means: 'What was counted does not prove the share, and the step asks for a proof.',
    remedy: 'Send traffic, or set `prove: expected`; docs/release.md says what is counted.',
  },
  'stable-cannot-serve': {
    means: 'Stable has no pod that could answer, so it does not get the traffic back.',
    remedy: 'Bring stable back, then run the rollback action once more.',
  },
  'stable-changed': {
    means: 'Somebody has changed stable since the release began, and going on would overwrite that.',
    remedy: 'Put the release back with `weight: 0`, and release beside what is there now.',
  },
  'stable-runs-canary': {
    means:
      "The record was lost, and stable runs the canary's version: whether a promotion or a person put it there is not known.",
    remedy: 'Say with `to-revision` or `to-image` where stable is to go, if it is to move.',
  },
  'stable-scaled-down': {
    means: 'Somebody or something scales stable down while it is to take the traffic back.',
    remedy: 'Stop that, then run the rollback action once more.',
  },
  'tag-moved-during-release': {
    means: 'The tag of the image was moved while it was released, so later pods run what nobody has judged.',
    remedy: 'Release again, naming the image by its digest.',
  },
  'traffic-uncovered': {
    means: 'Some requests come by a way that the split does not cover, and `on-uncovered: fail` allows none.',
    remedy: 'Lead them through the route, or say which are meant; the message names them.',
  },
  'verdict-not-kept': {
    means: 'The gate has a verdict, and it could not be put on record.',
    remedy: 'Mend what the message says, and judge again.',
  },
} as const satisfies Readonly<Record<string, ProblemMeaning>>;

declare module '../kernel/errors.js' {
  interface ProblemCodes extends Record<keyof typeof RELEASE_PROBLEMS, true> {}
}
