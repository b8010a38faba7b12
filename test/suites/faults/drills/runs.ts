import type { Identity } from '../simulation/step-process.js';

/** The steps of one workflow run, by its attempt; each attempt has another runner. */
export const by = (attempt: number): Identity => ({ runId: '4711', attempt, job: 'release', runner: `runner-${attempt}` });
export const RERUN = by(2);
/** Another run of the same workflow. */
export const OTHER_RUN: Identity = { runId: '4712', attempt: 1, job: 'release', runner: 'runner-4' };
