import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { CONFIG_MAP } from '../../../../../src/target/kubernetes/kinds.js';
import { ManualClock } from '../../../../manual-clock.js';
import { anySignal, connectTo, environmentOf, HastyClock } from '../bed.js';
import { TestAuthority } from '../certificates.js';
import { answer, type Fault, FaultServer, refuse } from '../fault-server.js';

const found = answer(200, { metadata: { name: 'a' } });
const unauthorized = refuse(401, 'Unauthorized', 'Unauthorized');
/** Says yes to one token only. */
const only =
  (token: string): Fault =>
  (request, response) =>
    (request.headers.authorization === `Bearer ${token}` ? found : unauthorized)(request, response);

let files: TestAuthority;
let server: FaultServer;
beforeAll(() => {
  files = new TestAuthority();
});
afterAll(() => files.remove());
afterEach(() => server.stop());
const tokensSent = () => server.requests.map(({ headers }) => headers.authorization?.replace('Bearer ', ''));

const credential = (status: object, apiVersion = 'client.authentication.k8s.io/v1') =>
  JSON.stringify({ kind: 'ExecCredential', apiVersion, status });
let plugins = 0;
/** A credential plugin that is a shell script; `$0.runs` counts its runs. */
function plugin(script: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  const command = files.file(`plugin-${plugins++}`, `#!/bin/sh\necho run >> "$0.runs"\n${script}\n`);
  chmodSync(command, 0o755);
  return { apiVersion: 'client.authentication.k8s.io/v1', command, interactiveMode: 'Never', ...more };
}
const runs = (exec: Record<string, unknown>) => readFileSync(`${exec.command}.runs`, 'utf8').trim().split('\n').length;

