import type { Sequel } from './run-case.js';
import type { Sent } from './simulation/step-process.js';
import type { Fault } from './strike.js';

/** An interruption that once broke a promise; it is tried again each time, whatever the sample. */
export interface Found {
  readonly what: string;
  readonly scenario: string;
  /** The request of the step, by method and path, that the fault happens to. */
  readonly at: RegExp;
  /** Which of those that match: from 0, or from -1 for the last. The first when absent. */
  readonly nth?: number;
  readonly fault: Fault;
  /** In which of several ways an act is done, as of `perform`. */
  readonly turn?: number;
  readonly sequel: Sequel;
}

export const found: readonly Found[] = [
  {
    what: 'a promotion was on record as done for a version that somebody had replaced after the last look at stable',
    scenario: 'promote',
    at: /^PATCH .*\/leases\/d9-restaurant$/,
    nth: -2,
    fault: 'edited',
    sequel: 'again',
  },
  {
    what: 'a step that lowers the weight, killed when it has taken a pod out of the endpoints, waited for that pod when it was run again',
    scenario: 'lower',
    at: /^PATCH .*\/pods\//,
    fault: 'kill-after',
    sequel: 'again',
  },
  {
    what: 'a promotion that was cancelled while it removed its canary was undone under traffic',
    scenario: 'promote',
    at: /^DELETE .*\/deployments\/restaurant-canary$/,
    fault: 'cancel',
    sequel: 'rollback',
  },
  {
    what: 'a promotion that names no image, killed when it had removed its canary, was undone instead of completed when it was run again',
    scenario: 'promote',
    at: /^DELETE .*\/deployments\/restaurant-canary$/,
    fault: 'kill-after',
    sequel: 'again',
  },
  {
    what: 'a step that was cancelled while its new weight was on the way gave its lock back before that arrived',
    scenario: 'breach',
    at: /^GET .*\/pods$/,
    nth: 2,
    fault: 'cancel',
    sequel: 'rollback',
  },
  {
    what: 'a promotion that was complete was taken back because the last write of its record was refused once; after it the lock is given back',
    scenario: 'promote',
    at: /^PATCH .*\/leases\/d9-restaurant$/,
    nth: -2,
    fault: '409',
    sequel: 'rollback',
  },
  {
    what: 'a gate with enough evidence failed because the last look at the pods met a connection that stalled',
    scenario: 'hold',
    at: /^GET .*\/pods$/,
    nth: -1,
    fault: 'stall-before',
    sequel: 'rollback',
  },
  {
    what: 'a promotion was taken back because the copy of a ConfigMap was refused once by a server that was overloaded',
    scenario: 'promote-manifest',
    at: /^POST .*\/configmaps$/,
    fault: '503',
    sequel: 'rollback',
  },
  {
    what: 'an abort that stood still while it read pods said that it could not reach the API server, and not that its lock was another run’s',
    scenario: 'rollback',
    at: /^GET .*\/pods$/,
    fault: 'freeze-after',
    sequel: 'again',
  },
  {
    what: 'a step that stood still before it heard that it had the lock said that it could not reach the API server',
    scenario: 'hold',
    at: /^POST .*\/leases$/,
    fault: 'freeze-after',
    sequel: 'again',
  },
  {
    what: 'a rollback overwrote in silence what somebody had put into stable a moment before',
    scenario: 'rollback-promoted',
    at: /^PATCH .*\/deployments\/restaurant$/,
    fault: 'edited',
    sequel: 'rollback',
  },
  {
    what: 'a step that lowers the weight gave traffic to a stable that had just been made anew and had no pod yet',
    scenario: 'lower',
    at: /^GET .*\/leases\/d9-restaurant$/,
    fault: 'replaced',
    sequel: 'again',
  },
  {
    what: 'a promotion waited for as many endpoints as stable had had before somebody scaled it down, and was taken back in the end',
    scenario: 'promote',
    at: /^GET .*\/deployments$/,
    nth: -2,
    fault: 'scaled',
    turn: 1,
    sequel: 'rollback',
  },
  {
    what: 'an abort left all traffic on a stable that somebody had scaled to nothing while the weight went to 0',
    scenario: 'breach',
    at: /^PATCH .*\/httproutes\/restaurant$/,
    nth: 2,
    fault: 'scaled',
    turn: 0,
    sequel: 'rollback',
  },
];

/** @throws Error when the step sends no such request any more: the case then has to be looked at */
export function indexOf({ scenario, at, nth = 0 }: Found, sent: readonly Sent[]): number {
  const matching = [...sent.keys()].filter((index) => at.test(`${sent[index]?.method} ${sent[index]?.path}`));
  const index = matching.at(nth);
  if (index === undefined) throw new Error(`No request of ${scenario} matches ${at}.`);
  return index;
}
