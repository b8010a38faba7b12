import type { Problems } from '../action/errors.js';
import type { Log } from '../action/log.js';
import type { OtherWays } from '../target/kubernetes/surroundings/other-ways.js';

/** What the user says of requests past the split; an action that begins no release has no inputs for it. */
export interface Declared {
  /** Percent. */
  readonly uncovered?: number;
  readonly onUncovered?: 'warn' | 'fail';
}

/**
 * Says before the release what leads to stable past the split. How much comes that way shows only once the canary has a share: counters do not say by
 * which way a request came.
 */
export function tellUncovered(
  { uncovered: ways, leaking }: OtherWays,
  { uncovered = 0, onUncovered = 'warn' }: Declared,
  problems: Problems,
  log: Pick<Log, 'info' | 'warning'>,
): void {
  if (leaking.length > 0)
    log.warning(`The canary gets requests whatever its weight by ${leaking.join(', ')}, which select its pods too.`);
  if (ways.length === 0) return;
  const text = `Not covered by the split, so all of it stays on stable: requests by ${ways.join(', ')}.`;
  const remedy = 'Say with `uncovered` what share of the requests comes that way';
  if (uncovered > 0) log.info(`${text} \`uncovered: ${uncovered} %\` is declared for them and for callers inside the cluster.`);
  else if (onUncovered === 'warn') log.warning(`${text} ${remedy}, and a share that is lower by that much is proven.`);
  else problems.add(`${text} \`on-uncovered: fail\` allows none. ${remedy}, or lead them through the route.`);
}
