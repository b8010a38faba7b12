import { formatDuration } from '../../../../kernel/duration.js';
import { UserError } from '../../../../kernel/errors.js';
import { type Cluster, DeadlineError } from '../../api/cluster.js';
import type { HttpRoute } from '../../api/http-route.js';
import { HTTP_ROUTE } from '../../api/kinds.js';
import type { AcceptanceWait } from '../../router.js';
import { unacceptedBy } from './status.js';

/** A controller may judge the route before it has heard of the canary's Service. */
const REFUSED_FOR_GOOD_MS = 10_000;
/** From then on the log says whom the step waits for. */
const SAY_AFTER_MS = 5000;
const SAY_EVERY_MS = 10_000;

/**
 * Waits until the controllers of the route's parents have accepted what was written.
 * @throws UserError when one refuses it for good, or does not answer within the time limit
 */
export async function awaitAcceptance(
  cluster: Cluster,
  written: HttpRoute,
  wait: AcceptanceWait,
  signal: AbortSignal,
): Promise<HttpRoute> {
  if (cluster.plan) return written;
  const { name = '', generation = 0 } = written.metadata ?? {};
  const where = `HTTPRoute ${cluster.namespace}/${name}`;
  const ended = new AbortController();
  const either = AbortSignal.any([signal, ended.signal]);
  const pending = watchAnswers(where, wait, either);
  const accepted = cluster.until(
    HTTP_ROUTE,
    { fields: `metadata.name=${name}` },
    ([route]) => {
      const answer = route && unacceptedBy(route, generation);
      pending.see(answer);
      return route && answer === undefined ? route : undefined;
    },
    { timeoutMs: wait.timeoutMs, since: written },
    either,
  );
  try {
    return await Promise.race([accepted, pending.refused]);
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
    throw new UserError(
      'route-not-accepted',
      `No controller accepted the change of ${where} within ${formatDuration(wait.timeoutMs)}: ${pending.text()}. Is each Gateway of its parentRefs served by a running controller? Take out one that is not.`,
      { cause: error },
    );
  } finally {
    ended.abort(new Error('the route has been judged'));
    await Promise.allSettled([accepted, pending.refused]);
  }
}

function watchAnswers(where: string, { clock, log, timeoutMs }: AcceptanceWait, signal: AbortSignal) {
  const startedAt = clock.now();
  let text = 'nobody has reported on it';
  let refusedSince: number | undefined;
  const refused = async (): Promise<never> => {
    for (let saidAt = startedAt + SAY_AFTER_MS - SAY_EVERY_MS; ; ) {
      await clock.sleep(1000, signal);
      const at = clock.now();
      if (refusedSince !== undefined && at - refusedSince >= REFUSED_FOR_GOOD_MS)
        throw new UserError('route-refused', `The controller of ${where} refuses it: ${text}`);
      if (at - saidAt < SAY_EVERY_MS) continue;
      saidAt = at;
      const elapsed = formatDuration(Math.round((at - startedAt) / 1000) * 1000);
      log.info(`${where}: ${text} · ${elapsed} of ${formatDuration(timeoutMs)}`);
    }
  };
  return {
    refused: refused(),
    text: () => text,
    see(answer: ReturnType<typeof unacceptedBy>) {
      if (answer) text = answer.text;
      refusedSince = answer?.isRefused ? (refusedSince ?? clock.now()) : undefined;
    },
  };
}
