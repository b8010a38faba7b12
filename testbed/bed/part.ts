import type { Bed } from './description.js';
import { isAlive, readPart, stop } from './processes.js';
import type { Site } from './site.js';

/** One server of a bed. `bed/stages.ts` says which beds have it and what it waits for. */
export interface Part {
  readonly name: string;
  /** Builds or fetches what the part runs into the user's cache, once. Called where there is a network; `start` has none. */
  prepare?(): Promise<unknown>;
  /**
   * Starts it inside the bed's network namespace and returns once it works. Usually `startPart`, then `untilTrue`.
   * @throws BedError that holds the end of its log
   */
  start(site: Site): Promise<void>;
  /** Asks it whether it works, inside the bed's network namespace; called only while it runs. */
  isHealthy(site: Site): Promise<boolean>;
  /** Whether its processes are there; without this method, whether the process of its name in `pids/` is. */
  isRunning?(site: Site): boolean | Promise<boolean>;
  /** Ends its processes; without this method, the one of its name in `pids/`, with SIGTERM. Fine when it was never started. */
  stop?(site: Site): Promise<void>;
  /** Removes what outlives its processes outside the bed's directory and network: mounts, cgroups, files. Fine when there is nothing. */
  clean?(site: Site): Promise<void>;
  /** What it adds to the line of `up`. */
  describe?(site: Site): Partial<Bed> | Promise<Partial<Bed>>;
}

const graceMs = 5_000;

export async function isRunning(part: Part, site: Site): Promise<boolean> {
  if (part.isRunning !== undefined) return part.isRunning(site);
  const running = readPart(site.directory, part.name);
  return running !== undefined && isAlive(running);
}

export async function stopPart(part: Part, site: Site): Promise<void> {
  if (part.stop !== undefined) return part.stop(site);
  const running = readPart(site.directory, part.name);
  if (running !== undefined) await stop(running, graceMs);
}
