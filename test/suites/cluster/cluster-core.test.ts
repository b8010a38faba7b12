import { chmodSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../src/kernel/clock.js';
import { connect } from '../../../src/platforms/kubernetes/access/connect.js';
import { kubeconfigOf } from '../../../src/platforms/kubernetes/access/kubeconfig.js';
import { findKubeconfig, inClusterKubeconfig } from '../../../src/platforms/kubernetes/access/kubeconfig-sources.js';
import type { Cluster } from '../../../src/platforms/kubernetes/api/cluster.js';
import { CONFIG_MAP, DEPLOYMENT, LEASE } from '../../../src/platforms/kubernetes/api/kinds.js';
import { connectBed, type Fixture } from '../../../testbed/fixture.js';
import { anySignal, environmentOf, kubeconfigDocument, RecordingLog } from '../../src/platforms/kubernetes/bed.js';
import { TestAuthority } from '../../src/platforms/kubernetes/certificates.js';
import { type Fault, FaultServer, forward, reset } from '../../src/platforms/kubernetes/fault-server.js';

let fixture: Fixture;
let namespace: string;
let files: TestAuthority;
/** As the administrator, in a namespace of this file's own. */
let cluster: Cluster;
let adminToken: string;
let ca: string;

beforeAll(async () => {
  fixture = connectBed();
  files = new TestAuthority();
  namespace = await fixture.createNamespace();
  const kubeconfig = await findKubeconfig(fixture.bed.kubeconfig, environmentOf());
  const [clusterEntry] = kubeconfig.clusters.values();
  const authority = clusterEntry?.certificateAuthority;
  if (authority === undefined) throw new Error("The bed's kubeconfig has no certificate authority.");
  ca = 'base64' in authority ? Buffer.from(authority.base64, 'base64').toString('utf8') : readFileSync(authority.file, 'utf8');
  adminToken = [...kubeconfig.users.values()][0]?.token ?? '';
  cluster = connectAs({ token: adminToken });
});
afterAll(async () => {
  files.remove();
  await fixture.close();
});

/** @param server in place of the API server's own address */
function connectAs(user: Record<string, unknown> | undefined, server = fixture.bed.server, dryRun = false): Cluster {
  const trust = server.startsWith('https:') ? { 'certificate-authority-data': Buffer.from(ca).toString('base64') } : {};
  const document = kubeconfigDocument({ server, cluster: trust, ...(user ? { user } : {}) });
  const environment = environmentOf({ PATH: process.env.PATH });
  const kubeconfig = kubeconfigOf(document, 'the kubeconfig', environment.workspace);
  return connect({ kubeconfig, namespace }, { clock: systemClock, log: new RecordingLog(), environment, dryRun });
}

const map = (name: string, data: Record<string, string>, more: Record<string, unknown> = {}) => ({
  metadata: { name, ...more },
  data,
});

describe('credentials', () => {
  const whoAmI = async (as: Cluster) => {
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
    const response = await as.request({ method: 'POST', path, body }, anySignal());
    return JSON.parse(response.body).status.userInfo;
  };

  test('a token', async () => {
    expect(await whoAmI(cluster)).toMatchObject({ username: 'admin' });
  });

  test('a token in a file', async () => {
    expect(await whoAmI(connectAs({ tokenFile: files.file('token', adminToken) }))).toMatchObject({ username: 'admin' });
  });

  test('a client certificate', async () => {
    const environment = environmentOf();
    const kubeconfig = await findKubeconfig(fixture.bed.kubeconfigs['cert-user'], environment);
    const certified = connect({ kubeconfig }, { clock: systemClock, log: new RecordingLog(), environment });
    expect(await whoAmI(certified)).toMatchObject({ username: 'cert-user' });
  });

  test('a credential plugin, run again after the API server refused its first token', async () => {
    const credential = (token: string) =>
      `{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"${token}"}}`;
    const script = `#!/bin/sh\nif [ -e "$0.ran" ]; then echo '${credential(adminToken)}'; else touch "$0.ran"; echo '${credential('stale')}'; fi\n`;
    const command = files.file('login', script);
    chmodSync(command, 0o755);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command };
    expect(await whoAmI(connectAs({ exec }))).toMatchObject({ username: 'admin' });
  });

  test('impersonation, with uid, groups and extras', async () => {
    const user = {
      token: adminToken,
      as: 'jane',
      'as-uid': '7',
      'as-groups': ['system:masters', 'b'],
      'as-user-extra': { 'example.com/why': ['test'] },
    };
    expect(await whoAmI(connectAs(user))).toMatchObject({
      username: 'jane',
      uid: '7',
      groups: expect.arrayContaining(['b']),
      extra: { 'example.com/why': ['test'] },
    });
  });

  test('the service account that a pod is given, from its files', async () => {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/default/token`;
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
    const { status } = JSON.parse((await cluster.request({ method: 'POST', path, body }, anySignal())).body);
    const directory = dirname(files.file('token', status.token));
    files.file('ca.crt', ca);
    files.file('namespace', namespace);
    const { hostname, port } = new URL(fixture.bed.server);
    const environment = environmentOf({ KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port });
    const kubeconfig = inClusterKubeconfig(environment, directory);
    if (kubeconfig === undefined) throw new Error('The service account was not found.');
    const inPod = connect({ kubeconfig }, { clock: systemClock, log: new RecordingLog(), environment });
    expect(inPod.namespace).toBe(namespace);
    expect(await whoAmI(inPod)).toMatchObject({ username: `system:serviceaccount:${namespace}:default` });
    // The kubelet renews the token in its file.
    expect(inPod.credentialsExpireAt).toBeUndefined();
  });

  test('a wrong token is said to be, with the server, the user and the context', async () => {
    await expect(connectAs({ token: 'wrong' }).read(CONFIG_MAP, 'a', anySignal())).rejects.toThrow(
      /API server https:\/\/127.0.0.1:6443 does not accept the credentials of user ci \(401 Unauthorized\)[\s\S]*context "test"/,
    );
  });

  test('no user at all is served as anonymous, and refused in the words of the API server', async () => {
    await expect(connectAs(undefined).read(CONFIG_MAP, 'a', anySignal())).rejects.toMatchObject({ name: 'ApiError' });
  });
});

describe('objects', () => {
  test('what nobody knows here yet survives reading and watching, and time keeps its micro-seconds', async () => {
    const renewTime = '2030-01-01T00:00:00.123456Z';
    const written = await cluster.create(
      LEASE,
      { metadata: { name: 'l', annotations: { 'd9.test/any': 'x' } }, spec: { renewTime: renewTime as never } },
      anySignal(),
    );
    const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/l`;
    const raw = JSON.parse((await cluster.request({ method: 'GET', path }, anySignal())).body);
    expect(raw.spec.renewTime).toBe(renewTime);
    const { managedFields, ...metadata } = raw.metadata;
    expect(managedFields).toBeDefined();
    expect(written).toMatchObject({ ...raw, metadata });
    expect(await cluster.read(LEASE, 'l', anySignal())).toEqual(raw);
    const seen = cluster.until(LEASE, {}, ([lease]) => lease, { timeoutMs: 5_000, piecemeal: true }, anySignal());
    expect(await seen).toEqual(raw);
  });

  test('what is missing is undefined, and removing it is fine', async () => {
    expect(await cluster.read(CONFIG_MAP, 'missing', anySignal())).toBeUndefined();
    await cluster.remove(CONFIG_MAP, 'missing', {}, anySignal());
  });

  test('creating twice is a 409', async () => {
    await cluster.create(CONFIG_MAP, map('twice', {}), anySignal());
    await expect(cluster.create(CONFIG_MAP, map('twice', {}), anySignal())).rejects.toMatchObject({
      status: 409,
      reason: 'AlreadyExists',
    });
  });

  test('applying a field that another manager owns is a 409 without force, and goes through with it', async () => {
    const path = `/api/v1/namespaces/${namespace}/configmaps/owned`;
    const body = { apiVersion: 'v1', kind: 'ConfigMap', ...map('owned', { a: 'theirs' }) };
    const query = { fieldManager: 'somebody-else' };
    await cluster.request({ method: 'PATCH', path, query, contentType: 'application/apply-patch+yaml', body }, anySignal());
    const ours = map('owned', { a: 'ours' });
    await expect(cluster.apply(CONFIG_MAP, ours, { force: false }, anySignal())).rejects.toMatchObject({
      status: 409,
      message: expect.stringContaining('somebody-else'),
    });
    expect((await cluster.apply(CONFIG_MAP, ours, { force: true }, anySignal())).data).toEqual({ a: 'ours' });
  });

  test('a JSON patch for another version is refused, and changes nothing', async () => {
    await cluster.create(CONFIG_MAP, map('swapped', { a: '1' }), anySignal());
    const patch = (version: string) =>
      cluster.patch(
        CONFIG_MAP,
        'swapped',
        [
          { op: 'test', path: '/metadata/resourceVersion', value: version },
          { op: 'replace', path: '/data/a', value: '2' },
        ],
        anySignal(),
      );
    const refusal = await patch('1').catch((error: unknown) => error);
    expect([409, 422]).toContain((refusal as { status: number }).status);
    const current = await cluster.read(CONFIG_MAP, 'swapped', anySignal());
    expect(current?.data).toEqual({ a: '1' });
    expect((await patch(current?.metadata?.resourceVersion ?? '')).data).toEqual({ a: '2' });
  });

  test('merging takes single fields away', async () => {
    await cluster.create(CONFIG_MAP, map('merged', { a: '1', b: '2' }), anySignal());
    expect((await cluster.merge(CONFIG_MAP, 'merged', { data: { a: null } }, anySignal())).data).toEqual({ b: '2' });
  });

  test('removing by uid leaves a namesake alone', async () => {
    await cluster.create(CONFIG_MAP, map('namesake', {}), anySignal());
    await cluster.remove(CONFIG_MAP, 'namesake', { uid: '00000000-0000-0000-0000-000000000000' }, anySignal());
    const current = await cluster.read(CONFIG_MAP, 'namesake', anySignal());
    expect(current).toBeDefined();
    await cluster.remove(CONFIG_MAP, 'namesake', { uid: current?.metadata?.uid ?? '' }, anySignal());
    expect(await cluster.read(CONFIG_MAP, 'namesake', anySignal())).toBeUndefined();
  });

  test('a dry run is checked by the API server and leaves nothing', async () => {
    const dry = connectAs({ token: adminToken }, fixture.bed.server, true);
    expect((await dry.create(CONFIG_MAP, map('dry', {}), anySignal())).metadata?.uid).toBeDefined();
    await dry.apply(CONFIG_MAP, map('dry-applied', {}), { force: false }, anySignal());
    expect(await dry.read(CONFIG_MAP, 'dry', anySignal())).toBeUndefined();
    expect(await dry.read(CONFIG_MAP, 'dry-applied', anySignal())).toBeUndefined();
    const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } };
    const path = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';
    expect((await dry.request({ method: 'POST', path, body: review }, anySignal())).status).toBe(201);
    await expect(dry.apply(DEPLOYMENT, { metadata: { name: 'bad' } }, { force: false }, anySignal())).rejects.toMatchObject({
      status: 422,
    });
  });

  test('a list of more than one page is whole', async () => {
    const names = Array.from({ length: 520 }, (_, index) => `page-${String(index).padStart(3, '0')}`);
    for (let start = 0; start < names.length; start += 40) {
      const batch = names.slice(start, start + 40);
      await Promise.all(
        batch.map((name) => cluster.create(CONFIG_MAP, map(name, {}, { labels: { paged: 'yes' } }), anySignal())),
      );
    }
    const maps = await cluster.list(CONFIG_MAP, { labels: 'paged=yes' }, anySignal());
    expect(maps.map(({ metadata }) => metadata?.name)).toEqual(names);
  });
});

