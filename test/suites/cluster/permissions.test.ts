import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadAll } from 'js-yaml';
import { collections, connectBed, type Fixture, rolledOut } from '../../../testbed/fixture.js';
import { restaurantDeployment, restaurantLabels, service } from '../../../testbed/restaurant.js';
import type { StepEnd } from '../bundles/run-bundle.js';
import { image, type ReleaseBed, releaseBed } from './release-bed.js';

let fixture: Fixture;
beforeAll(() => {
  fixture = connectBed();
});
afterAll(() => fixture.close());

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** The rules of one of the Roles that we ship. */
const rulesOf = (role: string): readonly Rule[] =>
  loadAll(readFileSync(join(resolve('docs/rbac'), `${role}.yaml`), 'utf8')).flatMap(
    (one) => (one as { rules?: Rule[] }).rules ?? [],
  );

/** A kubeconfig of somebody who may do this in the bed's namespace, and nothing else. */
async function somebodyWho(bed: ReleaseBed, rules: readonly Rule[], name = 'somebody'): Promise<string> {
  const { api } = fixture;
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${bed.namespace}`;
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  await api.create(`/api/v1/namespaces/${bed.namespace}/serviceaccounts`, { metadata: { name } });
  await api.create(`${rbac}/roles`, { apiVersion, kind: 'Role', metadata: { name }, rules } as never);
  await api.create(`${rbac}/rolebindings`, {
    apiVersion,
    kind: 'RoleBinding',
    metadata: { name },
    subjects: [{ kind: 'ServiceAccount', name, namespace: bed.namespace }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
  } as never);
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const path = `/api/v1/namespaces/${bed.namespace}/serviceaccounts/${name}/token`;
  const { status } = await api.request<{ status: { token: string } }>('POST', path, request);
  return fixture.kubeconfigFor({ token: status.token });
}

/** With everything around it that a release touches. */
async function furnishedBed(route: boolean): Promise<ReleaseBed> {
  const bed = await releaseBed(fixture, { route });
  const { spec } = (await bed.stable()) as unknown as { spec: { selector: object } };
  await fixture.api.create(`/apis/autoscaling/v2/namespaces/${bed.namespace}/horizontalpodautoscalers`, {
    metadata: { name: 'restaurant' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'restaurant' },
      // Without a route it has to hold still.
      ...(route ? { minReplicas: 1, maxReplicas: 5 } : { minReplicas: 3, maxReplicas: 3 }),
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
    },
  });
  await fixture.api.create(collections.budgets(bed.namespace), {
    metadata: { name: 'restaurant' },
    spec: { maxUnavailable: 1, selector: spec.selector },
  });
  await fixture.api.patch(`${collections.deployments(bed.namespace)}/restaurant`, { spec: { paused: true } });
  await rolledOut(fixture.api, bed.namespace, 'restaurant');
  return bed;
}

function expectAllowed(step: StepEnd, exitCode = 0): void {
  expect(step.stdout).not.toMatch(/: 403/);
  expect(`${step.exitCode} ${step.errors.join('\n')}`).toMatch(new RegExp(`^${exitCode} `));
}

describe.each([
  ['http-route', true],
  ['replicas', false],
])('with %s', (router, route) => {
  const name = (action: string) => (action === 'status' ? action : `${action}.${router}`);

  test.each([
    ['the Role that is shipped for it', name],
    ['the account that is shipped for all of them', () => 'release'],
  ])('every action runs to its end with %s', async (_, roleOf) => {
    const bed = await furnishedBed(route);
    const as = async (action: string) => ({ env: { KUBECONFIG: await somebodyWho(bed, rulesOf(roleOf(action)), action) } });
    const [releaser, undoer, judge] = [await as('canary-step'), await as('rollback'), await as('verify-slo')];
    const load = await fixture.startLoad(bed.namespace, {
      rps: 50,
      ...(route ? { route: 'restaurant' } : { service: 'restaurant' }),
    });
    const inputs = {};
    expectAllowed(await bed.step('canary-step', { ...inputs, weight: '10', image: image('v2') }, releaser));
    expectAllowed(await bed.step('canary-step', { ...inputs, weight: '50' }, releaser));
    expectAllowed(await bed.step('canary-step', { ...inputs, weight: '20' }, releaser));
    expectAllowed(await bed.step('canary-step', { ...inputs, weight: '100' }, releaser));
    expectAllowed(await bed.step('rollback', inputs, undoer));
    expectAllowed(await bed.step('rollback', { ...inputs, 'to-revision': '2' }, undoer));
    expectAllowed(await bed.step('canary-step', { ...inputs, weight: '20', image: image('v3-errors-100') }, releaser));
    expectAllowed(await bed.step('verify-slo', { ...inputs, hold: '30s' }, judge), 1);
    expect(await bed.record()).toMatchObject({ phase: 'aborted' });
    const broken = await bed.step(
      'canary-step',
      { ...inputs, weight: '20', image: image('crash'), 'on-job-failure': 'hold' },
      releaser,
    );
    expectAllowed(broken, 1);
    expectAllowed(await bed.step('status', inputs, await as('status')));
    expectAllowed(await bed.step('rollback', inputs, undoer));
    await load.stop();
    expect(await bed.leftovers()).toEqual([]);
  });

  test('a rule that is missing for a release is named before anything is changed', async () => {
    const bed = await releaseBed(fixture, { route });
    const rules = rulesOf(name('canary-step'));
    for (const [index, missing] of rules.entries()) {
      const kubeconfig = await somebodyWho(bed, rules.toSpliced(index, 1), `without-${index}`);
      // Which route there is can't be told without the right to list them.
      const inputs = { ...(route && { router }), weight: '10', image: image('v2') };
      const step = await bed.step('canary-step', inputs, { env: { KUBECONFIG: kubeconfig } });
      expect(step.exitCode).toBe(1);
      // Where several are missing each is an item of a list, further to the right.
      const said = step.errors.join('\n').replace(/\n +/g, '\n');
      const [resource] = missing.resources;
      // Whoever may not see that there is no route is asked for all that one takes, and told how to do without.
      if (resource === 'httproutes' && !route) expect(said).toContain('not asked for with `router: replicas`');
      else expect(said).toContain(`resources: ["${resource}"]\nverbs: [${missing.verbs.map((verb) => `"${verb}"`).join(', ')}]`);
      expect(step.stdout).not.toMatch(/::debug::(PUT|PATCH|DELETE) |::debug::POST (?!\/apis\/auth(orization|entication))/);
    }
    expect(await bed.record()).toBeUndefined();
  });
});

test('an app is created and released by a manifest with the Roles that are shipped for that', async () => {
  const bed = await releaseBed(fixture, 'empty');
  const roles = ['canary-step.http-route', 'canary-step.with-manifest'];
  const rules = roles.flatMap(rulesOf);
  const cwd = mkdtempSync(join(tmpdir(), 'd9-permissions-'));
  const config = (text: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'menu' }, data: { text } });
  const step = async (tag: string, weight: string, user: string, allowed = rules) => {
    const objects = [restaurantDeployment({ image: image(tag) }), config(tag), service('restaurant', restaurantLabels)];
    writeFileSync(join(cwd, 'app.yml'), objects.map((object) => JSON.stringify(object)).join('\n---\n'));
    const env = { KUBECONFIG: await somebodyWho(bed, allowed, user) };
    return bed.step('canary-step', { weight, manifest: 'app.yml' }, { cwd, env });
  };
  // Before there is an app there is no route to split, and no policy of its Service.
  for (const [index, missing] of rules.entries()) {
    if (missing.resources[0] === 'backendtlspolicies') continue;
    const without = await step('v1', '10', `without-${index}`, rules.toSpliced(index, 1));
    // Only the right to look for a route is asked for.
    const asked = missing.resources[0] === 'httproutes' ? ['list'] : missing.verbs;
    const verbs = asked.map((verb) => `"${verb}"`).join(', ');
    expect(without.errors.join('\n')).toContain(`resources: ["${missing.resources[0]}"]\n    verbs: [${verbs}]`);
  }
  await expect(bed.stable()).rejects.toThrow('404');
  expectAllowed(await step('v1', '10', 'creator'));
  expectAllowed(await step('v2', '50', 'raiser'));
  expectAllowed(await step('v2', '0', 'aborter'));
  expect(await bed.leftovers()).toEqual([]);
});

test('a gate that only reports needs to look and to keep its verdict, and nothing else', async () => {
  const bed = await releaseBed(fixture);
  const env = { KUBECONFIG: await somebodyWho(bed, rulesOf('verify-slo.on-breach-fail')) };
  const load = await fixture.startLoad(bed.namespace, { rps: 100, route: 'restaurant' });
  await bed.step('canary-step', { weight: '20', image: image('v2') });
  expectAllowed(await bed.step('verify-slo', { hold: '60s', 'on-breach': 'fail' }, { env }));
  await load.stop();
});
