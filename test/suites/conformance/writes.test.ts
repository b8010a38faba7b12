import { expect, test } from '@jest/globals';
import { deployment, JSON_PATCH, MERGE, paths, STRATEGIC, type Thing, target } from './target.js';

const at = target();
const configMap = (name: string, data: Readonly<Record<string, string | null>> = {}) => ({ metadata: { name }, data });
const here = () => paths(at().namespace);

async function created(name: string, data: Readonly<Record<string, string>> = { a: '1' }): Promise<Thing> {
  const { code, body } = await at().ask('POST', here().configMaps, configMap(name, data));
  expect(code).toBe(201);
  return body;
}

test('what is not there is a 404 that names kind and name', async () => {
  expect(await at().refused('GET', `${here().deployments}/nope`)).toEqual({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'deployments.apps "nope" not found',
    reason: 'NotFound',
    details: { name: 'nope', group: 'apps', kind: 'deployments' },
    code: 404,
  });
  const missing = { code: 404, message: 'configmaps "nope" not found', details: { name: 'nope', kind: 'configmaps' } };
  expect(await at().refused('PATCH', `${here().configMaps}/nope`, {}, MERGE)).toMatchObject(missing);
  expect(await at().refused('DELETE', `${here().configMaps}/nope`, {})).toMatchObject(missing);
});

test('a group that is not there is a 404 in plain text, a kind that is not there a Status without a name', async () => {
  const { status, text } = await at().api.exchange('GET', `/apis/nope.io/v1/namespaces/${at().namespace}/things`);
  expect([status, text]).toEqual([404, '404 page not found\n']);
  expect(await at().refused('GET', `/apis/apps/v1/namespaces/${at().namespace}/things`)).toMatchObject({
    code: 404,
    reason: 'NotFound',
    message: 'the server could not find the requested resource',
    details: {},
  });
});

test('the server says which groups it has', async () => {
  interface Groups {
    readonly kind: string;
    readonly groups: ReadonlyArray<{ readonly name: string; readonly preferredVersion: object }>;
  }
  const { code, body } = await at().ask<Groups>('GET', '/apis');
  expect([code, body.kind]).toEqual([200, 'APIGroupList']);
  for (const group of ['apps', 'coordination.k8s.io', 'discovery.k8s.io', 'gateway.networking.k8s.io', 'policy'])
    expect(body.groups).toContainEqual({
      name: group,
      // The server may have older ones beside it.
      versions: expect.arrayContaining([{ groupVersion: `${group}/v1`, version: 'v1' }]),
      preferredVersion: { groupVersion: `${group}/v1`, version: 'v1' },
    });
  expect(body.groups.map(({ name }) => name)).not.toContain('cilium.io');
});

