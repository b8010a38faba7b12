import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../../src/kernel/clock.js';
import { HeldByAnotherRun, type HolderQuery, withHolderState } from '../../../../src/release/record/holder.js';
import { RecordingLog } from '../../platforms/kubernetes/bed.js';
import { someRelease, someRun } from '../releases.js';

let github: Server;
/** What GitHub answers; undefined: nothing at all. */
let answer: { readonly status: number; readonly body: object } | undefined;
let asked: string[];

beforeAll(async () => {
  github = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    if (answer === undefined) request.socket.destroy();
    else response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => github.listen(0, '127.0.0.1', resolve));
  process.env.GITHUB_API_URL = `http://127.0.0.1:${(github.address() as AddressInfo).port}`;
});
afterAll(() => {
  github.closeAllConnections();
  github.close();
});
beforeEach(() => {
  asked = [];
});

const another = someRun({ runId: '43', url: 'https://github.com/shop/restaurant/actions/runs/43' });

async function refusal(changes: Partial<HolderQuery> = {}): Promise<string> {
  const log = new RecordingLog();
  const query = {
    workflowRun: another,
    clock: systemClock,
    log,
    signal: new AbortController().signal,
    token: 'ghs_test',
    ...changes,
  };
  const refuse = () => {
    throw new HeldByAnotherRun(someRelease(), 'Let that run finish.');
  };
  return withHolderState(refuse, query).catch((error: Error) => [error.message, ...log.lines].join('\n'));
}

describe('a release that another run holds', () => {
  test('is refused with the news that its run is over, so that nobody waits for it', async () => {
    answer = { status: 200, body: { status: 'completed', conclusion: 'cancelled' } };
    expect(await refusal()).toMatch(
      /It belongs to .*\/42 until[\s\S]*That run is over \(cancelled\): nobody works on this release any more\./,
    );
    expect(asked).toEqual(['GET /repos/shop/restaurant/actions/runs/42 token ghs_test']);
  });

  test('is refused with the warning that its run is still at work', async () => {
    answer = { status: 200, body: { status: 'in_progress', conclusion: null } };
    expect(await refusal()).toContain('That run is not over yet (in_progress).');
  });

  test.each([
    ['refuses the token', { status: 403, body: { message: 'Resource not accessible by integration' } }],
    ['has forgotten the run', { status: 404, body: { message: 'Not Found' } }],
    ['does not answer', undefined],
  ])('is refused in the same words when GitHub %s', async (_what, given) => {
    answer = given;
    const said = await refusal();
    expect(said).toContain('It belongs to https://github.com/shop/restaurant/actions/runs/42');
    expect(said).not.toContain('That run');
    expect(said).toContain('What has become of https://github.com/shop/restaurant/actions/runs/42 is not known');
    expect(said).not.toContain('ghs_test');
  });

  test('of another repository, or without a token, is nothing to ask GitHub about', async () => {
    answer = { status: 200, body: { status: 'completed', conclusion: 'success' } };
    expect(await refusal({ workflowRun: someRun({ repository: 'shop/kitchen' }) })).not.toContain('That run');
    expect(await refusal({ token: undefined })).not.toContain('That run');
    expect(asked).toEqual([]);
  });
});

test('what was decided, and any other refusal, passes as it is', async () => {
  const query = {
    workflowRun: another,
    clock: systemClock,
    log: new RecordingLog(),
    signal: new AbortController().signal,
    token: 'ghs_test',
  };
  expect(await withHolderState(() => 'go on', query)).toBe('go on');
  const other = new Error('something else');
  const refuse = () => {
    throw other;
  };
  await expect(withHolderState(refuse, query)).rejects.toBe(other);
});
