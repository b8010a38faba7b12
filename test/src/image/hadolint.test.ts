import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openToolCache } from '../../../src/hosts/github-actions/open-tool-cache.js';
import { run } from '../../../src/image/process.js';
import { runHadolint } from '../../../src/image/review/hadolint.js';
import { HADOLINT_FILES, HADOLINT_VERSION } from '../../../src/image/review/hadolint-release.js';
import { UserError } from '../../../src/kernel/errors.js';
import { recordedLog } from './fake-buildx.js';

// In place of the program of 55 MB; what it prints is what hadolint 2.15.1 printed.
const findings = [
  {
    code: 'DL3006',
    column: 1,
    file: 'Dockerfile',
    level: 'warning',
    line: 1,
    message: 'Always tag the version of an image explicitly',
  },
  { code: 'SC2164', column: 1, file: 'Dockerfile', level: 'warning', line: 3, message: "Use 'cd ... || exit' in case cd fails." },
];
const program = `#!/bin/sh\necho '${JSON.stringify(findings).replaceAll("'", "'\\''")}'\n`;
const sha256 = createHash('sha256').update(program).digest('hex');

let root: string;
let server: Server;
let requests: string[];
const saved = { ...process.env };

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'd9-hadolint-'));
  for (const directory of ['workspace', 'temp', 'tools']) mkdirSync(join(root, directory));
  Object.assign(process.env, { RUNNER_TEMP: join(root, 'temp'), RUNNER_TOOL_CACHE: join(root, 'tools') });
  // Its own waits between attempts are 10 s and more.
  Object.assign(globalThis, { TEST_DOWNLOAD_TOOL_RETRY_MIN_SECONDS: 0, TEST_DOWNLOAD_TOOL_RETRY_MAX_SECONDS: 0 });
  requests = [];
  await serve((_, response) => response.end(program));
});
afterEach(async () => {
  process.env = { ...saved };
  await stop();
  rmSync(root, { recursive: true, force: true });
});

async function serve(listener: RequestListener): Promise<void> {
  server = createServer((request, response) => {
    requests.push(request.url ?? '');
    listener(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

async function stop(): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

const serveInstead = async (listener: RequestListener): Promise<void> => {
  await stop();
  await serve(listener);
};

const review = () =>
  runHadolint(
    join(root, 'workspace/Dockerfile'),
    {
      mirror: `http://127.0.0.1:${(server.address() as AddressInfo).port}/releases/`,
      files: { 'test x64': { name: 'hadolint-test', sha256 } },
      machine: 'test x64',
    },
    {
      environment: { variables: process.env, workspace: join(root, 'workspace'), temporary: join(root, 'temp'), debug: false },
      log: recordedLog(),
      run,
      signal: new AbortController().signal,
      tools: openToolCache,
    },
  );

test('it is fetched from the mirror, and says what it found and where', async () => {
  expect(await review()).toEqual([
    {
      rule: 'DL3006',
      text: 'Always tag the version of an image explicitly',
      file: 'Dockerfile',
      line: 1,
      url: 'https://github.com/hadolint/hadolint/wiki/DL3006',
    },
    { rule: 'SC2164', text: "Use 'cd ... || exit' in case cd fails.", file: 'Dockerfile', line: 3 },
  ]);
  expect(requests).toEqual([`/releases/v${HADOLINT_VERSION}/hadolint-test`]);
});

test('the next job finds it on the runner', async () => {
  await review();
  await review();
  expect(requests).toHaveLength(1);
});

test('another program than the one that was pinned is not run, nor kept', async () => {
  await serveInstead((_, response) => response.end(`#!/bin/sh\ntouch '${root}/was-run'\n`));
  await expect(review()).rejects.toThrow(
    /is not it: its SHA-256 is [0-9a-f]{64}, and it must be [0-9a-f]{64}\.\nIt was not run\./,
  );
  expect(existsSync(join(root, 'was-run'))).toBe(false);
  expect(readdirSync(join(root, 'tools'))).toEqual([]);
  expect(readdirSync(join(root, 'temp'))).toEqual([]);
});

test('nor is one that somebody else has put into the tool cache meanwhile', async () => {
  await review();
  const kept = join(root, 'tools/hadolint', HADOLINT_VERSION, process.arch, 'hadolint');
  writeFileSync(kept, `#!/bin/sh\ntouch '${root}/was-run'\n`);
  await expect(review()).rejects.toThrow(/What the tool cache of this runner gave as hadolint/);
  expect(existsSync(join(root, 'was-run'))).toBe(false);
});

test('a download that is cut off is not run', async () => {
  await serveInstead((_, response) => {
    response.writeHead(200, { 'content-length': program.length });
    response.write(program.slice(0, 10), () => response.destroy());
  });
  const failure = await review().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UserError);
  expect((failure as UserError).message).toMatch(/could not be fetched|is not it/);
  expect(readdirSync(join(root, 'tools'))).toEqual([]);
});

test('a mirror that does not have it is named, with what to do', async () => {
  await serveInstead((_, response) => response.writeHead(404).end());
  await expect(review()).rejects.toThrow(
    /could not be fetched from http:\/\/127\.0\.0\.1:\d+\/releases\/v2.*: Unexpected HTTP response: 404\.\nName a mirror .*`hadolint-mirror`/,
  );
});

test('a mirror that fails for a moment is asked again', async () => {
  await serveInstead((_, response) => {
    if (requests.length === 1) response.writeHead(503).end();
    else response.end(program);
  });
  expect(await review()).toHaveLength(2);
  expect(requests).toHaveLength(2);
});

test('each file of the release has a checksum of its own', () => {
  const sums = Object.values(HADOLINT_FILES).map((file) => file.sha256);
  expect(new Set(sums).size).toBe(sums.length);
  for (const sum of sums) expect(sum).toMatch(/^[0-9a-f]{64}$/);
});
