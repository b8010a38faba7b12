import { expect, test } from '@jest/globals';
import type { ApiRequest, Cluster } from '../../../../../src/platforms/kubernetes/api/cluster.js';
import { lastLogLines } from '../../../../../src/platforms/kubernetes/pods/pod.js';
import { anySignal } from '../bed.js';

/** A kubelet whose answers come one after the other; no log is a refusal. */
async function linesFrom(...logs: readonly (string | undefined)[]) {
  const asked: string[] = [];
  const answers = [...logs];
  const request = async ({ query }: ApiRequest) => {
    asked.push(query?.previous === 'true' ? 'previous' : 'current');
    const body = answers.shift();
    return { status: body === undefined ? 400 : 200, body: body ?? 'previous terminated container not found' };
  };
  const pod = { metadata: { namespace: 'shop', name: 'restaurant-canary-1' } };
  const lines = await lastLogLines({ request } as unknown as Cluster, pod, 'app', anySignal());
  return { lines, asked };
}

test('what the container wrote before it ended is told, whether it runs again or not', async () => {
  expect(await linesFrom('out of soup\n')).toEqual({ lines: '\nIts last lines:\n  out of soup', asked: ['previous'] });
  expect((await linesFrom(undefined, 'out of soup\n', undefined)).lines).toBe('\nIts last lines:\n  out of soup');
});

test('a container that is started again between two looks is told of by its former log, and not by its new one', async () => {
  for (const started of ['', 'listening\n'])
    expect((await linesFrom(undefined, started, 'out of soup\n')).lines).toBe('\nIts last lines:\n  out of soup');
});

test('nothing is said where nobody can tell', async () => {
  expect((await linesFrom(undefined, undefined, undefined)).lines).toBe('');
});