describe('credential plugin', () => {
  const read = (exec: Record<string, unknown>, options: Parameters<typeof connectTo>[1] = {}) =>
    connectTo({ server: server.url, user: { exec } }, options).read(CONFIG_MAP, 'a', anySignal());

  test('gives a client certificate, which is presented', async () => {
    const { cert, key } = files.client('from-plugin');
    const status = { clientCertificateData: cert, clientKeyData: key };
    server = await FaultServer.start([found], { ...files.server('IP:127.0.0.1'), clientCa: files.certificate });
    const trust = { 'certificate-authority-data': Buffer.from(files.certificate).toString('base64') };
    const cluster = connectTo({
      server: server.url,
      cluster: trust,
      user: { exec: plugin(`cat <<'END'\n${credential(status)}\nEND`) },
    });
    await cluster.read(CONFIG_MAP, 'a', anySignal());
    expect(server.requests[0]?.clientName).toBe('from-plugin');
    expect(cluster.log.masked).toContain(key);
  });

  test('runs once for many requests at a time, and its token is masked', async () => {
    server = await FaultServer.start([only('plug-token')]);
    const exec = plugin(`sleep 0.1; echo '${credential({ token: 'plug-token' })}'`);
    const cluster = connectTo({ server: server.url, user: { exec } });
    await Promise.all([1, 2, 3, 4].map(() => cluster.read(CONFIG_MAP, 'a', anySignal())));
    await cluster.read(CONFIG_MAP, 'a', anySignal());
    expect(runs(exec)).toBe(1);
    expect(cluster.log.masked).toContain('plug-token');
    expect(cluster.log.lines.join('\n')).not.toContain('plug-token');
  });

  test.each(['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'])(
    'of %s is told about the cluster',
    async (apiVersion) => {
      server = await FaultServer.start([found]);
      const exec = plugin(`printenv KUBERNETES_EXEC_INFO > "$0.info"; echo '${credential({ token: 't' }, apiVersion)}'`, {
        apiVersion,
        provideClusterInfo: true,
      });
      const extensions = [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'x' } }];
      await connectTo({ server: server.url, cluster: { extensions }, user: { exec } }).read(CONFIG_MAP, 'a', anySignal());
      expect(JSON.parse(readFileSync(`${exec.command}.info`, 'utf8'))).toEqual({
        kind: 'ExecCredential',
        apiVersion,
        spec: { interactive: false, cluster: { server: server.url, config: { audience: 'x' } } },
      });
    },
  );

  test('runs again before its credentials expire', async () => {
    server = await FaultServer.start([found]);
    const clock = new ManualClock(Date.parse('2030-01-01T00:00:00Z'));
    const exec = plugin(`echo '${credential({ token: 't', expirationTimestamp: '2030-01-01T00:10:00Z' })}'`);
    const cluster = connectTo({ server: server.url, user: { exec } }, { clock });
    await cluster.read(CONFIG_MAP, 'a', anySignal());
    expect(cluster.credentialsExpireAt).toBe(Date.parse('2030-01-01T00:10:00Z'));
    await clock.advance(569_000);
    await cluster.read(CONFIG_MAP, 'a', anySignal());
    expect(runs(exec)).toBe(1);
    await clock.advance(2_000);
    await cluster.read(CONFIG_MAP, 'a', anySignal());
    expect(runs(exec)).toBe(2);
  });

  test('runs once more after a 401, and only once', async () => {
    server = await FaultServer.start([only('token-2')]);
    const exec = plugin(
      `echo "{\\"kind\\":\\"ExecCredential\\",\\"apiVersion\\":\\"client.authentication.k8s.io/v1\\",\\"status\\":{\\"token\\":\\"token-$(wc -l < "$0.runs" | tr -d ' ')\\"}}"`,
    );
    await read(exec);
    expect(tokensSent()).toEqual(['token-1', 'token-2']);
    server.play(unauthorized);
    await expect(read(exec)).rejects.toThrow('does not accept the credentials of user ci');
    expect(runs(exec)).toBe(4);
  });

  test('that never ends is stopped with everything that it started', async () => {
    server = await FaultServer.start([found]);
    const exec = plugin('(sleep 5; touch "$0.survived") & wait');
    await expect(read(exec, { execTimeoutMs: 100 })).rejects.toThrow('did not end within 100ms; does it wait for a login?');
    expect(existsSync(`${exec.command}.survived`)).toBe(false);
  });

  test('ends when the step is cancelled', async () => {
    server = await FaultServer.start([found]);
    const controller = new AbortController();
    const reading = read(plugin('sleep 5'), { signal: controller.signal });
    controller.abort(new Error('cancelled by the user'));
    await expect(reading).rejects.toThrow('cancelled by the user');
  });

  test('that is not installed is named with its own hint', async () => {
    server = await FaultServer.start([found]);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'no-such-plugin', installHint: 'Install it with x.' };
    await expect(read(exec)).rejects.toThrow('no-such-plugin is not installed on this runner.\nInstall it with x.');
  });

  test.each([
    ['fails', 'echo "please log in" >&2; exit 3', 'failed with exit code 3:\nplease log in'],
    ['prints no JSON', 'echo secret-token', 'printed something that is not JSON'],
    [
      'prints no status',
      `echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"}'`,
      'without token and client certificate',
    ],
    [
      'speaks another version',
      `echo '${credential({ token: 't' }, 'client.authentication.k8s.io/v1beta1')}'`,
      'while the kubeconfig asks for',
    ],
    [
      'prints half a certificate',
      `echo '${credential({ token: 't', clientKeyData: 'k' })}'`,
      'a client certificate without its key',
    ],
    [
      'prints a bad time',
      `echo '${credential({ token: 't', expirationTimestamp: 'soon' })}'`,
      'an expirationTimestamp that is no time',
    ],
  ])('that %s is explained without its output', async (_what, script, message) => {
    server = await FaultServer.start([found]);
    await expect(read(plugin(script))).rejects.toThrow(message);
    await expect(read(plugin(script))).rejects.not.toThrow('secret-token');
  });

  test.each([
    ['wants a terminal', { interactiveMode: 'Always' }, 'which a workflow has not'],
    [
      'is of a version that is gone',
      { apiVersion: 'client.authentication.k8s.io/v1alpha1' },
      'supported: client.authentication.k8s.io/v1,',
    ],
    ['has no command', { command: '' }, 'names no command'],
  ])('that %s is refused', async (_what, more, message) => {
    server = await FaultServer.start([found]);
    await expect(read(plugin('exit 1', more))).rejects.toThrow(message);
  });

  test('next to the kubeconfig is found by its relative path, from any working directory', async () => {
    server = await FaultServer.start([found]);
    const { command } = plugin(`echo '${credential({ token: 't' })}'`);
    const { parseKubeconfig } = await import('../../../../../src/target/kubernetes/kubeconfig.js');
    const { connect } = await import('../../../../../src/target/kubernetes/connect.js');
    const { kubeconfigDocument, RecordingLog } = await import('../bed.js');
    const path = String(command);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: `./${path.split('/').at(-1)}` };
    const content = JSON.stringify(kubeconfigDocument({ server: server.url, user: { exec } }));
    const kubeconfig = await parseKubeconfig(content, 'x', join(path, '..'));
    const options = { clock: new HastyClock(), log: new RecordingLog(), environment: environmentOf({ PATH: process.env.PATH }) };
    expect(await connect({ kubeconfig }, options).read(CONFIG_MAP, 'a', anySignal())).toBeDefined();
  });
});