test('a new object gets an identity, a version, and says who made it', async () => {
  const object = await created('identity');
  expect(object).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', data: { a: '1' } });
  expect(object.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
  expect(object.metadata.resourceVersion).toMatch(/^\d+$/);
  expect(await at().ask('GET', `${here().configMaps}/identity`)).toEqual({ code: 200, body: object });
});

test('a name that is taken is a 409', async () => {
  await created('taken');
  expect(await at().refused('POST', here().configMaps, configMap('taken'))).toMatchObject({
    code: 409,
    reason: 'AlreadyExists',
    message: 'configmaps "taken" already exists',
    details: { name: 'taken', kind: 'configmaps' },
  });
});

test('a namespace that is not there is a 404 for what is created in it, and an empty list otherwise', async () => {
  expect(await at().refused('POST', '/api/v1/namespaces/nowhere/configmaps', configMap('a'))).toMatchObject({
    code: 404,
    message: 'namespaces "nowhere" not found',
  });
  expect(await at().ask('GET', '/api/v1/namespaces/nowhere/configmaps')).toMatchObject({
    code: 200,
    body: { kind: 'ConfigMapList', items: [] },
  });
});

test('names and labels follow the rules', async () => {
  expect(await at().refused('POST', here().configMaps, configMap('Bad_Name'))).toMatchObject({
    code: 422,
    reason: 'Invalid',
    message: expect.stringContaining(
      'ConfigMap "Bad_Name" is invalid: metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain',
    ),
    details: { name: 'Bad_Name', kind: 'ConfigMap', causes: [{ reason: 'FieldValueInvalid', field: 'metadata.name' }] },
  });
  expect(await at().refused('POST', here().configMaps, { metadata: {} })).toMatchObject({
    code: 422,
    message: 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
  });
  const labelled = { metadata: { name: 'labelled', labels: { a: 'x'.repeat(64) } } };
  expect(await at().refused('POST', here().configMaps, labelled)).toMatchObject({
    code: 422,
    message: expect.stringContaining('must be no more than 63 bytes'),
  });
});

test('a body about something else than the path is a 400', async () => {
  const elsewhere = { metadata: { name: 'a', namespace: 'elsewhere' } };
  expect(await at().refused('POST', here().configMaps, elsewhere)).toMatchObject({
    code: 400,
    reason: 'BadRequest',
    message: 'the namespace of the provided object does not match the namespace sent on the request',
  });
  await created('renamed');
  expect(await at().refused('PUT', `${here().configMaps}/renamed`, configMap('other'))).toMatchObject({
    code: 400,
    message: 'the name of the object (other) does not match the name on the URL (renamed)',
  });
});

test('a merge patch changes what it names; the same again changes nothing, not even the version', async () => {
  await created('merged', { a: '1', b: '1' });
  const patch = { data: { a: null, c: '3' } };
  const first = await at().ask('PATCH', `${here().configMaps}/merged`, patch, MERGE);
  expect(first).toMatchObject({ code: 200, body: { data: { b: '1', c: '3' } } });
  expect(await at().ask('PATCH', `${here().configMaps}/merged`, patch, MERGE)).toEqual(first);
});

test.each([
  ['a merge patch', MERGE, { metadata: { resourceVersion: '1' }, data: { a: '2' } }],
  [
    'a JSON patch',
    JSON_PATCH,
    [
      { op: 'replace', path: '/metadata/resourceVersion', value: '1' },
      { op: 'replace', path: '/data/a', value: '2' },
    ],
  ],
])('%s for an old version is a 409 and changes nothing', async (name, type, patch) => {
  const object = await created(name.replaceAll(' ', '-').toLowerCase());
  const path = `${here().configMaps}/${object.metadata.name}`;
  expect(await at().refused('PATCH', path, patch, type)).toMatchObject({
    code: 409,
    reason: 'Conflict',
    message: `Operation cannot be fulfilled on configmaps "${object.metadata.name}": the object has been modified; please apply your changes to the latest version and try again`,
  });
  expect((await at().ask('GET', path)).body).toEqual(object);
});

test('a strategic merge patch finds the items of a list by their keys, and is nothing for custom resources', async () => {
  await at().ask('POST', here().deployments, deployment('strategic', 'x:1'));
  const containers = [{ name: 'app', image: 'x:2', env: [{ name: 'A', value: '1' }] }];
  const patch = { spec: { minReadySeconds: null, template: { spec: { containers } } } };
  const { code, body } = await at().ask('PATCH', `${here().deployments}/strategic`, patch, STRATEGIC);
  expect([code, body.metadata.generation]).toEqual([200, 2]);
  expect(body).toMatchObject({
    spec: { template: { spec: { containers: [{ ...containers[0], ports: [{ name: 'http', containerPort: 8080 }] }] } } },
  });
  const route = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'strategic' }, spec: {} };
  await at().ask('POST', here().httpRoutes, route);
  expect(await at().refused('PATCH', `${here().httpRoutes}/strategic`, { spec: {} }, STRATEGIC)).toMatchObject({ code: 415 });
});

test('PUT replaces as a whole, and only the version that it names', async () => {
  const object = await created('replaced');
  const path = `${here().configMaps}/replaced`;
  const next = await at().ask('PUT', path, { ...object, data: { b: '2' } });
  expect(next).toMatchObject({ code: 200, body: { data: { b: '2' } } });
  expect(await at().refused('PUT', path, { ...object, data: { c: '3' } })).toMatchObject({ code: 409, reason: 'Conflict' });
});

