import { randomInt } from 'node:crypto';
import type http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { type LivePod, LivePods } from '../node/live-pods.js';
import { createPodServer } from '../node/pod-server.js';

const usualPodPort = 8080;
const podsPerBlock = 250;

/** A /24 of loopback addresses that no other sandbox has: Linux answers for all of 127.0.0.0/8, so neither root nor an interface is needed. */
export interface Block {
  /** `127.X.Y.N` */
  address(last: number): string;
  /** On which every pod of the block listens. */
  readonly podPort: number;
  release(): void;
}

/** Takes a block at random. Whoever holds the first address's port has the block. */
export async function takeBlock(): Promise<Block> {
  for (let attempt = 0; ; attempt += 1) {
    const prefix = `127.${randomInt(64, 192)}.${randomInt(256)}`;
    // A program that listens on all addresses has the usual port in every block.
    const claim = await listen(net.createServer(), `${prefix}.1`, attempt < 5 ? usualPodPort : 0).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EADDRINUSE' || attempt > 10) throw error;
        return undefined;
      },
    );
    if (claim === undefined) continue;
    const { port } = claim.address() as AddressInfo;
    return { podPort: port, address: (last) => `${prefix}.${last}`, release: () => claim.close() };
  }
}

async function listen(server: net.Server, address: string, port: number): Promise<net.Server> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
  return server;
}

/** Addresses for pods; the one that has been free for longest is given out first. */
export class PodAddresses {
  readonly #free: string[];

  constructor(block: Block) {
    this.#free = Array.from({ length: podsPerBlock }, (_, index) => block.address(index + 2));
  }

  take(): string {
    const address = this.#free.shift();
    if (address === undefined) throw new Error(`The sandbox has addresses for ${podsPerBlock} pods.`);
    return address;
  }

  give(address: string): void {
    this.#free.push(address);
  }
}

/** Pods that listen, each on its own address. */
export class ListeningPods extends LivePods {
  readonly #block: Block;
  readonly #server: http.Server;
  readonly #listeners = new Map<string, net.Server>();

  constructor(block: Block) {
    super();
    this.#block = block;
    this.#server = createPodServer(this);
  }

  override add(pod: Parameters<LivePods['add']>[0]): LivePod {
    const live = super.add(pod);
    // All pods share one HTTP server, which tells them apart by the address that was called.
    const listener = net.createServer((socket) => this.#server.emit('connection', socket));
    this.#listeners.set(pod.address, listener);
    listen(listener, pod.address, this.#block.podPort).catch((error: unknown) => {
      process.stderr.write(`sandbox: pod ${pod.namespace}/${pod.name} can't listen: ${String(error)}\n`);
    });
    return live;
  }

  override remove(pod: LivePod): void {
    super.remove(pod);
    this.#listeners.get(pod.address)?.close();
    this.#listeners.delete(pod.address);
  }

  close(): void {
    for (const pod of this.list()) this.remove(pod);
    this.#server.closeAllConnections();
  }
}
