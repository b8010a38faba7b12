import { expect, test } from '@jest/globals';
import type { V1Container, V1Pod } from '@kubernetes/client-node';
import { metricsAddress, scrapePod } from '../../../../../src/platforms/kubernetes/pods/pod-metrics.js';
import { anySignal, connectTo } from '../bed.js';
import { answer, type Fault, FaultServer, refuse, reset } from '../fault-server.js';

const port = (containerPort: number, name?: string) => ({ containerPort, ...(name !== undefined && { name }) });
const container = (name: string, ...ports: ReturnType<typeof port>[]): V1Container => ({ name, ports });
const pod = (containers: V1Container[], annotations: Record<string, string> = {}): V1Pod => ({
  metadata: { annotations },
  spec: { containers },
});
const app = container('app', port(8080, 'http'));
const linkerd = container('linkerd-proxy', port(4143, 'linkerd-proxy'), port(4191, 'linkerd-admin'));
const nothing = { port: undefined, path: undefined };
const addressOf = (of: V1Pod, asked: Parameters<typeof metricsAddress>[1] = nothing) => {
  const { scheme, port: at, path } = metricsAddress(of, asked, 'app');
  return `${scheme}:${at}${path}`;
};

test.each<[string, V1Pod, string]>([
  ['the first port of the released container', pod([app]), 'http:8080/metrics'],
  ['not of a sidecar that stands first', pod([linkerd, app]), 'http:8080/metrics'],
  ['its port that is named for metrics', pod([container('app', port(80), port(9090, 'http-metrics'))]), 'http:9090/metrics'],
  ['not that of a sidecar', pod([app, container('fluent-bit', port(2020, 'metrics'))]), 'http:8080/metrics'],
  [
    'a sidecar’s where the released one has none',
    pod([container('app'), container('exporter', port(9102, 'metrics'))]),
    'http:9102/metrics',
  ],
  ['the usual one where nobody has any', pod([container('app')]), 'http:8080/metrics'],
  [
    'the annotations, all of them',
    pod([app], { 'prometheus.io/port': '15020', 'prometheus.io/path': '/stats/prometheus', 'prometheus.io/scheme': 'https' }),
    'https:15020/stats/prometheus',
  ],
  [
    'an annotated path on the port that is found',
    pod([app], { 'prometheus.io/path': 'actuator/prometheus' }),
    'http:8080/actuator/prometheus',
  ],
])('metrics are looked for at %s', (_, of, expected) => {
  expect(addressOf(of)).toBe(expected);
});

test('what the user says wins, and what is annotated of another port is not taken for it', () => {
  const annotated = pod([app, linkerd], {
    'prometheus.io/port': '9000',
    'prometheus.io/path': '/stats',
    'prometheus.io/scheme': 'https',
  });
  expect(addressOf(annotated, { port: 8081, path: undefined })).toBe('http:8081/metrics');
  expect(addressOf(annotated, { port: 9000, path: undefined })).toBe('https:9000/stats');
  expect(addressOf(annotated, { port: undefined, path: '/mine' })).toBe('https:9000/mine');
  expect(addressOf(annotated, { port: 'linkerd-admin', path: undefined })).toBe('http:4191/metrics');
  expect(() => addressOf(annotated, { port: 'metrics', path: undefined })).toThrow(
    'no container has a port named metrics (`metrics-port`); there are http, linkerd-proxy, linkerd-admin',
  );
});

async function scrape(fault: Fault, address: Partial<ReturnType<typeof metricsAddress>> = {}) {
  const server = await FaultServer.start([fault]);
  const cluster = connectTo({ server: server.url });
  const read = scrapePod(cluster, 'p', { scheme: 'http', port: 8080, path: '/metrics', ...address }, anySignal());
  const text = await read.catch((error: Error) => error.message);
  await server.stop();
  return { text, request: server.requests[0] };
}

test('text is asked for and not JSON, and https pods by the name that the API server has for them', async () => {
  const { text, request } = await scrape((_, response) => response.end('a 1\n'), { scheme: 'https', path: '/stats/prometheus' });
  expect(text).toBe('a 1\n');
  expect(request?.headers.accept).toMatch(/^text\/plain;version=0\.0\.4, .*\*\/\*;q=0\.1$/);
  expect(request?.path).toBe('/api/v1/namespaces/shop/pods/https:p:8080/proxy/stats/prometheus');
});

test('a page that begins with a name in quotes is no JSON', async () => {
  const page = '{"http.server.requests",a="b"} 1\n';
  expect((await scrape((_, response) => response.end(page))).text).toBe(page);
});

