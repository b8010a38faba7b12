import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A lockfile must install from whichever registry npm is set up with, so it holds versions and hashes but no address. */
export function addressesInLockfile(root: string): string[] {
  const lock: { packages?: Record<string, { resolved?: string }> } = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
  );
  return Object.entries(lock.packages ?? {})
    .filter(([, entry]) => /^https?:/.test(entry.resolved ?? ''))
    .map(([path, entry]) => `package-lock.json: ${path} is resolved to ${entry.resolved}`);
}
