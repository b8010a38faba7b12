import type { Sequel } from './run-case.js';
import type { Sent } from './simulation/step-process.js';
import type { Fault } from './strike.js';

/** An interruption that once broke a promise; it is tried again each time, whatever the sample. */
export interface Found {
  readonly what: string;
  readonly scenario: string;
  /** The first request of the step, by method and path, that the fault happens to; or the first after another. */
  readonly at: RegExp;
  readonly after?: RegExp;
  readonly fault: Fault;
  readonly sequel: Sequel;
}

export const found: readonly Found[] = [
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
    after: /^PATCH .*\/httproutes\/restaurant$/,
    at: /^GET .*\/pods$/,
    fault: 'cancel',
    sequel: 'rollback',
  },
];

/** @throws Error when the step sends no such request any more: the case then has to be looked at */
export function indexOf({ scenario, at, after }: Found, sent: readonly Sent[]): number {
  const first = (pattern: RegExp, from = 0): number => {
    const index = sent.findIndex(({ method, path }, index) => index >= from && pattern.test(`${method} ${path}`));
    if (index === -1) throw new Error(`No request of ${scenario} matches ${pattern}.`);
    return index;
  };
  return first(at, after && first(after) + 1);
}
