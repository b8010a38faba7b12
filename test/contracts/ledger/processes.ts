import { type Clock, systemClock } from '../../../src/kernel/clock.js';
import type { HeldRecord, Ledger, SeenRecord } from '../../../src/release/record/ledger.js';
import { anySignal, RecordingLog } from '../../src/platforms/kubernetes/bed.js';
import { someRun } from '../../src/release/releases.js';
import type { LedgerApp } from './bed.js';

/** A lock lasts half a minute, and nobody wants to wait for it. Faster still, a request on a busy machine would outlast it. */
const FASTER = 10;

/** Time that goes faster, and stands still for a process that is asleep. */
class FastClock implements Clock {
  readonly #since = systemClock.now();
  #isAsleep = false;

  now(): number {
    return this.#since + (systemClock.now() - this.#since) * FASTER;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await systemClock.sleep(ms / FASTER, signal);
    if (this.#isAsleep) await never(signal);
  }

  /** From here on none of its waits ends, as on a runner that stands still. */
  freeze(): void {
    this.#isAsleep = true;
  }
}

const never = (signal?: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    if (signal?.aborted) reject(signal.reason);
  });

interface Asked {
  readonly run?: string;
  readonly nonce?: string;
  readonly job?: string;
  readonly asksToYield?: string;
  readonly undoes?: boolean;
  readonly signal?: AbortSignal;
}

/** One process of a workflow run that works on the app's record. */
export class LedgerProcess {
  readonly log = new RecordingLog();
  readonly clock = new FastClock();
  readonly ledger: Ledger;
  readonly #asked: Asked;

  constructor(app: LedgerApp, asked: Asked = {}) {
    this.ledger = app.ledger(this);
    this.#asked = asked;
  }

  read = (): Promise<SeenRecord> => this.ledger.read(anySignal());
  readAny = (): Promise<SeenRecord> => this.ledger.readAny(anySignal());

  async hold<T>(work: (held: HeldRecord) => Promise<T>, seen?: SeenRecord): Promise<T> {
    const { run = '42', nonce = 'a', job = 'release', signal = anySignal(), undoes, asksToYield } = this.#asked;
    const workflowRun = someRun({
      runId: run,
      job,
      runner: `runner-${run}`,
      url: `https://github.com/shop/restaurant/actions/runs/${run}`,
    });
    const { clock, log } = this;
    const holding = { workflowRun, clock, log, signal, nonce, undoes, asksToYield, monotonicMs: () => clock.now() };
    return this.ledger.hold(seen ?? (await this.readAny()), holding, work);
  }
}
