import { expect, test } from '@jest/globals';
import { APPLY, deployment, JSON_PATCH, MERGE, owners, paths, type Thing, target } from './target.js';

const at = target();
const here = () => paths(at().namespace);

const configMap = (name: string, data?: Readonly<Record<string, string>>, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  ...(data && { data }),
});

const apply = (path: string, manager: string, body: object, force = false) =>
  at().ask<Thing>('PATCH', `${path}?fieldManager=${manager}&force=${force}`, body, APPLY);

test('the first apply makes the object, later ones change it, and the same again changes nothing', async () => {
  const path = `${here().configMaps}/made`;
  const first = await apply(path, 'one', configMap('made', { a: '1' }, { labels: { l: '1' } }));
  expect(first.code).toBe(201);
  expect(owners(first.body)).toEqual([
    ['one', 'Apply', { 'f:data': { 'f:a': {} }, 'f:metadata': { 'f:labels': { 'f:l': {} } } }],
  ]);
  const second = await apply(path, 'one', configMap('made', { a: '2' }, { labels: { l: '1' } }));
  expect(second).toMatchObject({ code: 200, body: { data: { a: '2' } } });
  const third = await apply(path, 'one', configMap('made', { a: '2' }, { labels: { l: '1' } }));
  expect(third.body.metadata.resourceVersion).toBe(second.body.metadata.resourceVersion);
});

test('an apply that names identity and version means that very object, as it was', async () => {
  const path = `${here().configMaps}/meant`;
  const seen = (uid: string, resourceVersion?: string) =>
    configMap('meant', { a: '2' }, { uid, ...(resourceVersion !== undefined && { resourceVersion }) });
  const refused = (body: object) => at().refused('PATCH', `${path}?fieldManager=one`, body, APPLY);
  const absent = '00000000-0000-4000-8000-000000000000';
  expect(await refused(seen(absent))).toMatchObject({
    code: 409,
    reason: 'Conflict',
    message: `Operation cannot be fulfilled on configmaps "meant": uid mismatch: the provided object specified uid ${absent}, and no existing object was found`,
  });
  const { uid = '', resourceVersion } = (await apply(path, 'one', configMap('meant', { a: '1' }))).body.metadata;
  expect(await refused(seen(absent))).toMatchObject({ code: 422, reason: 'Invalid' });
  expect(await refused(seen(uid, '1'))).toMatchObject({
    code: 409,
    message:
      'Operation cannot be fulfilled on configmaps "meant": the object has been modified; please apply your changes to the latest version and try again',
  });
  const changed = await apply(path, 'one', seen(uid, resourceVersion));
  expect(changed).toMatchObject({ code: 200, body: { data: { a: '2' }, metadata: { uid } } });
});

test('managers share what they agree on; what one of them gives up stays for the others', async () => {
  const path = `${here().configMaps}/shared`;
  await apply(path, 'one', configMap('shared', { a: '1', b: '1' }));
  const shared = await apply(path, 'two', configMap('shared', { a: '1' }));
  expect(owners(shared.body)).toContainEqual(['two', 'Apply', { 'f:data': { 'f:a': {} } }]);
  expect(owners(shared.body)).toContainEqual(['one', 'Apply', { 'f:data': { 'f:a': {}, 'f:b': {} } }]);
  const given = await apply(path, 'one', configMap('shared'));
  expect(given.body.data).toEqual({ a: '1' });
  expect(owners(given.body)).toEqual([['two', 'Apply', { 'f:data': { 'f:a': {} } }]]);
  const nothing = await apply(path, 'two', configMap('shared'));
  expect(nothing.body.data).toBeUndefined();
  expect(owners(nothing.body)).toEqual([]);
});

