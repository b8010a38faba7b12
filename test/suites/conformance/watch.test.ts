import { expect, test } from '@jest/globals';
import { MERGE, paths, target, type WatchEvent } from './target.js';

const at = target();
const here = () => paths(at().namespace);

const configMap = (name: string, labels: Readonly<Record<string, string>>, data: Readonly<Record<string, string>> = {}) => ({
  metadata: { name, labels },
  data,
});
const versionNow = (selector: string) => at().version(`${here().configMaps}?labelSelector=${selector}`);
const told = (events: readonly WatchEvent[]) =>
  events
    .filter(({ type }) => type !== 'BOOKMARK')
    .map(({ type, object }) => `${type} ${object.metadata.name} ${JSON.stringify(object.data ?? {})}`);
const patch = (name: string, body: object) => at().ask('PATCH', `${here().configMaps}/${name}`, body, MERGE);

/** Changes one object so that it enters and leaves the selection, and ends with another. */
async function changes(label: string): Promise<void> {
  await at().ask('POST', here().configMaps, configMap(`${label}-a`, { set: label }, { x: '1' }));
  await patch(`${label}-a`, { data: { x: '2' } });
  await patch(`${label}-a`, { data: { x: '2' } });
  await patch(`${label}-a`, { metadata: { labels: { set: 'none' } } });
  await patch(`${label}-a`, { data: { x: '3' } });
  await patch(`${label}-a`, { metadata: { labels: { set: label } } });
  await at().ask('DELETE', `${here().configMaps}/${label}-a`);
  await at().ask('POST', here().configMaps, configMap(`${label}-b`, { set: label }, { x: '1' }));
}

const seenThrough = (label: string) => [
  `ADDED ${label}-a {"x":"1"}`,
  `MODIFIED ${label}-a {"x":"2"}`,
  `DELETED ${label}-a {"x":"2"}`,
  `ADDED ${label}-a {"x":"3"}`,
  `DELETED ${label}-a {"x":"3"}`,
  `ADDED ${label}-b {"x":"1"}`,
];

test('a watch tells all changes in their order, as they look through its selector, and ends with a bookmark', async () => {
  const resourceVersion = await versionNow('set=live');
  const query = { labelSelector: 'set=live', resourceVersion, allowWatchBookmarks: 'true', timeoutSeconds: '5' };
  const watching = at().watch(here().configMaps, query);
  await changes('live');
  const events = await watching;
  expect(told(events)).toEqual(seenThrough('live'));
  const versions = events.map(({ object }) => Number(object.metadata.resourceVersion));
  expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  const bookmark = events.find(({ type }) => type === 'BOOKMARK')?.object;
  expect(bookmark).toEqual({
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: { resourceVersion: expect.stringMatching(/^\d+$/) },
  });
});

test('a watch goes on from any version that is known, with nothing lost and nothing twice', async () => {
  const resourceVersion = await versionNow('set=later');
  await changes('later');
  const query = { labelSelector: 'set=later', timeoutSeconds: '1' };
  const all = await at().watch(here().configMaps, { ...query, resourceVersion });
  expect(told(all)).toEqual(seenThrough('later'));
  const middle = all[2]?.object.metadata.resourceVersion ?? '';
  expect(told(await at().watch(here().configMaps, { ...query, resourceVersion: middle }))).toEqual(seenThrough('later').slice(3));
});

test('without a version, the objects that are there come first', async () => {
  await at().ask('POST', here().configMaps, configMap('present', { set: 'present' }, { x: '1' }));
  for (const version of [{}, { resourceVersion: '0' }]) {
    const query = { fieldSelector: 'metadata.name=present', timeoutSeconds: '1', ...version };
    expect(told(await at().watch(here().configMaps, query))).toEqual(['ADDED present {"x":"1"}']);
  }
});

test('a watch ends when its time is over, and sends no bookmark that nobody asked for', async () => {
  const startedAt = performance.now();
  const resourceVersion = await versionNow('set=quiet');
  expect(await at().watch(here().configMaps, { resourceVersion, labelSelector: 'set=quiet', timeoutSeconds: '3' })).toEqual([]);
  const seconds = (performance.now() - startedAt) / 1000;
  expect(seconds).toBeGreaterThan(2.5);
  expect(seconds).toBeLessThan(10);
});