test('a JSON patch is a compare-and-swap with a test in front, all or nothing', async () => {
  const { metadata } = await created('swapped');
  const path = `${here().configMaps}/swapped`;
  const swap = (version: string) => [
    { op: 'test', path: '/metadata/resourceVersion', value: version },
    { op: 'replace', path: '/data/a', value: '2' },
    { op: 'add', path: '/data/b', value: 'x' },
  ];
  const failed = { code: 422, reason: 'Invalid', message: 'the server rejected our request due to an error in our request' };
  expect(await at().refused('PATCH', path, swap('1'), JSON_PATCH)).toMatchObject(failed);
  const { body } = await at().ask('PATCH', path, swap(metadata.resourceVersion), JSON_PATCH);
  expect(body.data).toEqual({ a: '2', b: 'x' });
  const later = [
    { op: 'replace', path: '/data/a', value: '3' },
    { op: 'remove', path: '/data/missing' },
  ];
  expect(await at().refused('PATCH', path, later, JSON_PATCH)).toMatchObject(failed);
  expect(
    await at().refused('PATCH', path, [{ op: 'add', path: '/metadata/annotations/a', value: 'x' }], JSON_PATCH),
  ).toMatchObject(failed);
  expect((await at().ask('GET', path)).body).toEqual(body);
});

test('kinds of body and patch that nobody knows are a 415, and a patch that is none a 400', async () => {
  await created('unpatched');
  const path = `${here().configMaps}/unpatched`;
  expect(await at().refused('DELETE', path, {}, MERGE)).toMatchObject({ code: 415, reason: 'UnsupportedMediaType' });
  expect(await at().refused('PATCH', path, {}, 'application/json')).toMatchObject({ code: 415, reason: 'UnsupportedMediaType' });
  expect(await at().refused('PATCH', path, {}, JSON_PATCH)).toMatchObject({ code: 400, reason: 'BadRequest' });
});

test('the identity of an object can not be patched', async () => {
  await created('identified');
  const patch = { metadata: { uid: 'other' }, data: { a: '2' } };
  expect(await at().refused('PATCH', `${here().configMaps}/identified`, patch, MERGE)).toMatchObject({
    code: 422,
    message: 'ConfigMap "identified" is invalid: metadata.uid: Invalid value: "other": field is immutable',
  });
});

