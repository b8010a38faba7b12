import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { BUSYBOX_IMAGE } from '../../testbed/engine/base-image.js';
import type { EngineAddress } from '../../testbed/engine/start.js';
import { type Usage, usageOf } from './cpu-time.js';
import { absolute, median, type Row, relative, reported } from './row.js';

/** Run by `build.ts` inside a bed that has an engine. */
const PAIRS = 15;
const REBUILDS = 5;
/** Zeroes that the changed step compresses: some seconds of work, as a rebuild has. */
const WORK_MEGABYTES = 150;

/** One way to build the same image. */
interface Way {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const engine = JSON.parse(process.env.D9_ENGINE ?? 'null') as EngineAddress | null;
if (engine === null) throw new Error('Run it as `npm run bench -- build`: it needs the test bed with its engine.');
const folder = mkdtempSync(join(tmpdir(), 'd9-bench-build-'));
try {
  console.log(JSON.stringify(await measure(engine, Number(process.argv[2] ?? PAIRS))));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure({ registry, ...address }: EngineAddress, pairs: number): Promise<Row[]> {
  const counted = countedPrograms(address);
  const context = join(folder, 'context');
  mkdirSync(context);
  const write = (...lines: string[]) =>
    writeFileSync(join(context, 'Dockerfile'), [`FROM ${BUSYBOX_IMAGE}`, ...lines, ''].join('\n'));
  write('COPY Dockerfile /menu', 'RUN --network=none echo soup > /soup');
  const ours = bundle(context, `${registry}/bench/ours:1`, counted);
  const plain = plainBuildx(context, `${registry}/bench/plain:1`, counted);

  const processes = { ours: await counted.during(ours), plain: await counted.during(plain) };
  const warm: { ours: Usage; plain: Usage; bareCpuMs: number }[] = [];
  while (warm.length < pairs) {
    const bare = await usageOf(process.execPath, ['-e', '0']);
    warm.push({ plain: await take(plain), ours: await take(ours), bareCpuMs: bare.cpuMs });
  }
  const rebuilds: { ours: Usage; plain: Usage }[] = [];
  while (rebuilds.length < Math.min(pairs, REBUILDS)) {
    const changed = async (way: Way, name: string) => {
      write(`RUN --network=none busybox head -c ${WORK_MEGABYTES}m /dev/zero | busybox gzip > /${name}-${rebuilds.length}`);
      return take(way);
    };
    rebuilds.push({ plain: await changed(plain, 'plain'), ours: await changed(ours, 'ours') });
  }

  const of = (pick: (pair: (typeof warm)[number]) => number) => median(warm.map(pick));
  const bareCpuMs = of((pair) => pair.bareCpuMs);
  const overheadCpuMs = of((pair) => pair.ours.cpuMs - pair.plain.cpuMs);
  const share = median(rebuilds.map((pair) => pair.ours.wallMs / pair.plain.wallMs));
  return [
    relative('build/overhead-cpu', overheadCpuMs, 'ms CPU more', bareCpuMs, 3),
    absolute('build/overhead-wall', of((pair) => pair.ours.wallMs - pair.plain.wallMs) / 1000, 's more', 0.15),
    absolute('build/extra-processes', processes.ours - processes.plain, 'processes more', 2),
    relative(
      'build/warm-rebuild',
      median(rebuilds.map((pair) => pair.ours.wallMs)),
      'ms',
      median(rebuilds.map((pair) => pair.plain.wallMs)),
      1.1,
      share,
    ),
    reported(
      'build/cached',
      of((pair) => pair.ours.wallMs),
      'ms',
      of((pair) => pair.plain.wallMs),
    ),
    reported(
      'build/cached-cpu',
      of((pair) => pair.ours.cpuMs),
      'ms CPU',
      of((pair) => pair.plain.cpuMs),
    ),
  ];
}

async function take({ file, args, env }: Way): Promise<Usage> {
  return usageOf(file, args, env);
}

function bundle(context: string, tags: string, { variables }: Counted): Way {
  const files = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY'].map((name) => [name, join(folder, name)] as const);
  for (const [, file] of files) writeFileSync(file, '');
  const temp = join(folder, 'temp');
  mkdirSync(temp);
  const env = {
    ...variables,
    ...Object.fromEntries(files),
    GITHUB_WORKSPACE: context,
    RUNNER_TEMP: temp,
    INPUT_TAGS: tags,
    INPUT_LABELS: 'bench=1',
  };
  return { file: process.execPath, args: [resolve('dist/build-image/index.js')], env };
}

/** What a workflow writes by itself: with the digest to hand on, and without the attestation that changes it each time. */
function plainBuildx(context: string, tag: string, { variables }: Counted): Way {
  const results = ['--iidfile', join(folder, 'image-id'), '--metadata-file', join(folder, 'metadata')];
  const args = ['buildx', 'build', '--push', '--provenance=false', '--label', 'bench=1', '--tag', tag, ...results, context];
  return { file: 'docker', args, env: variables };
}

interface Counted {
  /** Environment in which every program that a build may start is counted. */
  readonly variables: Readonly<Record<string, string>>;
  /** How many processes one build takes. */
  during(way: Way): Promise<number>;
}

/** Programs of the same name that note their start and become the real ones: no process more, and a millisecond. */
function countedPrograms({ path, dockerHost, dockerConfig }: Omit<EngineAddress, 'registry'>): Counted {
  const bin = join(folder, 'bin');
  const config = join(folder, 'docker');
  const starts = join(folder, 'starts');
  mkdirSync(bin);
  mkdirSync(join(config, 'cli-plugins'), { recursive: true });
  const realPath = `${path}:${process.env.PATH}`;
  const shim = (file: string, real: string) => {
    writeFileSync(file, `#!/bin/sh\necho x >> '${starts}'\nexec '${real}' "$@"\n`);
    chmodSync(file, 0o755);
  };
  const find = (name: string) =>
    execFileSync('/bin/sh', ['-c', 'command -v "$1"', 'sh', name], { encoding: 'utf8', env: { PATH: realPath } }).trim();
  for (const name of ['docker', 'git']) shim(join(bin, name), find(name));
  shim(join(config, 'cli-plugins/docker-buildx'), join(dockerConfig, 'cli-plugins/docker-buildx'));
  const variables = { PATH: `${bin}:${realPath}`, DOCKER_HOST: dockerHost, DOCKER_CONFIG: config, HOME: folder };
  return {
    variables,
    async during(way) {
      await take(way); // once, so that all is in the caches
      writeFileSync(starts, '');
      await take(way);
      const counted = readFileSync(starts, 'utf8').split('\n').length - 1;
      // Node itself is not among the programs that are counted.
      return counted + (way.file === process.execPath ? 1 : 0);
    },
  };
}