test.each([
  ['an app that has counted nothing yet', ''],
  [
    'one that declares nothing',
    'a_total{path="/a b} 1"} 5 1395066363000\nb +Inf\nc Nan\r\nd{} 1e+3 # {trace_id="x"} 0.6 1520879607.789\n',
  ],
  ['one with a broken line of another metric', '# TYPE a_total counter\na_total 1\nother{broken\n'],
])('a page of %s is one', async (_, page) => {
  expect((await scrape((_request, response) => response.end(page))).text).toBe(page);
});

const brokenOff: Fault = (_, response) => {
  response.writeHead(200, { 'content-length': '100' }).write('a 1\n');
  response.destroy();
};
const status = (code: number, reason: string, message: string) => answer(code, { kind: 'Status', code, reason, message });

test.each<[string, Fault, string]>([
  [
    'its own 404',
    answer(404, 'no'),
    'answered 404 to GET /metrics on port 8080; `metrics-port` and `metrics-path` say where the metrics are',
  ],
  [
    'its own 403 in the words of the API server',
    refuse(403, 'Forbidden', 'Forbidden'),
    'answered 403 to GET /metrics on port 8080; ',
  ],
  [
    'the page of an app that answers every path',
    (_, response) => response.end('\n<!DOCTYPE html>\n<html></html>'),
    'answered with an HTML page to GET /metrics on port 8080, which is no page of metrics; `metrics-port` and `metrics-path` say',
  ],
  [
    'a word',
    (_, response) => response.end('rides\n'),
    'answered with text whose line 1 has no value to GET /metrics on port 8080, which is no page of metrics; `metrics-port` and `metrics-path` say',
  ],
  [
    'lines of a status page',
    (_, response) => response.end('# velo\n\nuptime 5\nThe app is up 5 days\n'),
    'answered with text whose line 4 has no value to GET /metrics',
  ],
  ['JSON', answer(200, { requests: 7 }), 'answered with JSON to GET /metrics on port 8080, which is no page of metrics'],
  [
    'a login',
    (_, response) => response.writeHead(401).end('no'),
    'answered 401 to GET /metrics on port 8080; a login is wanted there, and pages of metrics are read without one',
  ],
  [
    'a redirect',
    (_, response) => response.writeHead(301, { location: 'https://velo.example/metrics?token=x' }).end(),
    'answered 301 to GET /metrics on port 8080; it leads to https://velo.example/metrics, which is not followed',
  ],
  [
    'a port that nobody listens on',
    status(503, 'ServiceUnavailable', 'error trying to reach service: dial tcp: connection refused'),
    'the API server could not reach it (error trying to reach service: dial tcp: connection refused) to GET',
  ],
  [
    'a missing right',
    status(403, 'Forbidden', 'pods "p" is forbidden: User "ci" cannot get resource "pods/proxy"'),
    'the API server answered 403 (pods "p" is forbidden',
  ],
  [
    'a page that is broken off',
    brokenOff,
    'the answer to GET /metrics on port 8080 was broken off or did not come (the connection broke',
  ],
  ['a connection that is reset', reset, 'the answer to GET /metrics on port 8080 was broken off or did not come'],
])('%s is told as the pod’s, and where it was asked', async (_, fault, expected) => {
  const { text } = await scrape(fault);
  expect(text).toContain(expected);
  expect(text).not.toContain("Can't reach the API server");
});

test('an app’s own 401 in the API server’s words is the app’s while the API server takes the same credentials', async () => {
  const server = await FaultServer.start([answer(200, { items: [], metadata: {} }), refuse(401, 'Unauthorized', 'Unauthorized')]);
  const cluster = connectTo({ server: server.url, user: { token: 'good' } });
  await cluster.list({ group: '', version: 'v1', kind: 'Pod', plural: 'pods' }, {}, anySignal());
  const read = scrapePod(cluster, 'p', { scheme: 'http', port: 8080, path: '/metrics' }, anySignal());
  await expect(read).rejects.toThrow('answered 401 to GET /metrics on port 8080');
  await server.stop();
});

test('the server’s clock is known from its answers, and not from those of an app behind it', async () => {
  const dated =
    (ms: number, body: object): Fault =>
    (_, response) => {
      response.writeHead(200, { date: new Date(Date.now() + ms).toUTCString() }).end(JSON.stringify(body));
    };
  const server = await FaultServer.start([dated(7_200_000, {}), dated(600_000, { items: [], metadata: {} })]);
  const cluster = connectTo({ server: server.url });
  const read = scrapePod(cluster, 'p', { scheme: 'http', port: 8080, path: '/metrics' }, anySignal());
  await expect(read).rejects.toThrow('JSON');
  expect(cluster.clockAheadMs).toBe(0);
  await cluster.list({ group: '', version: 'v1', kind: 'Pod', plural: 'pods' }, {}, anySignal());
  expect(Math.abs(cluster.clockAheadMs - 600_000)).toBeLessThan(2000);
  await server.stop();
});
