import type { Problems } from '../../../kernel/errors.js';
import type { Log } from '../../../kernel/log.js';
import type { OtherWays } from '../surroundings/other-ways.js';

/** What the user says of requests past the split; an action that begins no release has no inputs for it. */
export interface Declared {
  /** Percent. */
  readonly uncovered?: number;
  readonly onUncovered?: 'warn' | 'fail';
}

/** The label that sets the canary apart, as stable has it. */
type Isolating = readonly [key: string, value: string];

/**
 * Says before the release what leads to stable past the split. How much comes that way shows only once the canary has a share: counters do not say by
 * which way a request came.
 */
export function tellUncovered(
  { uncovered: ways, leaking }: OtherWays,
  isolation: Isolating | undefined,
  { uncovered = 0, onUncovered = 'warn' }: Declared,
  problems: Problems,
  log: Pick<Log, 'info' | 'warning'>,
): void {
  if (leaking.length > 0) {
    const leak = describeLeak(leaking, isolation);
    if (onUncovered === 'warn') log.warning(leak);
    else problems.add('traffic-uncovered', `${leak} \`on-uncovered: fail\` allows none.`);
  }
  if (ways.length === 0) return;
  const text = `Not covered by the split, so all of it stays on stable: requests by ${ways.join(', ')}, and of whoever calls the Service inside the cluster.`;
  const remedy = 'Say with `uncovered` what share of the requests comes that way';
  if (uncovered > 0) log.info(`${text} \`uncovered: ${uncovered} %\` is declared for them.`);
  else if (onUncovered === 'warn') log.warning(`${text} ${remedy}, and a share that is lower by that much is proven.`);
  else
    problems.add('traffic-uncovered', `${text} \`on-uncovered: fail\` allows none. ${remedy}, or lead them through the route.`);
}

/** From the moment that a canary's pod is ready, and before any gate. */
function describeLeak(leaking: readonly string[], [key, value]: Isolating = ['', '']): string {
  const [select, them] = leaking.length > 1 ? ['select', 'them'] : ['selects', 'it'];
  const remedy = key === '' ? '' : ` Let ${them} select by ${key}=${value} too: the canary has another value there.`;
  return `The canary gets requests whatever its weight, before any gate, by ${leaking.join(', ')}, which ${select} its pods too.${remedy}`;
}
