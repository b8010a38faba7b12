import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect as connectSocket, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { systemClock } from '../../../../../src/kernel/clock.js';
import { UserError } from '../../../../../src/kernel/errors.js';
import { ApiError } from '../../../../../src/platforms/kubernetes/api/cluster.js';
import { CONFIG_MAP } from '../../../../../src/platforms/kubernetes/api/kinds.js';
import { anySignal, connectTo, environmentOf, HastyClock, type KubeconfigParts } from '../bed.js';
import { TestAuthority } from '../certificates.js';
import { answer, type Fault, FaultServer, refuse, reset, stall, stream } from '../fault-server.js';

const MAP = { metadata: { name: 'a' }, data: { x: '1' } };
const found = answer(200, MAP);
let authority: TestAuthority;
let server: FaultServer;

beforeAll(() => {
  authority = new TestAuthority();
});
afterAll(() => authority.remove());
afterEach(() => server.stop());

const startTls = async (script: Fault[], names = 'IP:127.0.0.1') => {
  server = await FaultServer.start(script, { ...authority.server(names), clientCa: authority.certificate });
};
const ca = () => ({ 'certificate-authority-data': Buffer.from(authority.certificate).toString('base64') });
const secure = (parts: Partial<KubeconfigParts> = {}) => ({ server: server.url, cluster: ca(), ...parts });

/** A server that takes connections and never says a word. */
async function startMute(): Promise<{ readonly address: string; readonly sockets: readonly Socket[]; stop(): void }> {
  const sockets: Socket[] = [];
  const mute = createTcpServer((socket) => void sockets.push(socket));
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const stop = () => {
    for (const socket of sockets) socket.destroy();
    mute.close();
  };
  return { address: `127.0.0.1:${(mute.address() as AddressInfo).port}`, sockets, stop };
}

