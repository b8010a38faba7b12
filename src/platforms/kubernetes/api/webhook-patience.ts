import type { Clock } from '../../../kernel/clock.js';
import type { Log } from '../../../kernel/log.js';

/** Whoever has more time than this tries the whole step of the work again, as an undo does. */
const PATIENCE_MS = 20_000;
const WAIT_MS = 2000;
/** apiserver pkg/admission/plugin/webhook/errors/statuserror.go: the webhook could not be asked, so nothing was carried out. */
const AWAY = /failed calling webhook/;

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Sends a change again while an admission webhook is away: that passes, and is neither the user's mistake nor ours. */
export async function whileWebhookIsAway<A extends Answer>(
  label: string,
  send: () => Promise<A>,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  signal: AbortSignal,
): Promise<A> {
  const startedAt = clock.now();
  for (;;) {
    const answer = await send();
    if (answer.status < 500 || !AWAY.test(answer.body) || clock.now() - startedAt + WAIT_MS > PATIENCE_MS) return answer;
    log.info(`${label}: ${answer.body.slice(0, 500)}\nThat may pass: trying again in ${WAIT_MS / 1000} s.`);
    await clock.sleep(WAIT_MS, signal);
  }
}
