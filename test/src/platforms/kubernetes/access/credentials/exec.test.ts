import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { selectContext } from '../../../../../../src/platforms/kubernetes/access/context.js';
import { execInfo } from '../../../../../../src/platforms/kubernetes/access/credentials/exec.js';
import { type ExecEntry, kubeconfigOf } from '../../../../../../src/platforms/kubernetes/access/kubeconfig.js';
import { CONFIG_MAP } from '../../../../../../src/platforms/kubernetes/api/kinds.js';
import { ManualClock } from '../../../../../manual-clock.js';
import { anySignal, connectTo, environmentOf, HastyClock, kubeconfigDocument } from '../../bed.js';
import { TestAuthority } from '../../certificates.js';
import { answer, type Fault, FaultServer, refuse } from '../../fault-server.js';

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

/** What was ended but not yet collected by its parent counts as gone. */
function isRunning(pid: string): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !/\) [ZX] /.test(readFileSync(stat, 'utf8'));
}

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

  test('is told how to reach the cluster as the kubeconfig says it, with the authority itself in place of its path', async () => {
    server = await FaultServer.start([found], files.server('DNS:k8s.example'));
    const exec = plugin(`printenv KUBERNETES_EXEC_INFO > "$0.info"; echo '${credential({ token: 't' })}'`, {
      provideClusterInfo: true,
    });
    const access = { 'certificate-authority': files.file('authority.crt', files.certificate), 'tls-server-name': 'k8s.example' };
    await connectTo({ server: server.url, cluster: access, user: { exec } }).read(CONFIG_MAP, 'a', anySignal());
    expect(JSON.parse(readFileSync(`${exec.command}.info`, 'utf8')).spec.cluster).toEqual({
      server: server.url,
      'tls-server-name': 'k8s.example',
      'certificate-authority-data': Buffer.from(files.certificate).toString('base64'),
    });
  });

  test('is told of insecure-skip-tls-verify and of the proxy', () => {
    const document = kubeconfigDocument({
      server: 'https://k8s.example',
      cluster: { 'insecure-skip-tls-verify': true, 'proxy-url': 'http://proxy:3128' },
      user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'login', provideClusterInfo: true } },
    });
    const access = selectContext(kubeconfigOf(document, 'x', '/'));
    expect(execInfo(access.user?.exec as ExecEntry, access)).toMatchObject({
      spec: { cluster: { 'insecure-skip-tls-verify': true, 'proxy-url': 'http://proxy:3128' } },
    });
  });

  test('that does not ask for it is told nothing of the cluster, only which version to speak and that nobody answers', async () => {
    server = await FaultServer.start([found]);
    const exec = plugin(`printenv KUBERNETES_EXEC_INFO > "$0.info"; echo '${credential({ token: 't' })}'`);
    await read(exec);
    expect(JSON.parse(readFileSync(`${exec.command}.info`, 'utf8'))).toEqual({
      kind: 'ExecCredential',
      apiVersion: 'client.authentication.k8s.io/v1',
      spec: { interactive: false },
    });
  });

  test('gets its arguments and variables, and a secret among these is masked', async () => {
    server = await FaultServer.start([only('prod-from-env')]);
    const exec = plugin(`echo "${credential({ token: '$2-$LOGIN_TOKEN' }).replaceAll('"', '\\"')}"`, {
      args: ['--context', 'prod'],
      env: [{ name: 'LOGIN_TOKEN', value: 'from-env' }],
    });
    const cluster = connectTo({ server: server.url, user: { exec } });
    await cluster.read(CONFIG_MAP, 'a', anySignal());
    expect(tokensSent()).toEqual(['prod-from-env']);
    expect(cluster.log.masked).toEqual(['from-env', 'prod-from-env']);
  });

  test.each([undefined, 'Never', 'IfAvailable'])(
    'with interactiveMode %s that asks for a password gets no answer',
    async (mode) => {
      server = await FaultServer.start([found]);
      const exec = plugin('read -r password || { echo "no terminal" >&2; exit 1; }', { interactiveMode: mode });
      await expect(read(exec)).rejects.toThrow('failed with exit code 1:\nno terminal');
    },
  );

  test('runs again before its credentials expire, so their end is none that a release has to fear', async () => {
    server = await FaultServer.start([found]);
    const clock = new ManualClock(Date.parse('2030-01-01T00:00:00Z'));
    const exec = plugin(`echo '${credential({ token: 't', expirationTimestamp: '2030-01-01T00:10:00Z' })}'`);
    const cluster = connectTo({ server: server.url, user: { exec } }, { clock });
    await cluster.read(CONFIG_MAP, 'a', anySignal());
    expect(cluster.credentialsExpireAt).toBeUndefined();
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
    const exec = plugin('sleep 60 & echo $! > "$0.child"; wait');
    await expect(read(exec, { execTimeoutMs: 200 })).rejects.toThrow('did not end within 200ms; does it wait for a login?');
    const child = readFileSync(`${exec.command}.child`, 'utf8').trim();
    const before = Date.now();
    while (isRunning(child) && Date.now() - before < 5_000) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(isRunning(child)).toBe(false);
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
    ['fails without a word', 'exit 3', 'failed with exit code 3. It said nothing on stderr'],
    ['prints no JSON', 'echo secret-token', 'printed something that is not JSON. Its output is not shown'],
    ['prints no JSON, and says why', 'echo secret-token; echo "aws sso login" >&2', '\naws sso login'],
    ['prints nothing', 'true', 'printed nothing'],
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
    ['has a misspelt mode', { interactiveMode: 'never' }, '"never"; supported: Never, IfAvailable'],
  ])('that %s is refused', async (_what, more, message) => {
    server = await FaultServer.start([found]);
    await expect(read(plugin('exit 1', more))).rejects.toThrow(message);
  });

  test('next to the kubeconfig is found by its relative path, from any working directory', async () => {
    server = await FaultServer.start([found]);
    const { command } = plugin(`echo '${credential({ token: 't' })}'`);
    const { parseKubeconfig } = await import('../../../../../../src/platforms/kubernetes/access/kubeconfig.js');
    const { connect } = await import('../../../../../../src/platforms/kubernetes/access/connect.js');
    const { kubeconfigDocument, RecordingLog } = await import('../../bed.js');
    const path = String(command);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: `./${path.split('/').at(-1)}` };
    const content = JSON.stringify(kubeconfigDocument({ server: server.url, user: { exec } }));
    const kubeconfig = await parseKubeconfig(content, 'x', join(path, '..'));
    const options = { clock: new HastyClock(), log: new RecordingLog(), environment: environmentOf({ PATH: process.env.PATH }) };
    expect(await connect({ kubeconfig }, options).read(CONFIG_MAP, 'a', anySignal())).toBeDefined();
  });
});