describe('connections', () => {
  test('requests share one kept-alive TLS connection, because each new one costs milliseconds', async () => {
    await startTls([found]);
    const cluster = connectTo(secure());
    for (let i = 0; i < 10; i++) await cluster.read(CONFIG_MAP, 'a', anySignal());
    expect(server.connections).toBe(1);
    expect(server.requests[0]?.headers['user-agent']).toMatch(/^d9-actions\//);
  });

  test('nothing is sent before the first call', async () => {
    await startTls([found]);
    const cluster = connectTo(secure());
    expect(cluster.namespace).toBe('shop');
    expect(server.connections).toBe(0);
  });

  test('a path in the server URL, as Rancher has, is kept', async () => {
    await startTls([found]);
    await connectTo(secure({ server: `${server.url}/k8s/clusters/c-1` })).read(CONFIG_MAP, 'a', anySignal());
    expect(server.requests[0]?.path).toBe('/k8s/clusters/c-1/api/v1/namespaces/shop/configmaps/a');
  });

  test("twenty-five waiting requests don't make Node warn of a leak", async () => {
    await startTls([found]);
    const warnings: string[] = [];
    const note = (warning: Error) => warnings.push(warning.message);
    process.on('warning', note);
    const cluster = connectTo(secure());
    const signal = anySignal();
    await Promise.all(Array.from({ length: 25 }, () => cluster.read(CONFIG_MAP, 'a', signal)));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', note);
    expect(warnings).toEqual([]);
    expect(server.connections).toBeLessThanOrEqual(20);
  });

  test('a plain http:// server works', async () => {
    server = await FaultServer.start([found]);
    expect(await connectTo({ server: server.url }).read(CONFIG_MAP, 'a', anySignal())).toEqual(MAP);
  });
});

describe('TLS', () => {
  test('a context without user still checks the server against the certificate authority', async () => {
    await startTls([found]);
    expect(await connectTo(secure()).read(CONFIG_MAP, 'a', anySignal())).toEqual(MAP);
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
  });

  test.each([
    ['an unknown authority', () => ({}), 'not signed by a certificate authority that is trusted here'],
    ['another name', () => ({ ...ca(), 'tls-server-name': 'k8s.example' }), 'its certificate is for another name'],
    [
      'a broken authority',
      () => ({ 'certificate-authority-data': 'QUJD' }),
      'certificate authority of cluster here in the kubeconfig is not PEM',
    ],
  ])('%s is named, and not tried five times', async (_what, cluster, message) => {
    await startTls([found]);
    await expect(connectTo({ server: server.url, cluster: cluster() }).read(CONFIG_MAP, 'a', anySignal())).rejects.toThrow(
      message,
    );
    expect(server.requests).toHaveLength(0);
    expect(server.connections).toBeLessThanOrEqual(1);
  });

  test('a certificate that has expired is named', async () => {
    server = await FaultServer.start([found], authority.expiredServer('IP:127.0.0.1'));
    await expect(connectTo(secure()).read(CONFIG_MAP, 'a', anySignal())).rejects.toThrow('its certificate has expired');
    expect(server.connections).toBe(1);
  });

  test('an authority in a file that is missing is named with its path', async () => {
    await startTls([found]);
    const cluster = connectTo({ server: server.url, cluster: { 'certificate-authority': '/nowhere/ca.crt' } });
    await expect(cluster.read(CONFIG_MAP, 'a', anySignal())).rejects.toThrow(
      /can't be read from \/nowhere\/ca\.crt \(ENOENT\)\. .*`kubectl config view --raw --flatten`/,
    );
  });

  test('tls-server-name lets a cluster be reached by an address that is not in its certificate', async () => {
    await startTls([found], 'DNS:k8s.example');
    const cluster = connectTo(secure({ cluster: { ...ca(), 'tls-server-name': 'k8s.example' } }));
    expect(await cluster.read(CONFIG_MAP, 'a', anySignal())).toEqual(MAP);
  });

  test('insecure-skip-tls-verify is obeyed, also without user, and warned of', async () => {
    await startTls([found], 'DNS:other');
    const cluster = connectTo({ server: server.url, cluster: { 'insecure-skip-tls-verify': true } });
    expect(await cluster.read(CONFIG_MAP, 'a', anySignal())).toEqual(MAP);
    expect(cluster.log.lines.join('\n')).toContain('is not checked');
  });

  test('an http:// port behind an https:// URL is named', async () => {
    server = await FaultServer.start([found]);
    const cluster = connectTo({ server: server.url.replace('http:', 'https:') });
    await expect(cluster.read(CONFIG_MAP, 'a', anySignal())).rejects.toThrow('Check that the server speaks HTTPS on this port');
  });
});

describe('proxies', () => {
  /** What the proxy was asked for: `CONNECT host:port`, or a request that it is to pass on. */
  let asked: string[];
  let authorizations: Array<string | undefined>;
  /** What it says to a CONNECT that it does not carry out; undefined for one that it does. */
  let refusals: string[];
  let proxy: Server;
  beforeAll(async () => {
    proxy = tunnelling(createServer(passOn));
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  });
  const passOn = (request: IncomingMessage, response: ServerResponse) => {
    asked.push(`${request.method} ${request.url}`);
    response.end(JSON.stringify(MAP));
  };
  function tunnelling<S extends Server>(http: S): S {
    http.on('connect', (request: IncomingMessage, socket: Socket) => {
      asked.push(`CONNECT ${request.url}`);
      authorizations.push(request.headers['proxy-authorization']);
      socket.on('error', () => undefined);
      const refusal = refusals.shift();
      if (refusal !== undefined) return socket.end(refusal === '' ? '' : `HTTP/1.1 ${refusal}\r\n\r\n`);
      const target = connectSocket(server.port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        target.pipe(socket).pipe(target);
      });
      target.on('error', () => socket.destroy());
      socket.on('close', () => target.destroy());
    });
    return http;
  }
  beforeEach(() => {
    asked = [];
    authorizations = [];
    refusals = [];
  });
  afterAll(() => void proxy.close());
  const proxyUrl = (user = '') => `http://${user}127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const given = (variables: Record<string, string>) => ({ environment: environmentOf(variables) });
  const far = (parts: Partial<KubeconfigParts> = {}) => ({ server: 'https://k8s.example:6443', cluster: ca(), ...parts });

  test.each([
    ['HTTPS_PROXY of the runner', () => ({ parts: {}, variables: { HTTPS_PROXY: proxyUrl() } })],
    ['proxy-url of the kubeconfig', () => ({ parts: { 'proxy-url': proxyUrl() }, variables: {} })],
  ])('%s is used, and reached again after a reset', async (_what, how) => {
    await startTls([reset, found], 'DNS:k8s.example');
    const { parts, variables } = how();
    const cluster = connectTo(far({ cluster: { ...ca(), ...parts } }), given(variables));
    expect(await cluster.read(CONFIG_MAP, 'a', anySignal())).toEqual(MAP);
    expect(asked).toEqual(['CONNECT k8s.example:6443', 'CONNECT k8s.example:6443']);
  });

  test('one tunnel serves many requests, with the certificate of the client and the name that the server is to have', async () => {
    await startTls([found], 'DNS:inner.example');
    const { cert, key } = authority.client('deployer');
    const [certificate, privateKey] = [cert, key].map((pem) => Buffer.from(pem).toString('base64'));
    const cluster = connectTo(
      far({
        cluster: { ...ca(), 'tls-server-name': 'inner.example' },
        user: { 'client-certificate-data': certificate, 'client-key-data': privateKey },
      }),
      given({ HTTPS_PROXY: proxyUrl() }),
    );
    for (let i = 0; i < 3; i++) await cluster.read(CONFIG_MAP, 'a', anySignal());
    expect(asked).toEqual(['CONNECT k8s.example:6443']);
    expect(server.requests.map(({ clientName }) => clientName)).toEqual(['deployer', 'deployer', 'deployer']);
  });

  test('a proxy that speaks TLS is trusted if the system does', async () => {
    await startTls([found], 'DNS:k8s.example');
    const secureProxy = tunnelling(createTlsServer(authority.server('IP:127.0.0.1'), passOn));
    await new Promise<void>((resolve) => secureProxy.listen(0, '127.0.0.1', resolve));
    const url = `https://127.0.0.1:${(secureProxy.address() as AddressInfo).port}`;
    const usual = getCACertificates('default');
    const read = () => connectTo(far(), given({ HTTPS_PROXY: url })).read(CONFIG_MAP, 'a', anySignal());
    try {
      await expect(read()).rejects.toThrow('not signed by a certificate authority that is trusted here');
      expect(asked).toEqual([]);
      setDefaultCACertificates([...usual, authority.certificate]);
      expect(await read()).toEqual(MAP);
      expect(asked).toEqual(['CONNECT k8s.example:6443']);
    } finally {
      setDefaultCACertificates(usual);
      secureProxy.closeAllConnections();
      secureProxy.close();
    }
  });

  test('a plain http:// server is asked through HTTP_PROXY', async () => {
    server = await FaultServer.start([found]);
    const cluster = connectTo({ server: 'http://k8s.example:8080' }, given({ HTTP_PROXY: proxyUrl() }));
    expect(await cluster.read(CONFIG_MAP, 'a', anySignal())).toEqual(MAP);
    expect(asked).toEqual(['GET http://k8s.example:8080/api/v1/namespaces/shop/configmaps/a']);
  });

  test('the own machine is reached directly', async () => {
    await startTls([found]);
    const cluster = connectTo(secure(), given({ HTTPS_PROXY: proxyUrl() }));
    expect(await cluster.read(CONFIG_MAP, 'a', anySignal())).toEqual(MAP);
    expect(asked).toEqual([]);
  });

  test('the password of a proxy is given to it, and to nobody else', async () => {
    await startTls([found], 'DNS:k8s.example');
    refusals = ['407 Proxy Authentication Required'];
    const cluster = connectTo(far(), given({ HTTPS_PROXY: proxyUrl('me:s3cr3t@') }));
    const refused = await cluster.read(CONFIG_MAP, 'a', anySignal()).catch((error: Error) => error);
    await cluster.read(CONFIG_MAP, 'a', anySignal());
    const basic = `Basic ${Buffer.from('me:s3cr3t').toString('base64')}`;
    expect(authorizations).toEqual([basic, basic]);
    expect(server.requests[0]?.headers['proxy-authorization']).toBeUndefined();
    expect(`${cluster.log.lines} ${(refused as Error).message}`).not.toContain('s3cr3t');
  });

  test('a proxy that refuses is named with what it said, and not asked five times', async () => {
    await startTls([found], 'DNS:k8s.example');
    refusals = ['403 Forbidden', '403 Forbidden'];
    await expect(connectTo(far(), given({ HTTPS_PROXY: proxyUrl() })).read(CONFIG_MAP, 'a', anySignal())).rejects.toThrow(
      /k8s.example:6443: the proxy did not let the request through \(ERR_PROXY_TUNNEL: HTTP 403\)\.\nCheck HTTPS_PROXY/,
    );
    expect(asked).toHaveLength(1);
  });

  test.each(['502 Bad Gateway', '503 Service Unavailable', ''])(
    'a server that is away for a moment is tried again when the proxy says so: "%s"',
    async (refusal) => {
      await startTls([answer(201, MAP)], 'DNS:k8s.example');
      refusals = [refusal, refusal];
      const cluster = connectTo(far(), given({ HTTPS_PROXY: proxyUrl() }));
      expect(await cluster.create(CONFIG_MAP, MAP, anySignal())).toEqual(MAP);
      expect(asked).toHaveLength(3);
    },
  );

  test.each([
    ['does not listen', 'http://me:s3cr3t@127.0.0.1:1', 'the proxy 127.0.0.1:1: nothing listens there (ECONNREFUSED)'],
    ['nobody knows', 'http://me:s3cr3t@proxy.invalid:3128', 'the proxy proxy.invalid:3128: its name is not known (ENOTFOUND)'],
  ])('a proxy that %s is not taken for the server', async (_what, url, message) => {
    await startTls([found], 'DNS:k8s.example');
    const reading = connectTo(far(), given({ HTTPS_PROXY: url })).read(CONFIG_MAP, 'a', anySignal());
    await expect(reading).rejects.toThrow(`Can't reach the API server https://k8s.example:6443: ${message}.\nCheck HTTPS_PROXY`);
    await expect(reading).rejects.not.toThrow('s3cr3t');
  });

  test('a proxy that says nothing is named when the time is over', async () => {
    await startTls([found], 'DNS:k8s.example');
    const mute = await startMute();
    const cluster = connectTo(far(), given({ HTTPS_PROXY: `http://${mute.address}` }));
    const asking = cluster.request({ method: 'GET', path: '/x', timeoutMs: 50, retry: false }, anySignal());
    await expect(asking).rejects.toThrow(`no connection within 0.05 s through the proxy ${mute.address}`);
    mute.stop();
  });
});

