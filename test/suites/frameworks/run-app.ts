import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseFaults } from '../../../testbed/app/faults.js';
import { freePort } from '../../../testbed/free-port.js';
import type { RunningProgram, RunProgram } from '../../../testbed/sandbox/program.js';
import { type AppName, installed } from './install.js';

/** The image of an app; its tag may hold `errors-N`, and `shared` for gunicorn's workers to count together. */
export const imageOf = (app: AppName, tag: string): string => `registry.test/${app}:${tag}`;

/** Where Next.js listens when nobody says otherwise. */
export const NEXTJS_PORT = 3000;

interface Started {
  readonly directory: string;
  readonly port: number;
  readonly tag: string;
}

interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Answers 200 once the app serves. */
  readonly health: string;
}

const python = ({ directory }: Started) => ({ PYTHONPATH: path.join(directory, 'packages'), PYTHONDONTWRITEBYTECODE: '1' });

const COMMANDS: Readonly<Record<AppName, (started: Started) => Command>> = {
  spring: ({ directory, port }) => ({
    file: 'java',
    args: ['-Xshare:auto', '-XX:TieredStopAtLevel=1', '-jar', path.join(directory, 'target', 'menu.jar')],
    env: { PORT: String(port) },
    health: '/actuator/health',
  }),
  gunicorn: (started) => ({
    file: 'python3',
    args: [
      '-m',
      'gunicorn',
      '-w',
      '2',
      '-b',
      `127.0.0.1:${started.port}`,
      '--log-level',
      'warning',
      '--no-control-socket',
      '--chdir',
      started.directory,
      'app:app',
    ],
    env: python(started),
    health: '/healthz',
  }),
  fastapi: (started) => ({
    file: 'python3',
    args: ['-m', 'uvicorn', '--app-dir', started.directory, '--port', String(started.port), '--log-level', 'warning', 'app:app'],
    env: python(started),
    health: '/healthz',
  }),
  nextjs: ({ directory, port, tag }) => ({
    file: process.execPath,
    args: [path.join(directory, '.next', 'standalone', 'server.js')],
    // Ready once its database can be reached; whatever listens will do.
    env: { PORT: String(port), HOSTNAME: '127.0.0.1', APP_VERSION: tag, DATABASE_URL: `postgres://127.0.0.1:${port}/restaurant` },
    health: '/api/ready',
  }),
};

/** Runs the images of the apps as processes of their own; all must be `installed`. */
export async function frameworks(apps: readonly AppName[]): Promise<RunProgram> {
  const directories = new Map<string, string>();
  for (const app of apps) directories.set(app, await installed(app));
  return (image) => {
    const [, app = '', tag = ''] = /^registry\.test\/([a-z]+):(.+)$/.exec(image) ?? [];
    const directory = directories.get(app);
    return directory === undefined ? undefined : start(app as AppName, tag, directory);
  };
}

/** How to stop what still runs: no app outlives the tests. */
const running = new Set<() => void>();
process.on('exit', () => {
  for (const stop of running) stop();
});

function start(app: AppName, tag: string, directory: string): RunningProgram {
  let child: ChildProcess | undefined;
  let port = 0;
  let isStopped = false;
  const counters = mkdtempSync(path.join(tmpdir(), 'd9-counters-'));
  const ready = (async () => {
    port = await freePort();
    const { file, args, env, health } = COMMANDS[app]({ directory, port, tag });
    const shared = /(^|-)shared($|-)/.test(tag) ? { PROMETHEUS_MULTIPROC_DIR: counters } : {};
    const faults = { ERROR_PERCENT: String(parseFaults(tag).errorPercent) };
    if (isStopped) return;
    child = spawn(file, args, {
      cwd: directory,
      env: { ...process.env, ...env, ...shared, ...faults },
      stdio: ['ignore', 'ignore', 'inherit'],
      // Its workers end with it.
      detached: true,
    });
    while (!isStopped && !(await answers(port, health))) await wait(100);
  })();
  const stop = () => {
    isStopped = true;
    if (child?.pid !== undefined) killGroup(child.pid);
    running.delete(stop);
    rmSync(counters, { recursive: true, force: true });
  };
  running.add(stop);
  return {
    ready,
    stop,
    ...(app === 'nextjs' && { port: NEXTJS_PORT }),
    take: (socket) => {
      const onward = net.connect(port, '127.0.0.1');
      socket.pipe(onward).pipe(socket);
      socket.on('error', () => onward.destroy()).on('close', () => onward.destroy());
      onward.on('error', () => socket.destroy());
    },
  };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const answers = (port: number, health: string): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}${health}`).then(
    ({ status }) => status === 200,
    () => false,
  );
