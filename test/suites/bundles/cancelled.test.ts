import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { runBundle } from './run-bundle.js';

const kubeconfig = (port: number) =>
  JSON.stringify({
    'current-context': 'silent',
    clusters: [{ name: 'silent', cluster: { server: `https://127.0.0.1:${port}` } }],
    contexts: [{ name: 'silent', context: { cluster: 'silent', user: 'silent' } }],
    users: [{ name: 'silent', user: { token: 'a-token-of-no-value' } }],
  });

test.each(['canary-step', 'rollback'])('%s, cancelled while the API server is silent, ends on the first signal', async (name) => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const cancel = new AbortController();
  silent.once('connection', () => cancel.abort());
  try {
    const inputs = { app: 'restaurant', kubeconfig: kubeconfig((silent.address() as AddressInfo).port) };
    const step = { ...inputs, ...(name === 'canary-step' ? { weight: '10' } : {}) };
    const { exitCode, errors, codes } = await runBundle(name, { inputs: step, signal: cancel.signal });
    expect([exitCode, codes]).toEqual([1, ['cancelled']]);
    expect(errors.join('\n')).toContain('cancelled (SIGINT)');
  } finally {
    silent.close();
  }
});