describe('retries', () => {
  const clock = () => new HastyClock();

  test.each<[string, Fault]>([
    ['500', answer(500, {})],
    ['502', answer(502, 'bad gateway')],
    ['503', answer(503, {})],
    ['504', answer(504, {})],
    ['429', answer(429, {})],
    ['a connection that is reset', reset],
    ['an answer that stops short', answer(200, '{"metadata":', { 'content-length': '500' })],
  ])('a read survives %s', async (what, fault) => {
    const cutShort: Fault = (request, response) => {
      fault(request, response);
      response.socket?.destroySoon();
    };
    server = await FaultServer.start([what.includes('short') ? cutShort : fault, found]);
    expect(await connectTo({ server: server.url }).read(CONFIG_MAP, 'a', anySignal())).toEqual(MAP);
    expect(server.requests).toHaveLength(2);
  });

  test('a server that accepts and says nothing costs one deadline, not the job', async () => {
    server = await FaultServer.start([stall, found]);
    const request = { method: 'GET', path: '/x', timeoutMs: 80 } as const;
    expect((await connectTo({ server: server.url }).request(request, anySignal())).status).toBe(200);
  });

  test('a server that accepts connections and never shakes hands was not asked anything, so even a creation is tried again', async () => {
    server = await FaultServer.start([found]);
    const mute = await startMute();
    const cluster = connectTo({ server: `https://${mute.address}` });
    const request = { method: 'POST', path: '/x', timeoutMs: 50 } as const;
    await expect(cluster.request(request, anySignal())).rejects.toThrow(
      /Can't reach the API server .*: no connection within 0.05 s.\n.*firewall/,
    );
    expect(mute.sockets).toHaveLength(5);
    mute.stop();
  });

  test('Retry-After is obeyed, in seconds and as a date', async () => {
    const waits = clock();
    const inSevenSeconds: Fault = (request, response) =>
      answer(503, {}, { 'retry-after': new Date(waits.now() + 7_999).toUTCString() })(request, response);
    server = await FaultServer.start([answer(429, {}, { 'retry-after': '3' }), inSevenSeconds, found]);
    await connectTo({ server: server.url }, { clock: waits }).read(CONFIG_MAP, 'a', anySignal());
    const [first, second] = waits.waitsMs;
    expect(first).toBe(3125);
    expect(second).toBeGreaterThan(6000);
    expect(second).toBeLessThan(8200);
  });

  test("waits grow and are spread, so that many jobs don't come back together", async () => {
    const waits = clock();
    server = await FaultServer.start([answer(503, {})]);
    await expect(connectTo({ server: server.url }, { clock: waits }).read(CONFIG_MAP, 'a', anySignal())).rejects.toThrow(
      ApiError,
    );
    expect(waits.waitsMs).toEqual([125, 250, 500, 1000]);
    expect(server.requests).toHaveLength(5);
  });

  test('a Retry-After beyond what the step can wait is not waited for', async () => {
    const waits = clock();
    server = await FaultServer.start([refuse(429, 'TooManyRequests', 'slow down', { 'retry-after': '60' })]);
    const reading = connectTo({ server: server.url }, { clock: waits }).read(CONFIG_MAP, 'a', anySignal());
    await expect(reading).rejects.toMatchObject({ status: 429, message: expect.stringContaining('slow down') });
    expect(waits.waitsMs).toEqual([]);
  });

  test.each<[string, Fault]>([
    ['500', answer(500, {})],
    ['503', answer(503, {})],
    ['a reset', reset],
  ])('an object is not created twice after %s', async (_what, fault) => {
    server = await FaultServer.start([fault, found]);
    await expect(connectTo({ server: server.url }).create(CONFIG_MAP, MAP, anySignal())).rejects.toThrow();
    expect(server.requests).toHaveLength(1);
  });

  test.each<[string, Fault]>([
    ['503', answer(503, {})],
    ['a reset', reset],
  ])('an object whose creator knows it again is sent again after %s', async (_what, fault) => {
    server = await FaultServer.start([fault, answer(201, MAP)]);
    const create = connectTo({ server: server.url }).create(CONFIG_MAP, MAP, anySignal(), { isOwnKnown: true });
    expect(await create).toEqual(MAP);
  });

  test('creating is tried again after 429, which is said before the request is looked at', async () => {
    server = await FaultServer.start([answer(429, {}), answer(201, MAP)]);
    expect(await connectTo({ server: server.url }).create(CONFIG_MAP, MAP, anySignal())).toEqual(MAP);
  });

  test('creating is tried again when nothing listened, as while an API server restarts', async () => {
    server = await FaultServer.start([found]);
    const { url } = server;
    await server.stop();
    const waits = clock();
    await expect(connectTo({ server: url }, { clock: waits }).create(CONFIG_MAP, MAP, anySignal())).rejects.toThrow(
      /Can't reach the API server http:\/\/127.0.0.1:\d+: nothing listens there \(ECONNREFUSED\)\.\nCheck/,
    );
    expect(waits.waitsMs).toHaveLength(4);
  });

  test('a JSON patch is sent again only when it says which version it is for', async () => {
    const add = { op: 'add', path: '/data/list/-', value: 1 } as const;
    const version = { op: 'test', path: '/metadata/resourceVersion', value: '1' } as const;
    server = await FaultServer.start([reset, found]);
    const cluster = connectTo({ server: server.url });
    await expect(cluster.patch(CONFIG_MAP, 'a', [add], anySignal())).rejects.toThrow(UserError);
    server.play(reset, found);
    expect(await cluster.patch(CONFIG_MAP, 'a', [version, add], anySignal())).toEqual(MAP);
  });

  test("a merge that names no version survives a conflict of the server's own writes, but not for ever", async () => {
    const conflict = refuse(409, 'Conflict', 'please apply your changes to the latest version and try again');
    server = await FaultServer.start([conflict, conflict, found]);
    const cluster = connectTo({ server: server.url });
    expect(await cluster.merge(CONFIG_MAP, 'a', {}, anySignal())).toEqual(MAP);
    server.play(conflict);
    await expect(cluster.merge(CONFIG_MAP, 'a', {}, anySignal())).rejects.toThrow('409 Conflict');
    expect(server.requests).toHaveLength(8);
  });

  test('applying, merging and removing are sent again', async () => {
    server = await FaultServer.start([found]);
    const cluster = connectTo({ server: server.url });
    server.play(reset, found);
    await cluster.apply(CONFIG_MAP, MAP, { force: true }, anySignal());
    server.play(answer(503, {}), found);
    await cluster.merge(CONFIG_MAP, 'a', {}, anySignal());
    server.play(reset, refuse(404, 'NotFound', 'gone'));
    await cluster.remove(CONFIG_MAP, 'a', {}, anySignal());
    expect(server.requests).toHaveLength(6);
  });

  test('retry: false hands the first answer back, for scrapes that come again anyway', async () => {
    server = await FaultServer.start([answer(503, 'busy')]);
    const response = await connectTo({ server: server.url }).request({ method: 'GET', path: '/x', retry: false }, anySignal());
    expect(response).toMatchObject({ status: 503, body: 'busy' });
    expect(server.requests).toHaveLength(1);
  });
});

