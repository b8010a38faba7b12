import { expect, test } from '@jest/globals';
import type { Deployment } from '../../../testbed/client/objects.js';
import { rolledOut } from '../../../testbed/fixture.js';
import { deployment, MERGE, paths, type Thing, target } from './target.js';

/** What a third party's finalizer does to an object that is deleted. */
const at = target();
const here = () => paths(at().namespace);
const HELD = { finalizers: ['example.com/hold'] };

interface Leaving extends Thing {
  readonly metadata: Thing['metadata'] & {
    readonly generation?: number;
    readonly deletionTimestamp?: string;
    readonly deletionGracePeriodSeconds?: number;
    readonly finalizers?: readonly string[];
  };
  readonly status?: Deployment['status'];
}

test('is that it is there, marked, until the finalizer is taken off, and takes no new one', async () => {
  const path = `${here().configMaps}/held`;
  await at().ask('POST', here().configMaps, { metadata: { name: 'held', ...HELD } });
  const asked = await at().ask<Leaving>('DELETE', path, { propagationPolicy: 'Background' });
  expect(asked).toMatchObject({ code: 200, body: { kind: 'ConfigMap', metadata: { deletionGracePeriodSeconds: 0, ...HELD } } });
  expect(asked.body.metadata.deletionTimestamp).toBeDefined();
  expect(await at().ask('GET', path)).toEqual(asked);
  expect(await at().ask('DELETE', path, { propagationPolicy: 'Background' })).toEqual(asked);

  expect(await at().refused('POST', here().configMaps, { metadata: { name: 'held' } })).toMatchObject({
    code: 409,
    reason: 'AlreadyExists',
  });
  const more = { metadata: { finalizers: ['example.com/hold', 'example.com/more'] } };
  expect(await at().refused('PATCH', path, more, MERGE)).toMatchObject({
    code: 422,
    message:
      'ConfigMap "held" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"example.com/more"}',
  });
  expect(await at().ask('PATCH', path, { metadata: { labels: { still: 'changed' } } }, MERGE)).toMatchObject({ code: 200 });

  expect(await at().ask('PATCH', path, { metadata: { finalizers: null } }, MERGE)).toMatchObject({
    code: 200,
    body: { metadata: { name: 'held' } },
  });
  expect(await at().refused('GET', path)).toMatchObject({ code: 404 });
});

test('leaves a Deployment its pods, whatever size it is given afterwards', async () => {
  const path = `${here().deployments}/kept`;
  const body = deployment('kept', 'registry.test/restaurant:v1', { replicas: 1 });
  await at().ask('POST', here().deployments, { ...body, metadata: { ...body.metadata, ...HELD } });
  await rolledOut(at().api, at().namespace, 'kept');
  const { body: before } = await at().ask<Leaving>('GET', path);
  const { body: leaving } = await at().ask<Leaving>('DELETE', path, { propagationPolicy: 'Background' });
  expect(leaving.metadata.generation).toBe((before.metadata.generation ?? 0) + 1);
  const resourceVersion = await at().version(here().deployments);
  const { body: scaled } = await at().ask<Leaving>('PATCH', path, { spec: { replicas: 0 } }, MERGE);
  const query = { resourceVersion, fieldSelector: 'metadata.name=kept', timeoutSeconds: '30' };
  const isSeen = ({ object }: { readonly object: Thing }) =>
    ((object as Leaving).status?.observedGeneration ?? 0) >= (scaled.metadata.generation ?? Number.POSITIVE_INFINITY);
  const seen = (await at().watch(here().deployments, query, isSeen)).at(-1)?.object as Leaving;
  expect(seen.status).toMatchObject({ observedGeneration: scaled.metadata.generation, replicas: 1 });
  await at().ask('PATCH', path, { metadata: { finalizers: null } }, MERGE);
});
