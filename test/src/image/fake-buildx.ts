import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../../src/kernel/environment.js';
import type { Log } from '../../../src/kernel/log.js';

/** How the fake answers one of its commands. A bake that is only asked for its plan (`--print`) prints `stdout`; the one that builds does the rest. */
interface Answer {
  readonly code?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  /** Written to the file behind `--metadata-file`. */
  readonly metadata?: unknown;
  /** A manifest: sent to the registries of the names in `--output`, where these are to be pushed. */
  readonly pushes?: string | undefined;
  /** Path → content, written to the directory of an output that is an OCI image layout; from `FakeRegistry.layoutOf`. */
  readonly layout?: Readonly<Record<string, string>>;
  /** Starts a child that prints `child PID` to stderr and never ends. */
  readonly hangs?: boolean;
}

/** One call, as the fake saw it. */
interface Call {
  readonly args: string[];
  readonly variables: Record<string, string>;
  /** What it read from stdin: the definition of a bake. */
  readonly input?: string;
}

export interface FakeBuildx {
  /** A workspace, a temporary directory, a Docker daemon and a configuration of its own, in which the fake is the buildx plugin. */
  readonly environment: Environment;
  calls(): Call[];
  remove(): void;
}

/** What Docker 28.5.2 says of its containerd image store. */
const DAEMON_INFO = { DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']] };

/** What buildx 0.29.1 prints; the driver `docker` with the containerd image store. */
const HEALTHY: Readonly<Record<string, Answer>> = {
  version: { stdout: 'github.com/docker/buildx v0.29.1 a32761a\n' },
  inspect: {
    stdout:
      'Name:   default\nDriver: docker\n\nNodes:\nName:             default\nEndpoint:         default\nStatus:           running\nPlatforms:        linux/amd64\nLabels:\n org.mobyproject.buildkit.worker.snapshotter:          overlayfs\n',
  },
};

/** A small program in place of buildx, so that the code that runs it is the real one. */
export function fakeBuildx(answers: Readonly<Record<string, Answer>>): FakeBuildx {
  const root = mkdtempSync(join(tmpdir(), 'd9-fake-buildx-'));
  for (const directory of ['workspace', 'temporary', 'docker/cli-plugins']) mkdirSync(join(root, directory), { recursive: true });
  writeFileSync(join(root, 'workspace/Dockerfile'), 'FROM scratch\n');
  writeFileSync(join(root, 'calls'), '');
  writeFileSync(join(root, 'answers.json'), JSON.stringify({ ...HEALTHY, ...answers }));
  const plugin = join(root, 'docker/cli-plugins/docker-buildx');
  writeFileSync(join(root, 'program.cjs'), `(${program})(${JSON.stringify(root)});\n`);
  for (const [command, { stdout = '' }] of Object.entries({ ...HEALTHY, ...answers })) writeFileSync(join(root, command), stdout);
  writeFileSync(plugin, launcher(root));
  chmodSync(plugin, 0o755);
  const daemon = createServer((_, response) => response.end(JSON.stringify(DAEMON_INFO)));
  daemon.listen(join(root, 'docker.sock'));
  return {
    environment: {
      variables: { PATH: '', DOCKER_HOST: `unix://${root}/docker.sock`, DOCKER_CONFIG: join(root, 'docker'), HOME: root },
      workspace: join(root, 'workspace'),
      temporary: join(root, 'temporary'),
      debug: false,
    },
    calls: () =>
      readFileSync(join(root, 'calls'), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Call),
    remove() {
      daemon.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** What is asked before every build is answered without starting Node. */
const launcher = (root: string): string => `#!/bin/sh
case $1 in
  version | inspect)
    echo "{\\"args\\":[\\"$1\\"],\\"variables\\":{}}" >> '${root}/calls'
    while IFS= read -r line; do echo "$line"; done < "${root}/$1"
    ;;
  *) exec '${process.execPath}' '${root}/program.cjs' "$@" ;;
esac
`;

/** Runs in a process of its own, as CommonJS: it sees nothing of this file. */
const program = `function (root) {
  const fs = require('node:fs');
  const args = process.argv.slice(2);
  const input = args.includes('--file=-') ? fs.readFileSync(0, 'utf8') : undefined;
  fs.appendFileSync(root + '/calls', JSON.stringify({ args, variables: process.env, input }) + '\\n');
  const answer = JSON.parse(fs.readFileSync(root + '/answers.json', 'utf8'))[args[0]] ?? {};
  if (args.includes('--print')) return void process.stdout.write(answer.stdout ?? '');
  const metadata = args.indexOf('--metadata-file');
  if (metadata >= 0) fs.writeFileSync(args[metadata + 1], JSON.stringify(answer.metadata ?? {}));
  const [, directory] = /type=oci,tar=false,dest=([^", ]+)/.exec(args.join(' ') + input) ?? [];
  for (const [path, content] of Object.entries(directory === undefined ? {} : answer.layout ?? {})) {
    fs.mkdirSync(require('node:path').dirname(directory + '/' + path), { recursive: true });
    fs.writeFileSync(directory + '/' + path, content);
  }
  const imageId = args.indexOf('--iidfile');
  if (imageId >= 0) fs.writeFileSync(args[imageId + 1], 'sha256:' + '1'.repeat(64));
  process.stdout.write(answer.stdout ?? '');
  process.stderr.write(answer.stderr ?? '');
  process.exitCode = answer.code ?? 0;
  const pushed = args.filter((arg) => /^"?type=image.*push=true/.test(arg) && !arg.includes('push-by-digest'));
  const names = pushed.flatMap((output) => [...output.matchAll(/([\\w.:-]+)\\/([\\w\\/-]+):([\\w.-]+)/g)]);
  for (const [, registry, repository, tag] of answer.pushes === undefined ? [] : names) {
    const headers = { 'content-type': 'application/vnd.oci.image.manifest.v1+json' };
    fetch('http://' + registry + '/v2/' + repository + '/manifests/' + tag, { method: 'PUT', headers, body: answer.pushes });
  }
  if (!answer.hangs) return;
  const endless = "console.error('child ' + process.pid); setInterval(() => {}, 1000)";
  require('node:child_process').spawn(process.execPath, ['-e', endless], { stdio: ['ignore', 'inherit', 'inherit'] });
}`;

/** A log that tests read. */
export interface RecordedLog extends Log {
  readonly lines: string[];
  readonly warnings: string[];
}

export function recordedLog(onLine: (line: string) => void = () => {}): RecordedLog {
  const lines: string[] = [];
  const warnings: string[] = [];
  const add = (line: string) => {
    lines.push(line);
    onLine(line);
  };
  return {
    lines,
    warnings,
    info: add,
    debug: add,
    warning: (text) => warnings.push(text),
    group: (_, work) => work(),
    mask: () => {},
  };
}
