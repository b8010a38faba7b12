import type { V1Container } from '@kubernetes/client-node';
import { formatDuration } from '../../../../kernel/duration.js';
import type { Log } from '../../../../kernel/log.js';
import { type App, templateOf } from '../../app/app.js';
import type { Router } from '../../router.js';
import type { Promotion } from '../../strategy.js';
import { keepsTrafficOffStable } from './promote.js';

/** The kubelet's own, where a pod does not say. */
const USUAL_GRACE_SECONDS = 30;

/**
 * Says before anything is changed when a promotion can lose requests that only the app could save: stable's pods are stopped while they get
 * traffic, and what stops them does not wait for the proxies.
 * @param isPassed whether requests come to stable past the split, which no router keeps off it
 */
export function warnOfUndrained(
  app: App,
  promotion: Promotion,
  { carriesAll, settleMs }: Pick<Router, 'carriesAll' | 'settleMs'>,
  isPassed: boolean,
  log: Pick<Log, 'warning'>,
): void {
  const isOffStable = keepsTrafficOffStable(promotion, { carriesAll });
  if (isOffStable && !isPassed) return;
  const { containers = [], terminationGracePeriodSeconds: grace = USUAL_GRACE_SECONDS } = templateOf(app.deployment).spec ?? {};
  const released = containers.find(({ name }) => name === app.container);
  const why = released && whyUndrained(released, grace, settleMs);
  if (why === undefined) return;
  const wait = Math.ceil(settleMs / 1000) + 2;
  if (isOffStable) {
    log.warning(
      `Container ${app.container} ${why}, and requests come to stable past the split, also while its pods are replaced: those that reach a pod that is being stopped may be lost. ` +
        `Add \`lifecycle: { preStop: { sleep: { seconds: ${wait} } } }\`, or lead them through the route.`,
    );
    return;
  }
  const other = carriesAll ? 'promote with `promotion: surge`' : 'release behind an HTTPRoute with `promotion: surge`';
  log.warning(
    `Container ${app.container} ${why}, and this promotion replaces stable's pods while they get traffic: requests that reach a pod that is being stopped may be lost. ` +
      `Add \`lifecycle: { preStop: { sleep: { seconds: ${wait} } } }\`, or ${other}.`,
  );
}

/** What a command or a request before the end does is the app's own affair; how long a sleep is, and whether there is time for it, can be told. */
function whyUndrained({ lifecycle }: V1Container, graceSeconds: number, settleMs: number): string | undefined {
  const hook = lifecycle?.preStop;
  if (!hook) return 'has no preStop hook';
  const settle = formatDuration(settleMs);
  if (hook.sleep && hook.sleep.seconds * 1000 < settleMs)
    return `sleeps for ${hook.sleep.seconds}s before it stops, less than the ${settle} that the proxies may take to hear of it`;
  if (graceSeconds * 1000 < settleMs)
    return `is killed ${graceSeconds}s after it was told to stop (terminationGracePeriodSeconds), less than the ${settle} that the proxies may take to hear of it`;
  return undefined;
}