test('a version from before the server knows the kind is an error in the watch: 410', async () => {
  const [event, ...more] = await at().watch(here().httpRoutes, { resourceVersion: '1', timeoutSeconds: '1' });
  expect(more).toEqual([]);
  expect(event).toEqual({
    type: 'ERROR',
    object: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: expect.stringMatching(/^too old resource version: 1 \(\d+\)$/),
      reason: 'Expired',
      code: 410,
    },
  });
});

test('selectors that can not be understood are a 400', async () => {
  expect(await at().refused('GET', `${here().pods}?fieldSelector=spec.nope=1`)).toMatchObject({
    code: 400,
    message: 'field label not supported: spec.nope',
  });
  expect(await at().refused('GET', `${here().pods}?fieldSelector=spec`)).toMatchObject({
    code: 400,
    message: "invalid selector: 'spec'; can't understand 'spec'",
  });
  expect(await at().refused('GET', `${here().leases}?fieldSelector=spec.nope=1`)).toMatchObject({
    code: 400,
    message: '"spec.nope" is not a known field selector: only "metadata.name", "metadata.namespace"',
  });
  expect(await at().refused('GET', `${here().pods}?labelSelector=a==b==c`)).toMatchObject({ code: 400 });
});

test.each([
  ['track=canary', ['canary']],
  ['track!=canary', ['plain', 'stable']],
  ['track', ['canary', 'stable']],
  ['!track', ['plain']],
  ['track in (canary, stable)', ['canary', 'stable']],
  ['track notin (canary)', ['plain', 'stable']],
  ['app=menu,track!=canary', ['plain', 'stable']],
  ['app=other', []],
])('the label selector %s selects %j', async (selector, names) => {
  const objects: ReadonlyArray<[string, Record<string, string>]> = [
    ['canary', { track: 'canary' }],
    ['plain', {}],
    ['stable', { track: 'stable' }],
  ];
  for (const [name, labels] of objects)
    await at().ask('POST', here().services, {
      metadata: { name, labels: { app: 'menu', ...labels } },
      spec: { ports: [{ port: 80 }] },
    });
  const { body } = await at().ask<{ items: Array<{ metadata: { name: string } }> }>(
    'GET',
    `${here().services}?labelSelector=${encodeURIComponent(selector)}`,
  );
  expect(body.items.map(({ metadata }) => metadata.name)).toEqual(names);
});

test('a list comes in pages that show one moment, in order of their names', async () => {
  for (const name of ['p0', 'p1', 'p2', 'p3', 'p4']) await at().ask('POST', here().configMaps, configMap(name, { set: 'pages' }));
  interface Page {
    readonly kind: string;
    readonly metadata: { readonly resourceVersion: string; readonly continue?: string; readonly remainingItemCount?: number };
    readonly items: ReadonlyArray<{ readonly kind?: string; readonly metadata: { readonly name: string } }>;
  }
  const page = async (token = '') =>
    (await at().ask<Page>('GET', `${here().configMaps}?labelSelector=set=pages&limit=2&continue=${token}`)).body;
  const first = await page();
  await at().ask('POST', here().configMaps, configMap('p9', { set: 'pages' }));
  const second = await page(first.metadata.continue);
  const third = await page(second.metadata.continue);
  const names = [first, second, third].map(({ items }) => items.map(({ metadata }) => metadata.name));
  expect(names).toEqual([['p0', 'p1'], ['p2', 'p3'], ['p4']]);
  expect(first.kind).toBe('ConfigMapList');
  expect(first.items[0]?.kind).toBeUndefined();
  expect(new Set([first, second, third].map(({ metadata }) => metadata.resourceVersion)).size).toBe(1);
  expect(third.metadata.continue).toBeUndefined();
  const unselected = await at().ask<Page>('GET', `${here().configMaps}?limit=2`);
  expect(unselected.body.metadata.remainingItemCount).toBeGreaterThan(0);
  expect(await at().refused('GET', `${here().configMaps}?limit=2&continue=nonsense`)).toMatchObject({ code: 400 });
});
