import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { cacheDirectory } from './places.js';
import { run } from './run.js';

/** What `go build` is told. */
export interface GoBuild {
  /** Directory of the module. */
  readonly module: string;
  /** The main package: `.`, or one of a dependency, which can be built from a module that requires it. */
  readonly package: string;
  readonly linkerFlags?: string;
  /** Build tags. */
  readonly tags?: readonly string[];
}

export interface GoProgram extends GoBuild {
  /** Name of the binary and of its directory in the cache. */
  readonly name: string;
}

/**
 * Compiles a program into the user's cache directory, once. Its place comes from everything that it is made of, so that a changed module never
 * runs as an old binary.
 * @returns path of the binary
 * @throws BedError with the compiler's messages
 */
export async function buildGoProgram({ name, ...build }: GoProgram): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([build.package, build.linkerFlags, ...(build.tags ?? [])]));
  for (const file of readdirSync(build.module, { recursive: true, encoding: 'utf8' }).sort()) {
    const source = path.join(build.module, file);
    if (/(^go\.(mod|sum)|\.go)$/.test(path.basename(file)) && statSync(source).isFile())
      hash.update(`${file}\n`).update(readFileSync(source));
  }
  const file = path.join(cacheDirectory(), name, hash.digest('hex').slice(0, 12), name);
  if (existsSync(file)) return file;
  process.stderr.write(`Building ${name} from Go modules, once.\n`);
  await compile(build, file);
  return file;
}

/** Compiles a static binary; `file` appears only when it is whole. */
export async function compile(build: GoBuild, file: string): Promise<void> {
  const { module, package: main, linkerFlags = '-s -w', tags = [] } = build;
  await mkdir(path.dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  // Says so itself when Go is missing, which `nice` would not.
  await run('go', ['env', 'GOVERSION']);
  // What runs beside a compiler of several minutes must not be starved by it.
  const flags = ['-trimpath', '-tags', tags.join(','), '-ldflags', linkerFlags];
  await run('nice', ['-n', '10', 'go', 'build', ...flags, '-o', unfinished, main], {
    cwd: module,
    env: { ...process.env, CGO_ENABLED: '0' },
  });
  await rename(unfinished, file);
}

/**
 * Fetches one module by its version, e.g. `example.org/x@v1.2.3`.
 * @returns its directory in Go's own cache, which is read-only
 */
export async function downloadModule(module: string): Promise<string> {
  return (JSON.parse(await run('go', ['mod', 'download', '-json', module])) as { Dir: string }).Dir;
}

/** The version of a dependency that the module in a directory requires, e.g. `v1.2.3`. */
export function requiredVersion(module: string, dependency: string): string {
  const goMod = readFileSync(path.join(module, 'go.mod'), 'utf8');
  const line = goMod.split('\n').find((text) => text.trim().startsWith(`${dependency} v`));
  const version = line?.trim().split(' ')[1];
  if (version === undefined) throw new Error(`${module}/go.mod does not require ${dependency}.`);
  return version;
}
