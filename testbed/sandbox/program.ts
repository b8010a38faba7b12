import type { Socket } from 'node:net';

/** A real program in the place of the bed's app, in one pod. */
export interface RunningProgram {
  /** On which it is called in its pod, where that is another one than the bed's app has. */
  readonly port?: number;
  /** Resolves once it says that it is ready. */
  readonly ready: Promise<void>;
  /** Hands a connection on to it. */
  take(socket: Socket): void;
  stop(): void;
}

/** Starts what an image runs; undefined for an image that the bed's app plays. */
export type RunProgram = (image: string) => RunningProgram | undefined;
