import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { cachedDirectory } from '../bed/cached-directory.js';
import { buildGoProgram, downloadModule, requiredVersion } from '../bed/go-program.js';
import { cacheDirectory, testbedSource } from '../bed/places.js';
import { run } from '../bed/run.js';

const traefik = 'github.com/traefik/traefik/v3';
const lego = 'github.com/go-acme/lego/v5';

/** Our own part of the module, in the source tree; `lego/` comes to it in the cache. */
const module = testbedSource('router');
const sources = ['go.mod', 'go.sum', 'ext/go.mod', 'ext/ext.go', 'dns/providers.go'];

/** What lego's other packages need; `providers` is left out. */
const legoParts = ['acme', 'certcrypto', 'certificate', 'challenge', 'internal', 'lego', 'log', 'platform', 'registration'];

/** Traefik's module with its version: `github.com/traefik/traefik/v3@v3.…` */
export const traefikModule = (): string => `${traefik}@${requiredVersion(module, traefik)}`;

/**
 * Compiles Traefik unless the cache has it: about three minutes of two cores.
 * @returns path of the binary
 */
export async function buildRouter(): Promise<string> {
  return buildGoProgram({
    name: 'traefik',
    module: await completeModule(),
    package: `${traefik}/cmd/traefik`,
    linkerFlags: `-s -w -X ${traefik}/pkg/version.Version=${requiredVersion(module, traefik).slice(1)}`,
  });
}

/**
 * Puts our files and a copy of lego without its DNS providers into one directory of the cache. Traefik imports all 200 providers for its
 * certificates: several of their modules cannot be had from a module proxy, and all of them together take longer to compile than the rest.
 */
async function completeModule(): Promise<string> {
  const hash = createHash('sha256');
  for (const source of sources) hash.update(readFileSync(path.join(module, source)));
  const home = path.join(cacheDirectory(), 'traefik-module', hash.digest('hex').slice(0, 12));
  return cachedDirectory(home, async (unfinished) => {
    const original = await downloadModule(`${lego}@${requiredVersion(module, lego)}`);
    const providers = path.join(unfinished, 'lego', 'providers');
    await mkdir(providers, { recursive: true });
    await copy(module, ['go.mod', 'go.sum', 'ext'], unfinished);
    await copy(module, ['dns'], providers);
    await copy(original, ['go.mod', ...legoParts], path.dirname(providers));
  });
}

/** Go's module cache is read-only, and a copy that kept its modes could not be removed. */
async function copy(from: string, names: readonly string[], to: string): Promise<void> {
  await run('cp', ['-r', '--no-preserve=mode', ...names.map((name) => path.join(from, name)), to]);
}