test('another value for what others own is a 409 that names them, and goes through with force', async () => {
  const path = `${here().configMaps}/contested`;
  await apply(path, 'one', configMap('contested', { a: '1', b: '1' }));
  const wanted = configMap('contested', { a: '2', b: '2' });
  expect(await at().refused('PATCH', `${path}?fieldManager=two`, wanted, APPLY)).toMatchObject({
    code: 409,
    reason: 'Conflict',
    message: 'Apply failed with 2 conflicts: conflicts with "one":\n- .data.a\n- .data.b',
    details: {
      causes: [
        { reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.a' },
        { reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.b' },
      ],
    },
  });
  const forced = await apply(path, 'two', wanted, true);
  expect(forced.body.data).toEqual({ a: '2', b: '2' });
  expect(owners(forced.body)).toEqual([['two', 'Apply', { 'f:data': { 'f:a': {}, 'f:b': {} } }]]);
});

test('an ordinary write takes what it changes from whoever applied it', async () => {
  const path = `${here().deployments}/taken`;
  await apply(path, 'd9-actions', deployment('taken', 'x:1'));
  const image = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'x:2' }];
  const { body } = await at().ask('PATCH', `${path}?fieldManager=human`, image, JSON_PATCH);
  const container = 'k:{"name":"app"}';
  expect(owners(body)).toContainEqual([
    'human',
    'Update',
    { 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { [container]: { 'f:image': {} } } } } } },
  ]);
  expect(owners(body)).toContainEqual([
    'd9-actions',
    'Apply',
    {
      'f:spec': {
        'f:replicas': {},
        'f:selector': {},
        'f:template': {
          'f:metadata': { 'f:labels': { 'f:app': {} } },
          'f:spec': {
            'f:containers': {
              [container]: {
                '.': {},
                'f:name': {},
                'f:ports': { 'k:{"containerPort":8080,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {}, 'f:name': {} } },
              },
            },
          },
        },
      },
    },
  ]);
  expect(await at().refused('PATCH', `${path}?fieldManager=d9-actions`, deployment('taken', 'x:1'), APPLY)).toMatchObject({
    code: 409,
    message:
      'Apply failed with 1 conflict: conflict with "human" using apps/v1: .spec.template.spec.containers[name="app"].image',
  });
});

test('items and fields that an applier leaves out go, down to the default', async () => {
  const path = `${here().deployments}/pruned`;
  const containers = (env: readonly string[], more: readonly object[] = []) => [
    { name: 'app', image: 'x:1', env: env.map((name) => ({ name, value: '1' })) },
    ...more,
  ];
  const { template, replicas: _, ...spec } = deployment('pruned', 'x:1').spec as { template: { spec: object }; replicas: number };
  const withContainers = (list: readonly object[], more: object = {}) => ({
    ...deployment('pruned', 'x:1'),
    spec: { ...spec, ...more, template: { ...template, spec: { containers: list } } },
  });
  await apply(
    path,
    'one',
    withContainers(containers(['A', 'B'], [{ name: 'side', image: 's:1' }]), { replicas: 0, minReadySeconds: 1 }),
  );
  const { body } = await apply(path, 'one', withContainers(containers(['B']), { replicas: 0 }));
  const after = body.spec as {
    minReadySeconds?: number;
    template: { spec: { containers: Array<{ name: string; env: unknown }> } };
  };
  expect(after.minReadySeconds).toBeUndefined();
  expect(after.template.spec.containers).toHaveLength(1);
  expect(after.template.spec.containers[0]).toMatchObject({ name: 'app', env: [{ name: 'B', value: '1' }] });
});

test('a created object belongs to its creator, defaults and all, but not what the server gave it', async () => {
  const labels = { a: '1' };
  const spec = { selector: { app: 'x' }, ports: [{ name: 'http', port: 80 }] };
  const { body } = await at().ask('POST', `${here().services}?fieldManager=human`, { metadata: { name: 'owned', labels }, spec });
  expect(owners(body)).toEqual([
    [
      'human',
      'Update',
      {
        'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } },
        'f:spec': {
          'f:internalTrafficPolicy': {},
          'f:ports': {
            '.': {},
            'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:name': {}, 'f:port': {}, 'f:protocol': {}, 'f:targetPort': {} },
          },
          'f:selector': {},
          'f:sessionAffinity': {},
          'f:type': {},
        },
      },
    ],
  ]);
});

