import type { Clock } from '../../../kernel/clock.js';
import { formatDuration } from '../../../kernel/duration.js';
import { UserError } from '../../../kernel/errors.js';
import type { Log } from '../../../kernel/log.js';
import { ApiError } from '../api/cluster.js';
import { ServerUnreachable } from '../api/server-unreachable.js';

const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 8000;

/** How long and by what means an undo goes on trying. */
export interface Patience {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly withinMs: number;
}

/**
 * Tries again what the cluster refuses for now: a webhook that is away for eight seconds must not leave a bad version half of the traffic. What is
 * tried has to be safe to do again from the record.
 * @throws the last refusal, with how long was tried; at once what no waiting mends
 */
export async function persistently<T>(attempt: () => Promise<T>, { clock, log, signal, withinMs }: Patience): Promise<T> {
  const startedAt = clock.now();
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(1.5 * wait, LONGEST_WAIT_MS)) {
    try {
      return await attempt();
    } catch (error) {
      if (signal.aborted || !passes(error)) throw error;
      const elapsed = clock.now() - startedAt;
      const text = (error as Error).message;
      if (elapsed + wait > withinMs)
        throw new UserError('cluster-keeps-refusing', `The cluster went on refusing for ${inSeconds(elapsed)}: ${text}`, {
          cause: error,
          brief: `The cluster went on refusing for ${inSeconds(elapsed)}.`,
        });
      log.info(
        `${text}\nThat may pass: trying again in ${wait / 1000} s (${inSeconds(elapsed)} of ${formatDuration(withinMs)}).`,
      );
      await clock.sleep(wait, signal);
    }
  }
}

const inSeconds = (ms: number): string => formatDuration(Math.round(ms / 1000) * 1000);

/**
 * What webhooks, policies and quotas say when they refuse, whatever the status (apiserver pkg/admission/plugin/webhook/errors/statuserror.go and
 * plugin/policy/validating, kubernetes plugin/pkg/admission/resourcequota).
 */
const ADMISSION = /denied the request|denied request|failed calling webhook|exceeded quota|insufficient quota/;

/** Whether the same request may be granted in a while. A right that is missing is not given by waiting. */
function passes(error: unknown): boolean {
  if (error instanceof ServerUnreachable) return error.kind !== 'tls' && error.kind !== 'proxy';
  if (!(error instanceof ApiError)) return false;
  return error.status >= 500 || [408, 409, 429].includes(error.status) || ADMISSION.test(error.message);
}