describe('deadlines', () => {
  /** The client's own timer; sockets, dates and immediates go on. */
  const holdTimers = () =>
    jest.useFakeTimers({
      doNotFake: ['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'setInterval'],
    });
  afterEach(() => void jest.useRealTimers());

  /** Waits until it is there, or in vain. */
  const secondRequest = async (forMs: number) => {
    const before = Date.now();
    while (server.requests.length < 2 && Date.now() - before < forMs) await new Promise((resolve) => setImmediate(resolve));
  };

  test.each<[string, Fault]>([
    ['says nothing', stall],
    ['stops in the middle of its answer', stream('{"metadata":', 'stay')],
  ])('a server that %s costs a read 15 s and not the job', async (_what, fault) => {
    const asked = Promise.withResolvers<void>();
    server = await FaultServer.start([
      (request, response) => {
        fault(request, response);
        setImmediate(asked.resolve);
      },
      found,
    ]);
    holdTimers();
    const clock = { now: () => Date.now(), sleep: async () => undefined };
    const controller = new AbortController();
    const reading = connectTo({ server: server.url }, { clock }).read(CONFIG_MAP, 'a', controller.signal);
    const outcome = reading.catch((error: unknown) => error);
    await asked.promise;
    jest.advanceTimersByTime(14_999);
    await secondRequest(100);
    expect(server.requests).toHaveLength(1);
    jest.advanceTimersByTime(1);
    await secondRequest(5_000);
    // Ends a read that waits on, so that the test fails and does not hang.
    if (server.requests.length < 2) controller.abort();
    expect(await outcome).toEqual(MAP);
  });
});

describe('cancellation', () => {
  test.each<[string, Fault]>([
    ['a request', stall],
    ['the wait before a retry', answer(429, {}, { 'retry-after': '20' })],
  ])('%s ends at once and leaves no connection in use', async (_what, fault) => {
    const seen = Promise.withResolvers<void>();
    server = await FaultServer.start([
      (request, response) => {
        fault(request, response);
        seen.resolve();
      },
    ]);
    const cluster = connectTo({ server: server.url }, { clock: systemClock });
    const controller = new AbortController();
    const reading = cluster.read(CONFIG_MAP, 'a', controller.signal);
    await seen.promise;
    controller.abort(new Error('cancelled by the user'));
    await expect(reading).rejects.toThrow('cancelled by the user');
    await expect(cluster.read(CONFIG_MAP, 'a', controller.signal)).rejects.toThrow('cancelled by the user');
  });

  test('a change that was sent is still waited for, so that nothing of a step arrives after it gave its lock back', async () => {
    const seen = Promise.withResolvers<ServerResponse>();
    server = await FaultServer.start([(_request, response) => seen.resolve(response)]);
    const cluster = connectTo({ server: server.url }, { clock: systemClock });
    const controller = new AbortController();
    const writing = cluster.merge(CONFIG_MAP, 'a', {}, controller.signal);
    const response = await seen.promise;
    controller.abort(new Error('cancelled by the user'));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(MAP));
    expect(await writing).toEqual(MAP);
    await expect(cluster.merge(CONFIG_MAP, 'a', {}, controller.signal)).rejects.toThrow('cancelled by the user');
    expect(server.requests).toHaveLength(1);
  });

  test('a change that a server never answers holds a cancelled step up for two seconds', async () => {
    const seen = Promise.withResolvers<void>();
    server = await FaultServer.start([() => seen.resolve()]);
    const cluster = connectTo({ server: server.url }, { clock: systemClock });
    const controller = new AbortController();
    const writing = cluster.merge(CONFIG_MAP, 'a', {}, controller.signal);
    await seen.promise;
    const cancelledAt = performance.now();
    controller.abort(new Error('cancelled by the user'));
    await expect(writing).rejects.toThrow('cancelled by the user');
    expect(performance.now() - cancelledAt).toBeGreaterThan(1900);
  });
});
