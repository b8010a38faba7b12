import { writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { CONFIG_MAP } from '../../../../../src/target/kubernetes/kinds.js';
import { ManualClock } from '../../../../manual-clock.js';
import { anySignal, connectTo } from '../bed.js';
import { TestAuthority } from '../certificates.js';
import { answer, type Fault, FaultServer, refuse } from '../fault-server.js';

const found = answer(200, { metadata: { name: 'a' } });
const unauthorized = refuse(401, 'Unauthorized', 'Unauthorized');
/** Says yes to one token only. */
const only =
  (token: string): Fault =>
  (request, response) =>
    (request.headers.authorization === `Bearer ${token}` ? found : unauthorized)(request, response);
const jwt = (exp: number) => `e30.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.c2ln`;

let files: TestAuthority;
let server: FaultServer;
beforeAll(() => {
  files = new TestAuthority();
});
afterAll(() => files.remove());
afterEach(() => server.stop());
const tokensSent = () => server.requests.map(({ headers }) => headers.authorization?.replace('Bearer ', ''));

describe('token', () => {
  test('is sent, masked and never logged; its expiry is known', async () => {
    server = await FaultServer.start([found]);
    const token = jwt(2_000_000_000);
    const cluster = connectTo({ server: server.url, user: { token } });
    await cluster.read(CONFIG_MAP, 'a', anySignal());
    expect(tokensSent()).toEqual([token]);
    expect(cluster.log.masked).toContain(token);
    expect(cluster.log.lines.join('\n')).not.toContain(token);
    expect(cluster.credentialsExpireAt).toBe(2_000_000_000_000);
  });

  test('that has expired is said to have, with context and user', async () => {
    server = await FaultServer.start([unauthorized]);
    const reading = connectTo({ server: server.url, user: { token: jwt(1_700_000_000) } }).read(CONFIG_MAP, 'a', anySignal());
    await expect(reading).rejects.toThrow(
      /does not accept the credentials of user ci \(401 Unauthorized\): they expired at 2023-11-14T22:13:20.000Z\.\n.*context "test" of the kubeconfig/,
    );
    expect(server.requests).toHaveLength(1);
  });
});

describe('tokenFile', () => {
  test('is read again when the API server refuses the token, because somebody else renews it', async () => {
    const path = files.file('token', 'first\n');
    server = await FaultServer.start([only('first')]);
    const cluster = connectTo({ server: server.url, user: { tokenFile: path } });
    await cluster.read(CONFIG_MAP, 'a', anySignal());
    server.play(only('second'));
    writeFileSync(path, 'second\n');
    await cluster.read(CONFIG_MAP, 'a', anySignal());
    expect(tokensSent()).toEqual(['first', 'first', 'second']);
    expect(cluster.log.masked).toEqual(['first', 'second']);
  });

  test('is read again each minute', async () => {
    const path = files.file('token', 'first');
    server = await FaultServer.start([found]);
    const clock = new ManualClock();
    const cluster = connectTo({ server: server.url, user: { tokenFile: path } }, { clock });
    await cluster.read(CONFIG_MAP, 'a', anySignal());
    writeFileSync(path, 'second');
    await clock.advance(59_000);
    await cluster.read(CONFIG_MAP, 'a', anySignal());
    await clock.advance(1_000);
    await cluster.read(CONFIG_MAP, 'a', anySignal());
    expect(tokensSent()).toEqual(['first', 'first', 'second']);
  });

  test.each([
    ['missing', '/nowhere/token', "The token file /nowhere/token can't be read (ENOENT)"],
    ['empty', '', 'is empty'],
  ])('that is %s is named', async (_what, path, message) => {
    server = await FaultServer.start([found]);
    const tokenFile = path || files.file('empty', '');
    await expect(connectTo({ server: server.url, user: { tokenFile } }).read(CONFIG_MAP, 'a', anySignal())).rejects.toThrow(
      message,
    );
  });
});

describe('client certificate', () => {
  const startTls = async () => {
    server = await FaultServer.start([found], { ...files.server('IP:127.0.0.1'), clientCa: files.certificate });
    return { server: server.url, cluster: { 'certificate-authority-data': Buffer.from(files.certificate).toString('base64') } };
  };

  test.each(['data', 'files'] as const)('from %s is presented', async (where) => {
    const { cert, key } = files.client('deployer');
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const user =
      where === 'data'
        ? { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) }
        : { 'client-certificate': files.file('me.crt', cert), 'client-key': files.file('me.key', key) };
    const cluster = connectTo({ ...(await startTls()), user });
    await cluster.read(CONFIG_MAP, 'a', anySignal());
    await cluster.read(CONFIG_MAP, 'a', anySignal());
    expect(server.requests[0]?.clientName).toBe('deployer');
    expect(server.connections).toBe(1);
  });

  test('without its key is refused', async () => {
    const user = { 'client-certificate-data': 'QUJD' };
    await expect(connectTo({ ...(await startTls()), user }).read(CONFIG_MAP, 'a', anySignal())).rejects.toThrow(
      'certificate without its key',
    );
  });
});

