import http from 'node:http';
import { Duplex } from 'node:stream';
import { type Owner, running } from './owner.js';

type Socket = Parameters<http.Server['emit']>[1];

/**
 * Connections that lead from one part of this process to another, without the machine's network: what is sent has arrived a moment later,
 * whatever the time is.
 */
export class Network {
  readonly #servers = new Map<string, http.Server>();

  /** Lets every client of `node:http` in this process dial into it, for good. */
  install(): void {
    const dial = (options: { host?: string; port?: number | string }) => this.#connect(`${options.host}:${options.port}`);
    Object.assign(http.Agent.prototype, { createConnection: dial });
  }

  listen(place: string, server: http.Server): void {
    this.#servers.set(place, server);
  }

  close(place: string): void {
    this.#servers.delete(place);
  }

  #connect(place: string): Duplex {
    const owner = running.getStore();
    const [client, far] = connectedPair(owner);
    const breakOff = () => far.destroy();
    owner?.atDeath.add(breakOff);
    far.once('close', () => owner?.atDeath.delete(breakOff));
    const server = this.#servers.get(place);
    if (server) process.nextTick(() => running.run(undefined, () => server.emit('connection', far as unknown as Socket)));
    else client.destroy(Object.assign(new Error(`connect ECONNREFUSED ${place}`), { code: 'ECONNREFUSED' }));
    return client;
  }
}

/** Whose request has come by this connection. */
export const clientOf = (socket: unknown): Owner | undefined => (socket as End).peer.owner;

function connectedPair(owner: Owner | undefined): [End, End] {
  const [client, server] = [new End(owner), new End(undefined)];
  client.peer = server;
  server.peer = client;
  return [client, server];
}

/** One end of a connection. An end whose owner is dead hears nothing any more, and what it sends is lost. */
class End extends Duplex {
  readonly owner: Owner | undefined;
  peer!: End;
  /** What tells a socket from other streams. */
  readonly connecting = false;
  readonly remoteAddress = '192.0.2.1';

  constructor(owner: Owner | undefined) {
    super({ allowHalfOpen: false });
    this.owner = owner;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#tell((peer) => peer.push(chunk));
    done();
  }

  override _final(done: () => void): void {
    this.#tell((peer) => peer.push(null));
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    this.#tell((peer) => peer.destroy(peer.readableEnded ? undefined : reset));
    done(error);
  }

  #tell(action: (peer: End) => void): void {
    if (this.owner?.isDead) return;
    const { peer } = this;
    const arrive = () => {
      if (peer.destroyed || peer.owner?.isDead) return;
      if (peer.owner?.isFrozen) peer.owner.missed.push(arrive);
      else running.run(peer.owner, () => action(peer));
    };
    process.nextTick(arrive);
  }

  resetAndDestroy(): this {
    return this.destroy();
  }

  setTimeout(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
