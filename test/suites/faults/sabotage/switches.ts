import { forgetFence, skipWeightZero, type Tamper } from './at-the-gate.js';
import type { Edit } from './broken-module.js';

/** One way in which the suite breaks the product on purpose, to see whether it notices. */
export interface Switch {
  readonly name: string;
  /** The promise that is broken. */
  readonly promise: string;
  /** What the product then does. */
  readonly breaks: string;
  /** A piece of the product that is replaced as it is loaded, or what is done to its requests before the API server. */
  readonly how: { readonly edit: Edit } | { readonly tamper: Tamper };
  /** Drills that must notice it. */
  readonly caughtBy: readonly string[];
}

const EVIDENCE = 'evidence is of users';
const ERROR = 'the stated error holds';
const WAY_BACK = 'the way back is not the way forward';
const LOCK = 'a lock with an end and a fence';
const RERUN = 'a re-run is a re-run';
const LIVE = 'live before record';
const OURS = 'ours and theirs';
const PAST = 'traffic past the split';

export const SWITCHES = [
  {
    name: 'count-looks',
    promise: EVIDENCE,
    breaks: 'what asks an app for its metrics and probes it counts for as many good requests of users',
    how: {
      edit: {
        module: 'src/slo/sources/exposition/upkeep.js',
        piece: "return counts === 'yes' ? { surely: own + probes, maybe } : { surely: 0, maybe: own + probes + maybe };",
        instead: 'return { surely: 0, maybe: 0 };',
      },
    },
    caughtBy: ['few-users'],
  },
  {
    name: 'nothing-is-good',
    promise: EVIDENCE,
    breaks: 'a selector whose label the canary does not have counts as no bad request',
    how: {
      edit: {
        module: 'src/slo/sources/pods/vouching.js',
        piece: 'export function unvouched(objective, sides) {',
        instead: 'export function unvouched(objective, sides) { return undefined;',
      },
    },
    caughtBy: ['renamed-label'],
  },
  {
    name: 'pass-unread',
    promise: EVIDENCE,
    breaks: 'a canary passes although one of its pods could not be read',
    how: {
      edit: {
        module: 'src/slo/gate/hold.js',
        piece: 'const unread = [...new Set([...this.#witness.canary.unread, ...(await this.#witness.lookForUnread())])];',
        instead: 'const unread = [];',
      },
    },
    caughtBy: ['one-unread'],
  },
  {
    name: 'mean-of-evidence',
    promise: ERROR,
    breaks: 'a canary is failed by the mean of the evidence against `max` and against stable, not by the lower of them',
    how: {
      edit: {
        module: 'src/slo/judge/judge.js',
        piece: 'if (bad <= terms.max * totalOf(state))',
        instead:
          'const { lnEAbsolute, lnERelative } = evidenceForFail(terms, state); if (bad > 0 && Math.max(lnEAbsolute, lnERelative ?? 0) - Math.LN2 >= lnEToFail) return "worse-than-stable"; if (bad <= terms.max * totalOf(state))',
      },
    },
    caughtBy: ['worse-within-max'],
  },
  {
    name: 'take-as-independent',
    promise: ERROR,
    breaks: 'bad requests of the same second count as if each had come by itself',
    how: {
      edit: {
        module: 'src/slo/judge/dependence.js',
        piece: 'CORRELATION = 0.05',
        instead: 'CORRELATION = 1e-6',
      },
    },
    caughtBy: ['together-in-a-second'],
  },
  {
    name: 'skip-weight-zero',
    promise: WAY_BACK,
    breaks: 'the change that gives the canary weight 0 is not carried out, and answered as if it were',
    how: { tamper: skipWeightZero },
    caughtBy: ['rolled-back'],
  },
  {
    name: 'undo-nothing',
    promise: WAY_BACK,
    breaks: 'a rollback says that the release is aborted and changes nothing',
    how: {
      edit: {
        module: 'src/platforms/kubernetes/steps/rollback/rollback.js',
        piece: "await abort(work, release, 'rollback')",
        instead: "{ ...release, phase: 'aborted' }",
      },
    },
    caughtBy: ['rolled-back'],
  },
  {
    name: 'undo-asks-for-all',
    promise: WAY_BACK,
    breaks: 'whoever puts a release back needs every right that a release needs',
    how: {
      edit: {
        module: 'src/platforms/kubernetes/survey/needs.js',
        piece: 'export const vitalNeeds = (router) => [',
        instead: "export const vitalNeeds = (router) => [...releaseNeeds(router ?? 'http-route'),",
      },
    },
    caughtBy: ['fewer-rights'],
  },
  {
    name: 'post-as-given',
    promise: WAY_BACK,
    breaks: '`post` goes by the inputs that it is given, and not by those that main kept',
    how: {
      edit: { module: 'src/hosts/github-actions/kept-inputs.js', piece: "if (saved === '')", instead: 'if (true)' },
    },
    caughtBy: ['nothing-given'],
  },
  {
    name: 'trust-empty-stable',
    promise: WAY_BACK,
    breaks: 'the traffic goes back to a stable that somebody has scaled to nothing',
    how: {
      edit: {
        module: 'src/platforms/kubernetes/strategies/canary/undo.js',
        piece: 'release = await readyStable(work, release);',
        instead: 'void readyStable;',
      },
    },
    caughtBy: ['stable-at-zero'],
  },
  {
    name: 'forget-fence',
    promise: LOCK,
    breaks: 'no patch tests whose mark stands on an object, nor its version',
    how: { tamper: forgetFence },
    caughtBy: ['overtaken'],
  },
  {
    name: 'ignore-lease-end',
    promise: LOCK,
    breaks: 'a process goes on writing after the end of its lock, until somebody refuses it',
    how: {
      edit: {
        module: 'src/release/record/term.js',
        piece: 'return monotonic - since.monotonic >= lengthMs || Math.abs(wall - since.wall) >= lengthMs;',
        instead: 'return false;',
      },
    },
    caughtBy: ['woken'],
  },
  {
    name: 'undo-green-attempt',
    promise: RERUN,
    breaks: 'a rollback in scope run takes back what an earlier attempt promoted',
    how: {
      edit: {
        module: 'src/release/going-back/plan-rollback.js',
        piece: 'latest.owner.attempt < run.runAttempt',
        instead: 'false',
      },
    },
    caughtBy: ['green-again'],
  },
  {
    name: 'release-again',
    promise: RERUN,
    breaks: 'an image that stable runs already is released anew',
    how: {
      edit: {
        module: 'src/platforms/kubernetes/decide/begin.js',
        piece: 'next ? next.isLive : isLive || isSameImage(image, liveImage)',
        instead: 'false',
      },
    },
    caughtBy: ['unchanged'],
  },
  {
    name: 'overwrite-live',
    promise: LIVE,
    breaks: 'a promotion overwrites what somebody put into stable during the canary',
    how: {
      edit: {
        module: 'src/platforms/kubernetes/stable/live-stable.js',
        piece: 'if (!isForeign(release, live))',
        instead: 'if (true)',
      },
    },
    caughtBy: ['hotfix'],
  },
  {
    name: 'restart-is-foreign',
    promise: LIVE,
    breaks: 'a restart of stable is taken for another version',
    how: {
      edit: {
        module: 'src/platforms/kubernetes/stable/live-stable.js',
        piece: 'live.version === stable.version',
        instead: 'false',
      },
    },
    caughtBy: ['restart'],
  },
  {
    name: 'merge-foreign',
    promise: OURS,
    breaks: "an object of somebody else under the canary's name is merged into, and removed in the end",
    how: {
      edit: {
        module: 'src/platforms/kubernetes/api/own-object.js',
        piece: 'if (live && !isOurs(live))',
        instead: 'if (false)',
      },
    },
    caughtBy: ['name-taken'],
  },
  {
    name: 'remove-by-name',
    promise: OURS,
    breaks: "what has the canary's name is removed with it, whosever it is",
    how: {
      edit: {
        module: 'src/platforms/kubernetes/api/remove-own.js',
        piece: 'if (!found || uid === undefined || !isOurs(found))',
        instead: 'if (!found || uid === undefined)',
      },
    },
    caughtBy: ['name-taken'],
  },
  {
    name: 'own-by-labels',
    promise: OURS,
    breaks: "every pod under stable's labels is taken for one of stable's",
    how: {
      edit: {
        module: 'src/platforms/kubernetes/pods/own-pods.js',
        piece: 'return uid !== undefined && uids.has(uid);',
        instead: 'return true;',
      },
    },
    caughtBy: ['strangers'],
  },
  {
    name: 'contradict-declared',
    promise: PAST,
    breaks: 'a share that falls short by what was declared to come past the split is a contradiction',
    how: {
      edit: {
        module: 'src/release/proof/split-proof.js',
        piece: 'const [least, before] = [withoutDeclared(asked, past), beforeIt(previous, past)];',
        instead: 'const [least, before] = [asked, { low: previous, high: previous }]; past = NOTHING_PAST;',
      },
    },
    caughtBy: ['past-the-split'],
  },
  {
    name: 'believe-router',
    promise: PAST,
    breaks: 'counts that contradict a share are only warned of',
    how: {
      edit: {
        module: 'src/release/proof/prove-split.js',
        piece: "if (proof.state === 'contradicted')",
        instead: 'if (false)',
      },
    },
    caughtBy: ['deaf-router'],
  },
] as const satisfies readonly Switch[];

export type SwitchName = (typeof SWITCHES)[number]['name'];

/** Each is there to catch a switch. */
export const DRILLS: readonly string[] = [...new Set(SWITCHES.flatMap(({ caughtBy }) => caughtBy))];

const switchOf = (name: SwitchName): Switch => {
  const found: Switch | undefined = SWITCHES.find((one) => one.name === name);
  if (!found) throw new Error(`There is no sabotage ${name}.`);
  return found;
};

/** @returns undefined where requests reach the API server as they are */
export function tamperOf(name: SwitchName | undefined): Tamper | undefined {
  const how = name && switchOf(name).how;
  return how && 'tamper' in how ? how.tamper : undefined;
}

/** @returns undefined where the product's code is whole */
export function editOf(name: SwitchName | undefined): Edit | undefined {
  const how = name && switchOf(name).how;
  return how && 'edit' in how ? how.edit : undefined;
}