test('a label selector is owned as a whole, in budgets and policies too: two can not put one together', async () => {
  const namespaced = (group: string, plural: string) => `/apis/${group}/v1/namespaces/${at().namespace}/${plural}/selecting`;
  const cases = [
    ['policy', 'PodDisruptionBudget', 'poddisruptionbudgets', 'selector'],
    ['networking.k8s.io', 'NetworkPolicy', 'networkpolicies', 'podSelector'],
  ] as const;
  for (const [group, kind, plural, field] of cases) {
    const path = namespaced(group, plural);
    const selecting = (labels: Readonly<Record<string, string>>) => ({
      ...{ apiVersion: `${group}/v1`, kind, metadata: { name: 'selecting' } },
      spec: { [field]: { matchLabels: labels } },
    });
    await apply(path, 'theirs', selecting({ app: 'theirs' }));
    expect(await at().refused('PATCH', `${path}?fieldManager=ours`, selecting({ track: 'canary' }), APPLY)).toMatchObject({
      code: 409,
      message: `Apply failed with 1 conflict: conflict with "theirs": .spec.${field}`,
    });
    const forced = await apply(path, 'ours', selecting({ track: 'canary' }), true);
    expect(forced.body.spec).toMatchObject({ [field]: { matchLabels: { track: 'canary' } } });
  }
});

test('without a name for it, a writer is called after its program', async () => {
  const { body } = await at().ask('POST', here().configMaps, configMap('unnamed', { a: '1' }));
  expect(owners(body)).toEqual([['unknown', 'Update', { 'f:data': { '.': {}, 'f:a': {} } }]]);
});

test('what can not be applied is refused', async () => {
  const path = `${here().configMaps}/refused`;
  expect(await at().refused('PATCH', path, configMap('refused'), APPLY)).toMatchObject({
    code: 422,
    message: 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
  });
  expect(await at().refused('PATCH', `${path}?fieldManager=m`, configMap('other'), APPLY)).toMatchObject({ code: 400 });
  expect(await at().refused('PATCH', `${path}?fieldManager=m`, { metadata: { name: 'refused' } }, APPLY)).toMatchObject({
    code: 400,
  });
  const claiming = configMap('refused', {}, { managedFields: [{ manager: 'x' }] });
  expect(await at().refused('PATCH', `${path}?fieldManager=m`, claiming, APPLY)).toMatchObject({
    code: 400,
    message: 'metadata.managedFields must be nil',
  });
});

test('an apply that is only tried leaves nothing, and its conflicts are told all the same', async () => {
  const path = `${here().configMaps}/tried`;
  expect(await apply(`${path}`, 'one&dryRun=All', configMap('tried', { a: '1' }))).toMatchObject({ code: 201 });
  expect(await at().refused('GET', path)).toMatchObject({ code: 404 });
  await apply(path, 'one', configMap('tried', { a: '1' }));
  expect(await at().refused('PATCH', `${path}?fieldManager=two&dryRun=All`, configMap('tried', { a: '2' }), APPLY)).toMatchObject(
    {
      code: 409,
    },
  );
});

test('ownership is given up by a write of managedFields, one manager or all', async () => {
  const path = `${here().configMaps}/given-up`;
  await at().ask('POST', `${here().configMaps}?fieldManager=owner`, configMap('given-up', { a: '1' }));
  const edited = await at().ask('PATCH', `${path}?fieldManager=d9-actions`, { data: { a: '2', b: '2' } }, MERGE);
  const kept = edited.body.metadata.managedFields?.filter(({ manager }) => manager !== 'd9-actions') ?? [];
  const replace = (value: unknown) =>
    at().ask('PATCH', `${path}?fieldManager=d9-actions`, [{ op: 'replace', path: '/metadata/managedFields', value }], JSON_PATCH);
  const dropped = await replace(kept);
  expect(owners(dropped.body)).toEqual([['owner', 'Update', { 'f:data': {} }]]);
  expect(dropped.body.data).toEqual({ a: '2', b: '2' });
  const nobodys = await replace([{}]);
  expect(owners(nobodys.body)).toEqual([]);
  // From here on nobody is recorded, until something is applied.
  expect(owners((await at().ask('PATCH', `${path}?fieldManager=x`, { data: { c: '3' } }, MERGE)).body)).toEqual([]);
  expect(await at().refused('PATCH', `${path}?fieldManager=two`, configMap('given-up', { a: '9' }), APPLY)).toMatchObject({
    code: 409,
    message: 'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.a',
  });
});