test('impersonation is sent whole: user, uid, every group, every extra', async () => {
  server = await FaultServer.start([found]);
  const user = { token: 't', as: 'jane', 'as-uid': '7', 'as-groups': ['a', 'b'], 'as-user-extra': { 'x/y(z)': ['1', '2'] } };
  await connectTo({ server: server.url, user }).read(CONFIG_MAP, 'a', anySignal());
  const raw = server.requests[0]?.rawHeaders ?? [];
  const sent = raw.flatMap((value, index) =>
    index % 2 === 0 && value.startsWith('impersonate') ? [`${value}: ${raw[index + 1]}`] : [],
  );
  expect(sent).toEqual([
    'impersonate-user: jane',
    'impersonate-uid: 7',
    'impersonate-group: a',
    'impersonate-group: b',
    'impersonate-extra-x%2Fy%28z%29: 1',
    'impersonate-extra-x%2Fy%28z%29: 2',
  ]);
});

test('user name and password are refused, because Kubernetes ignores them', async () => {
  server = await FaultServer.start([found]);
  const cluster = connectTo({ server: server.url, user: { username: 'u', password: 'p' } });
  await expect(cluster.read(CONFIG_MAP, 'a', anySignal())).rejects.toThrow('Use a token or a client certificate');
});

describe('auth-provider', () => {
  test('oidc goes through the chunk that holds @kubernetes/client-node', async () => {
    server = await FaultServer.start([found]);
    const token = jwt(2_000_000_000);
    const provider = {
      name: 'oidc',
      config: { 'id-token': token, 'client-id': 'x', 'idp-issuer-url': 'https://issuer.invalid' },
    };
    const cluster = connectTo({ server: server.url, user: { 'auth-provider': provider } });
    await cluster.read(CONFIG_MAP, 'a', anySignal());
    expect(tokensSent()).toEqual([token]);
    expect(cluster.credentialsExpireAt).toBe(2_000_000_000_000);
    expect(cluster.log.masked).toContain(token);
  });

  test('that gives no token is an error, not an anonymous request', async () => {
    server = await FaultServer.start([found]);
    const provider = { name: 'oidc', config: { 'id-token': jwt(1) } };
    const cluster = connectTo({ server: server.url, user: { 'auth-provider': provider } });
    await expect(cluster.read(CONFIG_MAP, 'a', anySignal())).rejects.toThrow(
      'auth-provider oidc: it gave no token; it has expired',
    );
    expect(server.requests).toHaveLength(0);
  });

  test('of an unknown name is refused', async () => {
    server = await FaultServer.start([found]);
    const cluster = connectTo({ server: server.url, user: { 'auth-provider': { name: 'openstack' } } });
    await expect(cluster.read(CONFIG_MAP, 'a', anySignal())).rejects.toThrow(
      'uses auth-provider "openstack"; supported: oidc, gcp, azure',
    );
  });
});
