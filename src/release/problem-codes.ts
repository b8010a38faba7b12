import type { ProblemMeaning } from '../kernel/errors.js';

/** What is wrong with a release, its record, its share and the way back. */
export const RELEASE_PROBLEMS = {
  'app-being-worked-on': {
    means: 'Another process is at work on this app right now.',
    remedy: 'Let it finish, then run the step again; the message says who it is.',
  },
  'canary-does-not-answer': {
    means: 'Requests are sent to the canary, and none reaches a pod of it.',
    remedy: 'Look for another port, TLS or path, or for connections that are reset.',
  },
  'canary-not-counted': {
    means: 'The share was written, and no page of the canary has counted a request of it.',
    remedy: 'Let the canary count its requests as stable does, or look for what keeps them away.',
  },
  'hold-too-short': {
    means: 'The hold would be over before a pod of the canary is past its warm-up.',
    remedy: 'Hold longer, or shorten the warm-up in the file of objectives.',
  },
  'lock-lost': {
    means: 'Another process has taken the lock of the release, and this step stopped.',
    remedy: 'See what that process does; two runs of one app should wait for each other (`concurrency`).',
  },
  'record-of-other-platform': {
    means: 'The record is of an app of the same name that runs on another platform.',
    remedy: 'Give one of the two another `app`, or run the step on the platform that the release is on.',
  },
  'record-of-other-version': {
    means: 'The record was written by another version of d9-actions, which this one can not read. It is left as it is.',
    remedy:
      'Use the version that started the release, for its rollback too. Where there is none, `to-revision` or `to-image` of the rollback action goes past the record; without the record (keep a copy) the rollback goes by what is live.',
  },
  'record-too-large': {
    means: 'The record of the release does not fit into its place.',
    remedy: 'Shorten names and image references, or let less change with the image.',
  },
  'record-unreadable': {
    means: 'What is stored for the app is no valid record, so what is in flight is not known.',
    remedy:
      'Say with `to-revision` or `to-image` where stable is to go; delete what is stored if nobody needs it; the message names it.',
  },
  'release-in-flight': {
    means: 'A release is in flight, and what was asked for would begin or undo another one.',
    remedy: 'End it with `weight: 0` or the rollback action without arguments first.',
  },
  'release-of-another-run': {
    means: 'The release in flight belongs to another run.',
    remedy: 'Let that run finish, undo it with the rollback action, or set `take-over: true`.',
  },
  'release-stopped': {
    means: 'This version was put back or rolled back in this very attempt of the job, and the step would begin it anew.',
    remedy: 'Mend the cause and run the job again, or set `take-over: true`.',
  },
  'split-not-followed': {
    means: 'The share was written and accepted, and the traffic does not follow it.',
    remedy: 'Look for callers inside the cluster, another route, or a proxy that keeps connections.',
  },
  'split-not-proven': {
    means: 'What was counted does not prove the share, and the step asks for a proof.',
    remedy: 'Send traffic, or set `prove: expected`; docs/release.md says what is counted.',
  },
  'traffic-uncovered': {
    means: 'Some requests come by a way that the split does not cover, and `on-uncovered: fail` allows none.',
    remedy: 'Lead them through the route, or say which are meant; the message names them.',
  },
} as const satisfies Readonly<Record<string, ProblemMeaning>>;

declare module '../kernel/errors.js' {
  interface ProblemCodes extends Record<keyof typeof RELEASE_PROBLEMS, true> {}
}