describe('watching through broken connections', () => {
  let proxy: FaultServer;
  const isWatch = ({ query }: { query: URLSearchParams }) => query.has('watch');
  /** Passes everything through, except that the watches meet these faults first. */
  const startProxy = async (...faults: Fault[]) => {
    const pass = forward(fixture.bed.server, ca);
    proxy = await FaultServer.start([
      (request, response) => ((isWatch(request) ? faults.shift() : undefined) ?? pass)(request, response),
    ]);
    return connectAs({ token: adminToken }, proxy.url);
  };
  const lists = () => proxy.requests.filter((request) => !isWatch(request)).length;
  const watches = () => proxy.requests.filter(isWatch);

  /** Makes three changes, each when the one before was seen, and counts what the watch tells about them. */
  const follow = async (watching: Cluster, name: string) => {
    const seen: string[] = [];
    await cluster.create(CONFIG_MAP, map(name, { step: '0' }, { labels: { name } }), anySignal());
    await watching.until(
      CONFIG_MAP,
      { labels: `name=${name}` },
      ([object]) => {
        const step = object?.data?.step ?? '';
        if (seen.at(-1) === step) return undefined;
        seen.push(step);
        if (step === '3') return true;
        void cluster.merge(CONFIG_MAP, name, { data: { step: String(Number(step) + 1) } }, anySignal()).catch(() => undefined);
        return undefined;
      },
      { timeoutMs: 20_000 },
      anySignal(),
    );
    await proxy.stop();
    return seen;
  };

  test('a connection that drops after an event loses no change', async () => {
    const drop: Fault = (request, response) =>
      forward(fixture.bed.server, ca, (piece, out) => out.write(piece, () => reset(request, out)))(request, response);
    const watching = await startProxy(drop, drop, reset);
    expect(await follow(watching, 'dropped')).toEqual(['0', '1', '2', '3']);
    expect(lists()).toBe(1);
    expect(watches().length).toBeGreaterThanOrEqual(4);
  });

  test('a line that is cut in the middle is read again whole', async () => {
    const cut: Fault = (request, response) =>
      forward(fixture.bed.server, ca, (piece, out) => {
        out.end(piece.slice(0, Math.floor(piece.length / 2)));
      })(request, response);
    const watching = await startProxy(cut, cut);
    expect(await follow(watching, 'cut')).toEqual(['0', '1', '2', '3']);
    expect(lists()).toBe(1);
  });

  test('410 for a version that the server no longer has leads to a new list, as an answer and as an event', async () => {
    // A young API server still has every version, so the proxy in front of it says what an old one would.
    const expired = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 410, reason: 'Expired', message: 'too old' };
    const ancient: Fault = (_request, response) => {
      response.writeHead(410, { 'content-type': 'application/json' });
      response.end(JSON.stringify(expired));
    };
    const injected: Fault = (_request, response) => {
      const status = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' };
      response.end(`${JSON.stringify({ type: 'ERROR', object: status })}\n`);
    };
    const watching = await startProxy(ancient, injected);
    expect(await follow(watching, 'expired')).toContain('3');
    expect(lists()).toBeGreaterThanOrEqual(3);
  });
});
