import http from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/** How many answers were given by each version, or by nobody: then by their status, `0` where there was none. */
export type Shares = Readonly<Record<string, number>>;

export interface Question {
  /** Name that the router tells routes apart by. */
  readonly host: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const atOnce = 10;
const answerTimeoutMs = 5_000;
/** Traefik takes changes every 2 s, and a pod ends a few seconds after its last request; the rest is for a machine that has other things to do. */
const actsWithinMs = 60_000;
/** Who asks without a pause takes the CPU that the router needs to act. */
const askEveryMs = 200;

/** Asks the router as customers do, over connections that are kept alive. For a rate of requests, and for counting each of them, there is `load`. */
export class RouterClient {
  readonly #address: string;
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: atOnce });

  /** @param address of the router, e.g. `http://192.0.2.20` */
  constructor(address: string) {
    this.#address = address;
  }

  /** Sends `count` requests and tells who answered. */
  async shares(question: Question, count: number): Promise<Shares> {
    const shares: Record<string, number> = {};
    let left = count;
    const askAll = async () => {
      while (left-- > 0) {
        const who = await this.ask(question);
        shares[who] = (shares[who] ?? 0) + 1;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, askAll));
    return shares;
  }

  /** Sends batches of 100 until one is as expected. @throws Error with the last batch when time is up */
  async until(question: Question, isDone: (shares: Shares) => boolean): Promise<void> {
    const deadline = performance.now() + actsWithinMs;
    for (;;) {
      const shares = await this.shares(question, 100);
      if (isDone(shares)) return;
      if (performance.now() > deadline)
        throw new Error(`Waited ${actsWithinMs} ms for ${question.host}; of 100 requests: ${JSON.stringify(shares)}`);
      await wait(askEveryMs);
    }
  }

  /** @returns the version that answered, else the status */
  ask({ host, headers = {} }: Question): Promise<string> {
    return new Promise((resolve) => {
      const options = { agent: this.#agent, headers: { ...headers, host }, timeout: answerTimeoutMs };
      const request = http.get(this.#address, options, (response) => {
        const version = response.headers['x-app-version'];
        response.resume();
        response.on('error', () => resolve('0'));
        response.on('end', () => resolve(typeof version === 'string' ? version : String(response.statusCode)));
      });
      request.on('timeout', () => request.destroy());
      request.on('error', () => resolve('0'));
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