test('a deletion takes only the object that it means', async () => {
  const { metadata } = await created('deleted');
  const path = `${here().configMaps}/deleted`;
  expect(await at().refused('DELETE', path, { preconditions: { uid: '0000' } })).toMatchObject({
    code: 409,
    reason: 'Conflict',
    message: `Operation cannot be fulfilled on ConfigMap "deleted": the UID in the precondition (0000) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
  });
  expect(await at().refused('DELETE', path, { preconditions: { resourceVersion: '1' } })).toMatchObject({ code: 409 });
  const gone = { propagationPolicy: 'Background', preconditions: { uid: metadata.uid } };
  expect(await at().ask('DELETE', path, gone)).toEqual({
    code: 200,
    body: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: 'deleted', kind: 'configmaps', uid: metadata.uid },
    },
  });
  expect(await at().refused('DELETE', path)).toMatchObject({ code: 404 });
});

test('a dry run answers as if, and leaves nothing', async () => {
  const path = here().configMaps;
  const dry = await at().ask('POST', `${path}?dryRun=All&fieldManager=x`, configMap('dry', { a: '1' }));
  expect(dry).toMatchObject({ code: 201, body: { data: { a: '1' }, metadata: { uid: expect.any(String) } } });
  expect(dry.body.metadata.resourceVersion).toBeUndefined();
  expect(await at().refused('GET', `${path}/dry`)).toMatchObject({ code: 404 });

  const object = await created('half-dry');
  const patched = await at().ask('PATCH', `${path}/half-dry?dryRun=All`, { data: { a: '2' } }, MERGE);
  expect(patched).toMatchObject({ code: 200, body: { data: { a: '2' } } });
  expect(await at().ask('DELETE', `${path}/half-dry?dryRun=All`)).toMatchObject({ code: 200, body: { status: 'Success' } });
  expect((await at().ask('GET', `${path}/half-dry`)).body).toEqual(object);
  expect(await at().refused('POST', `${path}?dryRun=All`, configMap('half-dry'))).toMatchObject({ code: 409 });
  expect(await at().refused('POST', `${path}?dryRun=Some`, configMap('dry'))).toMatchObject({
    code: 422,
    message: 'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]: supported values: "All"',
  });
});

test('a Lease keeps micro-seconds, and says what it does not accept', async () => {
  const spec = { holderIdentity: 'me', leaseDurationSeconds: 30, renewTime: '2030-01-01T00:00:00.123456Z' };
  const { body } = await at().ask('POST', here().leases, { metadata: { name: 'l', annotations: { x: '1' } }, spec });
  expect(body).toMatchObject({ kind: 'Lease', apiVersion: 'coordination.k8s.io/v1', spec });
  expect(body.metadata.generation).toBeUndefined();
  const release = [
    { op: 'test', path: '/metadata/resourceVersion', value: body.metadata.resourceVersion },
    { op: 'remove', path: '/spec/holderIdentity' },
    { op: 'add', path: '/metadata/annotations/d9.dev~1release', value: '{}' },
  ];
  const { spec: after, metadata } = (await at().ask('PATCH', `${here().leases}/l`, release, JSON_PATCH)).body;
  expect(after).toEqual({ leaseDurationSeconds: 30, renewTime: '2030-01-01T00:00:00.123456Z' });
  expect(metadata.annotations).toEqual({ x: '1', 'd9.dev/release': '{}' });
  const never = { metadata: { name: 'never' }, spec: { leaseDurationSeconds: 0 } };
  expect(await at().refused('POST', here().leases, never)).toMatchObject({
    code: 422,
    message: 'Lease.coordination.k8s.io "never" is invalid: spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
  });
});

test('a Deployment is filled in, and its generation counts changes of spec and annotations only', async () => {
  const path = `${here().deployments}/filled`;
  const { body } = await at().ask('POST', here().deployments, deployment('filled', 'x:1', { replicas: undefined }));
  expect(body).toMatchObject({
    metadata: { generation: 1 },
    spec: {
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      template: {
        spec: {
          restartPolicy: 'Always',
          terminationGracePeriodSeconds: 30,
          containers: [
            {
              imagePullPolicy: 'IfNotPresent',
              resources: {},
              ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
              terminationMessagePath: '/dev/termination-log',
            },
          ],
        },
      },
    },
  });
  const generationAfter = async (patch: object, suffix = '') =>
    (await at().ask('PATCH', path + suffix, patch, MERGE)).body.metadata.generation;
  expect(await generationAfter({ metadata: { labels: { a: '1' } } })).toBe(1);
  expect(await generationAfter({ metadata: { annotations: { a: '1' } } })).toBe(2);
  expect(await generationAfter({ spec: { replicas: 0 } })).toBe(3);
  expect(await generationAfter({ spec: { replicas: 0 } })).toBe(3);
  expect(await generationAfter({ status: { replicas: 7 } })).toBe(3);
});

test('a Deployment that can not work is refused with every reason', async () => {
  const empty = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'empty' } };
  const refusal = await at().refused(
    'PATCH',
    `${here().deployments}/empty?fieldManager=m`,
    empty,
    'application/apply-patch+yaml',
  );
  expect(refusal).toMatchObject({
    code: 422,
    reason: 'Invalid',
    message:
      'Deployment.apps "empty" is invalid: [spec.selector: Required value, spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`, spec.template.spec.containers: Required value]',
  });
  await at().ask('POST', here().deployments, deployment('fixed', 'x:1'));
  const noImage = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: '' }];
  expect(await at().refused('PATCH', `${here().deployments}/fixed`, noImage, JSON_PATCH)).toMatchObject({
    code: 422,
    message: 'Deployment.apps "fixed" is invalid: spec.template.spec.containers[0].image: Required value',
  });
  const other = { spec: { selector: { matchLabels: { b: '1' } }, template: { metadata: { labels: { b: '1' } } } } };
  expect(await at().refused('PATCH', `${here().deployments}/fixed`, other, MERGE)).toMatchObject({
    code: 422,
    message: expect.stringContaining('spec.selector: Invalid value: {"matchLabels":{"app":"fixed","b":"1"}}: field is immutable'),
  });
});

test('a Service gets its address and keeps it', async () => {
  const spec = { selector: { app: 'x' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] };
  const { body } = await at().ask('POST', here().services, { metadata: { name: 'served' }, spec });
  expect(body).toMatchObject({
    spec: {
      type: 'ClusterIP',
      clusterIP: expect.stringMatching(/^10\.96\./),
      ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 'http' }],
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
    },
    status: { loadBalancer: {} },
  });
  expect(await at().refused('POST', here().services, { metadata: { name: 'portless' }, spec: {} })).toMatchObject({
    code: 422,
    message: 'Service "portless" is invalid: spec.ports: Required value',
  });
  expect(await at().ask('DELETE', `${here().services}/served`)).toMatchObject({ code: 200, body: { kind: 'Service' } });
});
