import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { KubeObject } from '../../../testbed/client/objects.js';
import { type ClusterFixture, collections } from '../../../testbed/fixture.js';
import { restaurantDeployment, restaurantLabels } from '../../../testbed/restaurant.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { image, onceStdout, releaseBed } from '../cluster/release-bed.js';

/** Objects of somebody else's under the names that a release uses: they are neither merged into nor removed. */
jest.setTimeout(120_000);
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

const budget = (name: string, labels: Readonly<Record<string, string>>) =>
  ({
    ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name } },
    spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
  }) as KubeObject;
const configMap = (name: string, text: string) =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { text } }) as KubeObject;

test('every name that is taken is refused in one message, before anything is changed', async () => {
  const bed = await releaseBed(fixture);
  const configMaps = `/api/v1/namespaces/${bed.namespace}/configmaps`;
  await fixture.api.create(collections.budgets(bed.namespace), budget('restaurant-canary', { app: 'theirs' }));
  for (const name of ['menu-canary', 'menu-d9-former']) await fixture.api.create(configMaps, configMap(name, 'theirs'));
  const file = [restaurantDeployment({ image: image('v2') }), configMap('menu', 'new')].map((object) => JSON.stringify(object));
  writeFileSync(join(fixture.bed.directory, 'taken.yml'), file.join('\n---\n'));
  const inputs = { weight: '20', manifest: 'taken.yml' };
  const { exitCode, errors, codes } = await bed.step('canary-step', inputs, { cwd: fixture.bed.directory });
  expect([exitCode, codes]).toEqual([1, ['name-taken']]);
  expect(errors.join()).toContain(
    'PodDisruptionBudget restaurant-canary and ConfigMap menu-canary and ConfigMap menu-d9-former in namespace',
  );
  expect(await bed.record()).toBeUndefined();
  const { data } = await fixture.api.get<KubeObject & { data: unknown }>(`${configMaps}/menu-d9-former`);
  expect(data).toEqual({ text: 'theirs' });
});

test('a budget that somebody makes under the canary’s name while the release begins outlives the release', async () => {
  const bed = await releaseBed(fixture, { route: true, replicas: 1 });
  const budgets = collections.budgets(bed.namespace);
  await fixture.api.create(budgets, budget('calm', restaurantLabels));
  let made: Promise<unknown> = Promise.resolve();
  const theirs = () => {
    made = fixture.api.create(budgets, budget('restaurant-canary', { app: 'theirs' }));
  };
  const step = await bed.step('canary-step', { weight: '20', image: image('v2') }, onceStdout(/POST \S+\/leases: 201/, theirs));
  await made;
  expect(step).toMatchObject({ exitCode: 1, outputs: { phase: 'aborted' } });
  expect(step.errors.join()).toContain('PodDisruptionBudget');
  const left = await fixture.api.get<KubeObject & { spec: unknown }>(`${budgets}/restaurant-canary`);
  expect(left.spec).toMatchObject({ selector: { matchLabels: { app: 'theirs' } } });
  expect(left.metadata.labels).toBeUndefined();
  expect(await bed.leftovers()).toEqual([]);
});
