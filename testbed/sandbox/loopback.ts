import { randomInt } from 'node:crypto';
import type http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { healthy } from '../app/faults.js';
import { type LivePod, LivePods } from '../node/live-pods.js';
import { createPodServer } from '../node/pod-server.js';
import type { RunningProgram, RunProgram } from './program.js';

const usualPodPort = 8080;
const podsPerBlock = 250;
/** Connections that may wait to be accepted. The usual 511 are full after 2 s in which a busy machine lets nobody accept, and those beyond are reset. */
export const BACKLOG = 4096;

export interface Place {
  readonly host: string;
  readonly port: number;
}

/**
 * A /24 of loopback addresses that no other sandbox has. Linux answers for all of 127.0.0.0/8, so that neither root nor an interface is needed.
 * Where only 127.0.0.1 is there, as on macOS, the addresses are names: each pod has a port of its own, and `dial` knows which.
 */
export interface Block {
  /** Where servers of the sandbox listen. */
  readonly serverAddress: string;
  /** `127.X.Y.N` */
  address(last: number): string;
  /** On which every pod listens, as the cluster sees it. */
  readonly podPort: number;
  /** Lets a pod listen, on another port than usual where it can. */
  open(address: string, listener: net.Server, port?: number): void;
  /** Where a connection to a pod really goes. */
  dial(place: Place): Place;
  release(): void;
}

/** @param hasOne as if there were only one loopback address */
export async function takeBlock(hasOne = false): Promise<Block> {
  for (let attempt = 0; ; attempt += 1) {
    const prefix = `127.${randomInt(64, 192)}.${randomInt(256)}`;
    if (hasOne) return oneAddress(prefix);
    try {
      // Whoever holds the first address's port has the block. A program that listens on all addresses has the usual port in every one.
      const claim = await listen(net.createServer(), `${prefix}.1`, attempt < 5 ? usualPodPort : 0);
      return ownAddresses(prefix, claim);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EADDRNOTAVAIL') return oneAddress(prefix);
      if (code !== 'EADDRINUSE' || attempt > 10) throw error;
    }
  }
}

function ownAddresses(prefix: string, claim: net.Server): Block {
  const { port } = claim.address() as AddressInfo;
  return {
    serverAddress: `${prefix}.1`,
    address: (last) => `${prefix}.${last}`,
    podPort: port,
    open: (address, listener, own = port) => {
      listen(listener, address, own).catch((error: unknown) => {
        process.stderr.write(`sandbox: a pod can't listen on ${address}: ${String(error)}\n`);
      });
    },
    dial: (place) => place,
    release: () => claim.close(),
  };
}

function oneAddress(prefix: string): Block {
  const host = '127.0.0.1';
  const listeners = new Map<string, net.Server>();
  // Nobody listens on port 1 without root: there a connection is refused, as it is on a port that a pod does not have.
  const portOf = (address: string) => (listeners.get(address)?.address() as AddressInfo | null | undefined)?.port ?? 1;
  return {
    serverAddress: host,
    address: (last) => `${prefix}.${last}`,
    podPort: usualPodPort,
    open: (address, listener) => {
      listeners.set(address, listener);
      listener.listen(0, host, BACKLOG);
    },
    dial: (place) => ({ host, port: place.port === usualPodPort ? portOf(place.host) : 1 }),
    release: () => undefined,
  };
}

async function listen(server: net.Server, address: string, port: number): Promise<net.Server> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, BACKLOG, resolve);
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
  readonly #listeners = new Map<string, readonly net.Server[]>();
  readonly #runProgram: RunProgram;
  readonly #programs = new Map<string, RunningProgram>();

  /** @param runProgram for images that are programs of their own */
  constructor(block: Block, runProgram: RunProgram = () => undefined) {
    super();
    this.#block = block;
    this.#runProgram = runProgram;
    const called = new WeakMap<net.Socket, string>();
    this.#server = createPodServer(this, (socket) => called.get(socket) ?? '');
    this.#accept = (address) => (socket) => {
      const program = this.#programs.get(address);
      if (program) {
        program.take(socket);
        return;
      }
      called.set(socket, address);
      this.#server.emit('connection', socket);
    };
    const cutConnections = this.onStopped;
    this.onStopped = (address) => {
      cutConnections(address);
      this.#programs.get(address)?.stop();
      this.#programs.delete(address);
    };
  }

  /** A program is ready when it says so itself. */
  override onPulled(pod: LivePod, image: string): void {
    const program = this.#runProgram(image);
    if (!program) return;
    this.#programs.set(pod.address, program);
    if (program.port !== undefined) this.#listen(pod.address, program.port);
    pod.order({ ...healthy, unready: true });
    program.ready.then(
      () => pod.order(healthy),
      (error: unknown) => process.stderr.write(`sandbox: ${image} does not become ready: ${String(error)}\n`),
    );
  }

  /** All pods share one HTTP server, which is told whom a connection is for. */
  readonly #accept: (address: string) => (socket: net.Socket) => void;

  override add(pod: Parameters<LivePods['add']>[0]): LivePod {
    const live = super.add(pod);
    this.#listen(pod.address);
    return live;
  }

  override remove(pod: LivePod): void {
    super.remove(pod);
    for (const listener of this.#listeners.get(pod.address) ?? []) listener.close();
    this.#listeners.delete(pod.address);
  }

  #listen(address: string, port?: number): void {
    const listener = net.createServer(this.#accept(address));
    this.#listeners.set(address, [...(this.#listeners.get(address) ?? []), listener]);
    this.#block.open(address, listener, port);
  }

  close(): void {
    for (const pod of this.list()) this.remove(pod);
    for (const program of this.#programs.values()) program.stop();
    this.#server.closeAllConnections();
  }
}
