import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../../../src/kernel/clock.js';
import { connect } from '../../../../../src/platforms/kubernetes/access/connect.js';
import { inClusterKubeconfig } from '../../../../../src/platforms/kubernetes/access/kubeconfig-sources.js';
import { CONFIG_MAP } from '../../../../../src/platforms/kubernetes/api/kinds.js';
import { ManualClock } from '../../../../manual-clock.js';
import { anySignal, connectTo, environmentOf, RecordingLog } from '../bed.js';
import { TestAuthority } from '../certificates.js';
import { answer, type Fault, FaultServer, refuse, stream } from '../fault-server.js';

const found = answer(200, { metadata: { name: 'a' } });
const unauthorized = refuse(401, 'Unauthorized', 'Unauthorized');
/** Says yes to one token only. */
const only =
  (token: string): Fault =>
  (request, response) =>
    (request.headers.authorization === `Bearer ${token}` ? found : unauthorized)(request, response);
const unsigned = (claims: object) =>
  `${[{ alg: 'RS256' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.c2ln`;
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

  test.each<[string, readonly (readonly [string, number])[]]>([
    [
      'is read again each minute',
      [
        ['second', 59_000],
        ['second', 1_000],
      ],
    ],
    [
      'that is empty for a moment, while it is renewed, does no harm',
      [
        ['', 60_000],
        ['second', 1_000],
      ],
    ],
  ])('%s', async (_, changes) => {
    const path = files.file('token', 'first');
    server = await FaultServer.start([found]);
    const clock = new ManualClock();
    const cluster = connectTo({ server: server.url, user: { tokenFile: path } }, { clock });
    await cluster.read(CONFIG_MAP, 'a', anySignal());
    for (const [content, afterMs] of changes) {
      writeFileSync(path, content);
      await clock.advance(afterMs);
      await cluster.read(CONFIG_MAP, 'a', anySignal());
    }
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

test('a token file counts before a token, and both before a plugin, as in kubectl', async () => {
  server = await FaultServer.start([found]);
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'no-such-plugin' };
  const tokenFile = files.file('token', 'from-file');
  for (const user of [
    { token: 't', tokenFile, exec },
    { token: 't', exec },
  ]) {
    await connectTo({ server: server.url, user }).read(CONFIG_MAP, 'a', anySignal());
  }
  expect(tokensSent()).toEqual(['from-file', 't']);
});

test('a watch that is refused with 401 goes on with the token that is there by now', async () => {
  const path = files.file('token', 'first');
  const listed = answer(200, { items: [], metadata: { resourceVersion: '5' } });
  const renewed: Fault = (request, response) => {
    writeFileSync(path, 'second');
    unauthorized(request, response);
  };
  const event = `${JSON.stringify({ type: 'ADDED', object: { metadata: { name: 'a', resourceVersion: '6' } } })}\n`;
  server = await FaultServer.start([listed, renewed, stream(event, 'stay')]);
  const cluster = connectTo({ server: server.url, user: { tokenFile: path } }, { clock: systemClock });
  const seen = cluster.until(CONFIG_MAP, {}, ([object]) => object?.metadata?.name, { timeoutMs: 5_000 }, anySignal());
  expect(await seen).toBe('a');
  expect(tokensSent()).toEqual(['first', 'first', 'second']);
});

describe('in a pod', () => {
  const connectFromPod = async (script: Fault[]) => {
    server = await FaultServer.start(script, files.server('IP:127.0.0.1'));
    const token = files.file('token', 'first');
    files.file('ca.crt', files.certificate);
    files.file('namespace', 'shop');
    const variables = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(server.port) };
    const kubeconfig = inClusterKubeconfig(environmentOf(variables), dirname(token));
    if (kubeconfig === undefined) throw new Error('the service account was not found');
    const clock = new ManualClock();
    const cluster = connect({ kubeconfig }, { clock, log: new RecordingLog(), environment: environmentOf(variables) });
    return { cluster, clock, token };
  };

  test('the server is checked against the authority of the service account, and its token is read again each minute', async () => {
    const { cluster, clock, token } = await connectFromPod([found]);
    await cluster.read(CONFIG_MAP, 'a', anySignal());
    writeFileSync(token, 'second');
    await clock.advance(60_000);
    await cluster.read(CONFIG_MAP, 'a', anySignal());
    expect(tokensSent()).toEqual(['first', 'second']);
    expect(server.requests[0]?.path).toBe('/api/v1/namespaces/shop/configmaps/a');
  });

  test('a token that was replaced meanwhile is read after the first 401', async () => {
    const { cluster, token } = await connectFromPod([only('first')]);
    await cluster.read(CONFIG_MAP, 'a', anySignal());
    writeFileSync(token, 'second');
    server.play(only('second'));
    await cluster.read(CONFIG_MAP, 'a', anySignal());
    expect(tokensSent()).toEqual(['first', 'first', 'second']);
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

test.each([
  ['a uid', { 'as-uid': '7' }],
  ['groups', { 'as-groups': ['system:masters'] }],
  ['extras', { 'as-user-extra': { reason: ['x'] } }],
])('%s to act as, without a user, is refused by its name in the kubeconfig, as kubectl does', async (_what, impersonation) => {
  server = await FaultServer.start([found]);
  const cluster = connectTo({ server: server.url, user: { token: 't', ...impersonation } });
  await expect(cluster.read(CONFIG_MAP, 'a', anySignal())).rejects.toThrow(
    'User ci of the kubeconfig has as-uid, as-groups or as-user-extra without `as`',
  );
  expect(server.requests).toHaveLength(0);
});

test('user name and password are refused, because Kubernetes ignores them', async () => {
  server = await FaultServer.start([found]);
  const cluster = connectTo({ server: server.url, user: { username: 'u', password: 'p' } });
  await expect(cluster.read(CONFIG_MAP, 'a', anySignal())).rejects.toThrow('Use a token or a client certificate');
});

describe('auth-provider', () => {
  test('oidc sends the id-token that is there', async () => {
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

  /** An identity provider whose refresh tokens are good for one use, as the better ones do it. */
  const startIssuer = async () => {
    const issued: string[] = [];
    const issuer: FaultServer = await FaultServer.start(
      [
        ({ path, body }, response) => {
          const { url } = issuer;
          if (path.startsWith('/.well-known/')) {
            return answer(200, { issuer: url, token_endpoint: `${url}/token` })({} as never, response);
          }
          const given = new URLSearchParams(body).get('refresh_token');
          if (given !== `refresh-${issued.length}`) return answer(400, { error: 'invalid_grant' })({} as never, response);
          const iat = Math.floor(Date.now() / 1000);
          const token = unsigned({ iss: url, aud: 'd9', sub: 'ci', jti: String(issued.length), iat, exp: iat + 120 });
          issued.push(token);
          const answered = { access_token: 'a', token_type: 'Bearer', expires_in: 60, id_token: token };
          answer(200, { ...answered, refresh_token: `refresh-${issued.length}` })({} as never, response);
        },
      ],
      files.server('IP:127.0.0.1'),
    );
    return { issuer, issued };
  };

  test('oidc renews an expired token at its issuer, each time with the refresh token that it got last', async () => {
    server = await FaultServer.start([found]);
    const { issuer, issued } = await startIssuer();
    const config = {
      'idp-issuer-url': issuer.url,
      'idp-certificate-authority-data': Buffer.from(files.certificate).toString('base64'),
      'client-id': 'd9',
      'id-token': jwt(1),
      'refresh-token': 'refresh-0',
    };
    const clock = new ManualClock(Date.now());
    const cluster = connectTo({ server: server.url, user: { 'auth-provider': { name: 'oidc', config } } }, { clock });
    try {
      await cluster.read(CONFIG_MAP, 'a', anySignal());
      await clock.advance(100_000);
      await cluster.read(CONFIG_MAP, 'a', anySignal());
      await clock.advance(10_000);
      await cluster.read(CONFIG_MAP, 'a', anySignal());
    } finally {
      await issuer.stop();
    }
    expect(issued).toHaveLength(2);
    expect(tokensSent()).toEqual([issued[0], issued[0], issued[1]]);
    expect(cluster.log.masked).toEqual(expect.arrayContaining([...issued, 'refresh-0', 'refresh-1', 'refresh-2']));
    expect(issuer.requests.some(({ body }) => body.includes('client_id=d9'))).toBe(true);
  });

  test('oidc says what its issuer says when the refresh token is used up', async () => {
    server = await FaultServer.start([found]);
    const { issuer } = await startIssuer();
    const config = {
      'idp-issuer-url': issuer.url,
      'idp-certificate-authority': files.file('issuer.crt', files.certificate),
      'client-id': 'd9',
      'id-token': jwt(1),
      'refresh-token': 'used-up-token',
    };
    const cluster = connectTo({ server: server.url, user: { 'auth-provider': { name: 'oidc', config } } });
    const reading = cluster.read(CONFIG_MAP, 'a', anySignal()).finally(() => issuer.stop());
    await expect(reading).rejects.toThrow('could not be had from auth-provider oidc: ');
    await expect(reading).rejects.not.toThrow('used-up-token');
    expect(server.requests).toHaveLength(0);
  });

  test.each(['gcp', 'azure'])('%s sends the token that is there', async (name) => {
    server = await FaultServer.start([found]);
    const provider = { name, config: { 'access-token': 'its-token', expiry: '2099-01-01T00:00:00Z' } };
    const cluster = connectTo({ server: server.url, user: { 'auth-provider': provider } });
    await cluster.read(CONFIG_MAP, 'a', anySignal());
    expect(tokensSent()).toEqual(['its-token']);
    expect(cluster.log.masked).toContain('its-token');
  });

  test.each(['gcp', 'azure'])('%s asks the command of its configuration for a token when its own has expired', async (name) => {
    server = await FaultServer.start([found]);
    const config = {
      'access-token': 'old',
      expiry: '2001-01-01T00:00:00Z',
      'cmd-path': 'echo',
      'cmd-args': `'{"credential":{"token":"new","until":"2099-01-01T00:00:00Z"}}'`,
      'token-key': '{.credential.token}',
      'expiry-key': '{.credential.until}',
    };
    const cluster = connectTo({ server: server.url, user: { 'auth-provider': { name, config } } });
    await cluster.read(CONFIG_MAP, 'a', anySignal());
    expect(tokensSent()).toEqual(['new']);
  });

  test.each([
    ['an id-token that has expired', 'oidc', { 'id-token': jwt(1) }],
    ['an id-token that is none', 'oidc', { 'id-token': 'not.a.token' }],
    ['no id-token', 'oidc', {}],
    ['no access token', 'gcp', {}],
  ])('with %s is an error, not an anonymous request', async (_, name, config) => {
    server = await FaultServer.start([found]);
    const provider = { name, config: config as Record<string, string> };
    const cluster = connectTo({ server: server.url, user: { 'auth-provider': provider } });
    await expect(cluster.read(CONFIG_MAP, 'a', anySignal())).rejects.toThrow(
      name === 'oidc' ? 'auth-provider oidc: it gave no token; it has expired' : 'auth-provider gcp: Token is expired!',
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
