import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { V1Deployment, V1Service } from '@kubernetes/client-node';
import { Problems } from '../../../../../src/action/errors.js';
import { type AppNames, readApp } from '../../../../../src/target/kubernetes/workload/app.js';
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

test('a missing Deployment and a missing Service are both reported, with how to name them', async () => {
  expect(await read({})).toEqual({
    app: undefined,
    texts: [
      'There is no Deployment shop/restaurant. Name it with `deployment:`, or create it first.',
      'There is no Service shop/restaurant. Name it with `service:`, or create it first.',
    ],
  });
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
