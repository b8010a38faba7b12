import path from 'node:path';
import { readBed } from './description.js';
import { entering } from './network.js';
import { bedDirectory } from './places.js';
import { run } from './run.js';

/** Tells which parts run and answer; `{ up: false }` when there is no such bed. */
export async function status(name: string): Promise<unknown> {
  const directory = bedDirectory(name);
  const bed = await readBed(directory);
  if (bed === undefined) return { name, up: false };
  const inside = path.join(import.meta.dirname, 'inside.js');
  const health = await run(...entering(directory, process.execPath, [inside, 'health', directory]));
  const parts = JSON.parse(health) as Record<string, { healthy: boolean }>;
  return { name, up: true, healthy: Object.values(parts).every(({ healthy }) => healthy), parts, bed };
}
