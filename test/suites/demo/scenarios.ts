/** One way in which a release can go, and how it is to end. */
export interface Scenario {
  /** What happens, in one sentence. */
  readonly story: string;
  /** Of the new version; the pods behave as its words say (docs/testbed.md). */
  readonly tag: string;
  /** Cancels the run once a step has written something that matches. */
  readonly cancelAfter?: RegExp;
  readonly expected: Expected;
}

export interface Expected {
  /** The step that does not succeed, and what it says. */
  readonly stops?: {
    readonly step: string;
    readonly conclusion: 'failure' | 'cancelled';
    readonly says: RegExp;
    readonly verdicts?: readonly string[];
  };
  readonly phase: 'promoted' | 'aborted';
  readonly serves: 'old' | 'new';
  /** Whether the client is to see bad answers, and that they end. */
  readonly detects?: true;
}

export const REPOSITORY = 'registry.example/restaurant';
export const OLD_TAG = 'v1';

/** As release.yml calls it. */
const FIRST_STEP = '10 % of the traffic, and a gate';

export const scenarios = {
  good: {
    story: 'A good version goes 10 % → gate → 30 % → gate → 100 %.',
    tag: 'v2',
    expected: { phase: 'promoted', serves: 'new' },
  },
  'bad-canary': {
    story: 'The new version answers 20 % of its requests with an error. The gate takes it out.',
    tag: 'v2-errors-20',
    expected: {
      stops: { step: FIRST_STEP, conclusion: 'failure', says: /Traffic: 100 % stable/, verdicts: ['fail'] },
      phase: 'aborted',
      serves: 'old',
      detects: true,
    },
  },
  'crash-loop': {
    story: 'The new version crashes when it starts. It gets no traffic at all.',
    tag: 'v2-crash',
    expected: {
      stops: { step: FIRST_STEP, conclusion: 'failure', says: /CrashLoopBackOff/ },
      phase: 'aborted',
      serves: 'old',
    },
  },
  'no-data': {
    story: 'The new version shows no figures. Without evidence the gate does not pass it.',
    tag: 'v2-nodata',
    expected: {
      stops: { step: FIRST_STEP, conclusion: 'failure', says: /404/, verdicts: ['inconclusive', 'error'] },
      phase: 'aborted',
      serves: 'old',
    },
  },
  cancelled: {
    story: 'Somebody cancels the run while the gate looks. Everything is put back.',
    tag: 'v2',
    cancelAfter: /What a pass needs/,
    expected: {
      stops: { step: FIRST_STEP, conclusion: 'cancelled', says: /cancelled/ },
      phase: 'aborted',
      serves: 'old',
    },
  },
} satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof scenarios;
