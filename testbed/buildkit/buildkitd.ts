import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildGoProgram } from '../bed/go-program.js';
import { listens } from '../bed/health.js';
import { testbedSource } from '../bed/places.js';
import { run } from '../bed/run.js';
import { fetchEngine } from '../engine/programs.js';

const READY_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 20;

/** Compiles buildkitd into the user's cache, once: four minutes of one core. @returns path of the binary */
export const buildBuildkitd = (): Promise<string> =>
  buildGoProgram({
    name: 'buildkitd',
    module: testbedSource('buildkit'),
    package: 'github.com/moby/buildkit/cmd/buildkitd',
  });

export interface Buildkitd {
  /** For `docker buildx create --driver remote`. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/**
 * Starts BuildKit by itself on a socket of its own, with runc and without containerd. RUN steps share the network of the caller.
 * @param diskMegabytes size of the disk on which it keeps everything; without it that of the machine
 */
export async function startBuildkitd({ diskMegabytes }: { readonly diskMegabytes?: number } = {}): Promise<Buildkitd> {
  const program = await buildBuildkitd();
  const { path } = await fetchEngine();
  const directory = await mkdtemp(join(tmpdir(), 'd9-buildkitd-'));
  const at = (name: string) => join(directory, name);
  await mkdir(at('root'));
  if (diskMegabytes !== undefined) await run('mount', ['-t', 'tmpfs', '-o', `size=${diskMegabytes}m`, 'tmpfs', at('root')]);
  const endpoint = `unix://${at('buildkitd.sock')}`;
  await writeFile(at('buildkitd.toml'), '');
  const log = openSync(at('log'), 'a');
  const worker = [
    '--oci-worker-binary=runc',
    '--oci-worker-net=host',
    '--oci-worker-snapshotter=native',
    '--containerd-worker=false',
  ];
  const own = [`--config=${at('buildkitd.toml')}`, `--root=${at('root')}`, `--addr=${endpoint}`];
  const child = spawn(program, [...own, ...worker], {
    stdio: ['ignore', log, log],
    env: { ...process.env, PATH: `${path.join(':')}:${process.env.PATH}`, OTEL_TRACES_EXPORTER: 'none' },
  });
  const close = async () => {
    const gone = once(child, 'exit');
    if (child.exitCode === null && child.kill()) await gone;
    if (diskMegabytes !== undefined) await run('umount', [at('root')]);
    await rm(directory, { recursive: true, force: true });
  };
  const deadlineMs = Date.now() + READY_WITHIN_MS;
  while (!(await listens(at('buildkitd.sock')))) {
    if (child.exitCode === null && Date.now() < deadlineMs) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    else {
      const said = await readFile(at('log'), 'utf8');
      await close();
      throw new Error(`buildkitd did not start:\n${said.slice(-2000)}`);
    }
  }
  return { endpoint, close };
}
