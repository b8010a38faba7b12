import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { V1Deployment, V1Service } from '@kubernetes/client-node';
import { Problems } from '../../../../../src/kernel/errors.js';
import { type AppNames, readApp } from '../../../../../src/platforms/kubernetes/app/app.js';
import { anySignal, connectTo } from '../bed.js';
import { answer, FaultServer, refuse } from '../fault-server.js';
import { someApp } from './apps.js';

let server: FaultServer;
beforeEach(async () => {
  server = await FaultServer.start([]);
});
afterEach(() => server.stop());

const NAMES: AppNames = { app: 'restaurant', deployment: undefined, service: undefined, container: undefined };
const { deployment: sound, service } = someApp();

/** Answers for these objects by path, lists the Services among them, and says 404 to all else. */
const serve = (objects: Record<string, unknown>) =>
  server.play((seen, response) => {
    const items = Object.entries(objects).flatMap(([path, service]) =>
      path.startsWith('services/') ? [{ ...(service as V1Service), metadata: { name: path.split('/')[1] } }] : [],
    );
    const [path = ''] = seen.path.split('?');
    const object = path.endsWith('/services') ? { items, metadata: {} } : objects[path.split('/').slice(-2).join('/')];
    // A namespace that was not asked for is there.
    if (path.endsWith('/namespaces/shop')) return answer(200, {})(seen, response);
    if (path.endsWith('/deployments')) {
      const there = Object.keys(objects).filter((key) => key.startsWith('deployments/'));
      return answer(200, { items: there.map((key) => ({ metadata: { name: key.split('/')[1] } })), metadata: {} })(
        seen,
        response,
      );
    }
    (object ? answer(200, object) : refuse(404, 'NotFound', 'not found'))(seen, response);
  });

async function read(objects: Record<string, unknown>, names: Partial<AppNames> = {}) {
  serve(objects);
  const problems = new Problems();
  const { app } = await readApp(connectTo({ server: server.url }), { ...NAMES, ...names }, problems, anySignal());
  return { app, texts: problems.texts };
}

const withSpec = (changes: Partial<NonNullable<V1Deployment['spec']>>): V1Deployment => ({
  ...sound,
  spec: { ...(sound.spec ?? { selector: {}, template: {} }), ...changes },
});
const selecting = (selector: Record<string, string>): V1Service => ({ ...service, spec: { ...service.spec, selector } });
const both = (deployment: V1Deployment, front: V1Service = service) => ({
  'deployments/restaurant': deployment,
  'services/restaurant': front,
});

test('an app is read by its name, the only container taken', async () => {
  const { app, texts } = await read(both(sound));
  expect(texts).toEqual([]);
  expect(app).toMatchObject({ name: 'restaurant', namespace: 'shop', container: 'app', deployment: sound });
});

test('Deployment and Service may have names of their own', async () => {
  const names = { deployment: 'web', service: 'front' };
  const { app } = await read({ 'deployments/web': sound, 'services/front': service }, names);
  expect(app?.name).toBe('restaurant');
});

test('an app that is not there is one mistake, and says which input names it', async () => {
  const { app, texts } = await read({});
  expect(app).toBeUndefined();
  expect(texts).toEqual([
    expect.stringMatching(
      /^There is no Deployment shop\/restaurant, and no Service of that name: `app` is the default of both\. Name them/,
    ),
  ]);
  const near = await read({ 'deployments/restauarnt': sound });
  expect(near.texts.join()).toContain('Did you mean `app: restauarnt`?');
  const far = await read({ 'deployments/menu': sound, 'services/menu': service });
  expect(far.texts.join()).toContain('There is menu. Name them');
});

test('a Deployment and a Service that are named apart are missed apart, each with what was probably meant', async () => {
  const there = { 'deployments/web': sound, 'services/front': service };
  expect((await read(there, { deployment: 'wbe', service: 'fornt' })).texts).toEqual([
    'There is no Deployment shop/wbe. Did you mean `deployment: web`? Name it with `deployment:`, or create it first: canary-step does from a `manifest`.',
    'There is no Service shop/fornt. Did you mean `service: front`? Name it with `service:`, or create it first.',
  ]);
  expect((await read({ 'deployments/restaurant': sound, 'services/front': service })).texts).toEqual([
    'There is no Service shop/restaurant. There is front. Name it with `service:`, or create it first.',
  ]);
});

test.each<[string, (path: string) => [number, unknown], RegExp]>([
  [
    'does not exist',
    (path) => (path === '/api/v1/namespaces' ? [200, { items: [{ metadata: { name: 'shop-2' } }] }] : [404, {}]),
    /^There is no namespace shop in the cluster\. Did you mean `namespace: shop-2`\? Set `namespace:`/,
  ],
  ['does not exist, as nobody may list them', () => [404, {}], /^There is no namespace shop in the cluster\. Set `namespace:`/],
  ['is empty or may not be asked for', () => [403, {}], /^Namespace shop has no Deployment and no Service, or it does not exist/],
])('a namespace that %s is the one thing that is said', async (_what, ask, message) => {
  server.play((seen, response) => {
    const [path = ''] = seen.path.split('?');
    const isList = /\/(services|deployments)$/.test(path);
    const [status, body] =
      path.startsWith('/api/v1/namespaces') && path.split('/').length <= 5 ? ask(path) : [isList ? 200 : 404, {}];
    answer(status, isList ? { items: [], metadata: {} } : (body as object))(seen, response);
  });
  const problems = new Problems();
  await readApp(connectTo({ server: server.url }), NAMES, problems, anySignal());
  expect(problems.texts).toEqual([expect.stringMatching(message)]);
});

const rolling = (maxUnavailable: string | number) =>
  withSpec({ strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable } } });
const twoContainers = withSpec({
  template: { ...sound.spec?.template, spec: { containers: [{ name: 'app' }, { name: 'proxy' }] } },
});

test.each<[string, Record<string, unknown>, Partial<AppNames>, RegExp]>([
  ['strategy Recreate', both(withSpec({ strategy: { type: 'Recreate' } })), {}, /strategy Recreate.*Set strategy RollingUpdate/],
  ['maxUnavailable 100 %', both(rolling('100%')), {}, /maxUnavailable 100%.*Set maxUnavailable to 0/],
  ['no replica', both(withSpec({ replicas: 0 })), {}, /scaled to 0.*Scale it up first/],
  ['a Service without selector', both(sound, selecting({})), {}, /selects nothing.*Give it a selector/],
  ['a Service of other pods', both(sound, selecting({ app: 'menu' })), {}, /does not lead to the pods.*they lack app=menu/],
  ['several containers', both(twoContainers), {}, /several containers \(app, proxy\).*Say with `container:`/],
  ['an unknown container', both(sound), { container: 'web' }, /has no container web; it has app/],
])('%s is refused with what to do', async (_what, objects, names, message) => {
  const { texts } = await read(objects, names);
  expect(texts).toEqual([expect.stringMatching(message)]);
});

test('the container of several can be named', async () => {
  expect((await read(both(twoContainers), { container: 'proxy' })).app?.container).toBe('proxy');
});

test('all that is unfit is reported at once', async () => {
  const unfit = withSpec({ strategy: { type: 'Recreate' }, replicas: 0 });
  expect((await read(both(unfit, selecting({})))).texts).toHaveLength(3);
});
