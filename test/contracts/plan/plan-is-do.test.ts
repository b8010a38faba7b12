import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RouterDescription } from '../../../src/platforms/kubernetes/router.js';
import { ROUTERS } from '../../../src/platforms/kubernetes/routers/index.js';
import { collections } from '../../../testbed/fixture.js';
import { restaurantDeployment, restaurantLabels, service } from '../../../testbed/restaurant.js';
import { type SandboxFixture, sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import type { RouterBed } from '../router/bed.js';
import { manifestOf, type PlanBed, type PlayedStep, planBed } from './plan-bed.js';

/** What a plan lists is what is done afterwards, in the same order, in every phase. A router that is registered is tried here without a further line. */
const image = (tag: string) => `registry.test/restaurant:${tag}`;
const to = (weight: number, tag?: string): PlayedStep => ({
  inputs: { weight: String(weight), ...(tag !== undefined && { image: image(tag) }) },
});
const back: PlayedStep = { action: 'rollback', inputs: {} };

let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

/** The plan of a step, and then the step. */
async function both(bed: PlanBed, order: PlayedStep): Promise<void> {
  const before = await bed.written();
  const planned = await bed.plans(order);
  expect(await bed.written()).toEqual(before);
  expect(await bed.does(order)).toEqual(planned);
}

const AUTOSCALERS = (namespace: string) => `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`;
const menu = (text: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'menu' }, data: { menu: text } });

/** Of a version, with its ConfigMap mounted. */
function manifest(tag: string, others: readonly object[] = []): string {
  const deployment = structuredClone(restaurantDeployment({ image: image(tag), port: fixture.podPort })) as {
    spec: { template: { spec: { volumes?: object[] } } };
  };
  deployment.spec.template.spec.volumes = [{ name: 'menu', configMap: { name: 'menu' } }];
  return manifestOf(`${tag}.yml`, [deployment, menu(tag), ...others]);
}

describe('what stands around the app', () => {
  async function surrounded(): Promise<PlanBed> {
    const namespace = await fixture.createNamespace();
    await fixture.deployRestaurant(namespace, { route: true });
    await fixture.api.create(AUTOSCALERS(namespace), {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'restaurant' },
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'restaurant' }, minReplicas: 1, maxReplicas: 9 },
    } as never);
    await fixture.api.create(collections.budgets(namespace), {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'calm' },
      spec: { maxUnavailable: 1, selector: { matchLabels: restaurantLabels } },
    } as never);
    return planBed(fixture, namespace);
  }

  test('an autoscaler, a budget and testers, until the release is aborted', async () => {
    const bed = await surrounded();
    const first = to(10, 'v2');
    await both(bed, { inputs: { ...first.inputs, header: 'X-Canary=1' } });
    await both(bed, to(0));
  });

  test('an autoscaler and a budget, around a release that is promoted at once', async () => {
    await both(await surrounded(), to(100, 'v2'));
  });

  async function bare(): Promise<readonly [PlanBed, PlayedStep]> {
    const bed = planBed(fixture, await fixture.createNamespace());
    return [bed, { inputs: { weight: '100', manifest: manifest('v1', [service('restaurant', restaurantLabels)]) } }];
  }

  test('a manifest that creates the app, and one that changes it with its ConfigMap, until it is rolled back', async () => {
    const [bed, first] = await bare();
    await both(bed, first);
    const next = { manifest: manifest('v2') };
    await both(bed, { inputs: { weight: '50', ...next } });
    await both(bed, { inputs: { weight: '100', ...next } });
    await both(bed, back);
  });

  test('a promotion of a manifest that is cut, and aborted', async () => {
    const [bed, first] = await bare();
    await bed.does(first);
    const next = { manifest: manifest('v3') };
    await bed.does({ inputs: { weight: '50', ...next } });
    await bed.does({ inputs: { weight: '100', ...next } }, 3);
    await both(bed, to(0));
  });
});

const all = ROUTERS as readonly RouterDescription[];
describe.each(all.map(({ kind }) => kind))('%s', (kind) => {
  async function released(): Promise<PlanBed> {
    const { bed } = (await import(`../router/${kind}.js`)) as { bed: RouterBed };
    const namespace = await fixture.createNamespace();
    await fixture.deployRestaurant(namespace, bed.deploy);
    await bed.prepare?.(fixture.api, namespace);
    return planBed(fixture, namespace, { router: kind });
  }

  test('a release that begins and rises', async () => {
    const bed = await released();
    await both(bed, to(10, 'v2'));
    await both(bed, to(50));
  });

  test('a release that falls and is aborted', async () => {
    const bed = await released();
    await bed.does(to(50, 'v2'));
    await both(bed, to(20));
    await both(bed, to(0));
  });

  test.each([
    [2, to(0)],
    [3, to(100)],
    [3, to(0)],
    [5, to(0)],
  ])('a promotion that is cut after %d changes, and then goes on or is aborted', async (changes, next) => {
    const bed = await released();
    await bed.does(to(20, 'v2'));
    await bed.does(to(100), changes);
    await both(bed, next);
  });

  test('a release in flight that another version takes the place of', async () => {
    const bed = await released();
    await bed.does(to(10, 'v2'));
    await both(bed, { inputs: { ...to(20, 'v3').inputs, 'take-over': 'true' } });
  });

  test('a release that is promoted at once and rolled back', async () => {
    const bed = await released();
    await both(bed, to(100, 'v2'));
    await both(bed, back);
  });
});
