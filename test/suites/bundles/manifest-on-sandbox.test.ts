import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { KubeObject } from '../../../testbed/client/objects.js';
import { collections } from '../../../testbed/fixture.js';
import { restaurantDeployment, restaurantLabels, service } from '../../../testbed/restaurant.js';
import { type SandboxFixture, sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { image, type ReleaseBed, releaseBed } from '../cluster/release-bed.js';

/** What a manifest says is done, refused, or named as not done. */
jest.setTimeout(120_000);
let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

interface Spec {
  replicas?: unknown;
  readonly template: { readonly spec: { readonly containers: Array<Record<string, unknown>> } };
}

function nextVersion(edit: (spec: Spec, container: Record<string, unknown>) => void): KubeObject {
  const deployment = structuredClone(restaurantDeployment({ image: image('v2') })) as KubeObject & { spec: Spec };
  const [container] = deployment.spec.template.spec.containers;
  edit(deployment.spec, container ?? {});
  return deployment;
}

let files = 0;
async function step(bed: ReleaseBed, objects: ReadonlyArray<object | string>, inputs: Record<string, string> = {}) {
  const name = `app-${++files}.yml`;
  const text = objects.map((object) => (typeof object === 'string' ? object : JSON.stringify(object))).join('\n---\n');
  writeFileSync(join(fixture.bed.directory, name), text);
  return bed.step('canary-step', { weight: '20', manifest: name, ...inputs }, { cwd: fixture.bed.directory });
}

const SECRET = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, stringData: { password: 'hunter2' } };

describe('a manifest with a mistake in it is refused before anything is changed', () => {
  test.each<[string, () => object | string, RegExp]>([
    [
      'a field that nobody knows',
      () => nextVersion((_, container) => Object.assign(container, { readinesProbe: {} })),
      /app-\d+\.yml: Deployment restaurant: .*unknown field "spec.template.spec.containers\[0\].readinesProbe"/,
    ],
    [
      'a number in words',
      () => nextVersion((spec) => Object.assign(spec, { replicas: 'three' })),
      /cannot unmarshal string into .*replicas/,
    ],
    [
      'an image that no registry can have',
      () => nextVersion((_, container) => Object.assign(container, { image: '$' + '{IMAGE}' })),
      /image of container app: .* placeholder/,
    ],
    [
      'another selector, without the advice to delete what serves',
      () => nextVersion((spec) => Object.assign(spec, { selector: { matchLabels: { app: 'other' } } })),
      /^(?!.*delete).*app-\d+\.yml: spec.selector of Deployment restaurant .*Put the selector back .*give it a name of its own/,
    ],
    [
      'a container by another name, which nobody has changed in the cluster',
      () => nextVersion((_, container) => Object.assign(container, { name: 'web' })),
      /^(?!.*somebody).*app-\d+\.yml: Deployment restaurant has the container web, and no app/,
    ],
    ['a template that was not rendered', () => 'image: {{ .Values.image }}', /this is a template .*Render it first/],
  ])('%s', async (_, object, message) => {
    const bed = await releaseBed(fixture);
    const end = await step(bed, [object()]);
    expect(end.exitCode).toBe(1);
    expect(end.errors.join('\n')).toMatch(message);
    expect([await bed.record(), await bed.leftovers()]).toEqual([undefined, []]);
  });
});

test.each(['registry.example/menu v2', 'https://ghcr.io/org/menu:v2', 'menu@sha256:abc', 'registry.example/Menu:v2'])(
  'the image %s is refused before anything is changed, also as one to go back to',
  async (wrong) => {
    const bed = await releaseBed(fixture);
    const ends = [
      await bed.step('canary-step', { weight: '10', image: wrong }),
      await bed.step('rollback', { 'to-image': wrong }),
    ];
    for (const { exitCode, errors } of ends) {
      expect(exitCode).toBe(1);
      expect(errors.join('\n')).toContain(`"${wrong}"`);
    }
    expect([await bed.record(), await bed.stableImage()]).toEqual([undefined, image('v1')]);
  },
);

test('what a release takes no notice of is named, Secrets by their names alone', async () => {
  const bed = await releaseBed(fixture);
  const worker = { ...restaurantDeployment({ image: image('v2') }), metadata: { name: 'worker' } };
  const next = nextVersion((spec) => Object.assign(spec, { replicas: 5 }));
  const end = await step(bed, [next, service('restaurant-admin', restaurantLabels), worker, SECRET]);
  expect(end.exitCode).toBe(0);
  expect(end.warnings.join('\n')).toMatch(
    /takes no notice of replicas of Deployment restaurant \(5 in the file, \d in the cluster\), Deployment worker, Service restaurant-admin, Secret db:/,
  );
  expect(end.stdout).not.toContain('hunter2');
});

test('a first deployment names what it does not create', async () => {
  const bed = await releaseBed(fixture, 'empty');
  const route = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'menu' } };
  const app = [restaurantDeployment({ image: image('v1') }), service('restaurant', restaurantLabels)];
  const end = await step(bed, [...app, route, SECRET]);
  expect(end).toMatchObject({ exitCode: 0, outputs: { phase: 'promoted' } });
  expect(end.warnings.join('\n')).toMatch(/does not create HTTPRoute menu, Secret db.*without its route/);
  const dry = await releaseBed(fixture, 'empty');
  const wrong = nextVersion((_, container) => Object.assign(container, { readinesProbe: {} }));
  const refused = await step(dry, [wrong, service('restaurant', restaurantLabels)], { 'dry-run': 'true' });
  expect(refused.errors.join('\n')).toContain('unknown field');
  expect(await fixture.api.get<{ items: object[] }>(collections.deployments(dry.namespace))).toMatchObject({ items: [] });
});

describe('a first deployment beside what is there under its names', () => {
  const menu = (text: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'menu' }, data: { menu: text } });
  const files = () => [
    restaurantDeployment({ image: image('v1'), port: fixture.podPort }),
    menu('ours'),
    service('restaurant', restaurantLabels),
  ];
  const create = (bed: ReleaseBed, collection: (namespace: string) => string, object: object) =>
    fixture.api.create(collection(bed.namespace), object as KubeObject);
  const configMaps = (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps`;

  test('refuses a Service that leads to other pods, and creates nothing', async () => {
    const bed = await releaseBed(fixture, 'empty');
    await create(bed, collections.services, service('restaurant', { app: 'something-else' }));
    const end = await step(bed, files());
    expect(end.exitCode).toBe(1);
    expect(end.errors.join()).toMatch(
      /Service \S+\/restaurant is there already[\s\S]*something-else[\s\S]*Nothing has been changed/,
    );
    expect(await fixture.api.get(configMaps(bed.namespace))).toMatchObject({ items: [] });
  });

  test('says what stays as it is and is not as the file has it; all traffic is the new version’s', async () => {
    const bed = await releaseBed(fixture, 'empty');
    await create(bed, configMaps, menu('of somebody else'));
    const end = await step(bed, files());
    expect(`${end.exitCode} ${end.errors.join()}`).toBe('0 ');
    expect(end.warnings.join()).toMatch(/stays as it is, and is not as app-\d+\.yml has it: data of ConfigMap menu\./);
    expect(end.outputs).toMatchObject({ phase: 'promoted', weight: '100' });
  });
});
