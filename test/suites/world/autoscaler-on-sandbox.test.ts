import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { KubeObject } from '../../../testbed/client/objects.js';
import { type SandboxFixture, sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { image, QUICK, type ReleaseBed, releaseBed } from '../cluster/release-bed.js';

/** Git, or a person, writes stable's autoscaler while a release holds its minimum. */
jest.setTimeout(240_000);
let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

const path = (bed: ReleaseBed) => `/apis/autoscaling/v2/namespaces/${bed.namespace}/horizontalpodautoscalers`;
const minimum = async (bed: ReleaseBed) =>
  (await fixture.api.get<KubeObject & { spec: { minReplicas: number } }>(`${path(bed)}/restaurant`)).spec.minReplicas;

async function withAutoscaler(annotations = {}): Promise<ReleaseBed> {
  const bed = await releaseBed(fixture, { route: true }, QUICK);
  await fixture.api.create(path(bed), {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'restaurant', annotations },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'restaurant' },
      minReplicas: 1,
      maxReplicas: 10,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
    },
  } as never);
  return bed;
}

test.each([1, 2])(
  'minReplicas that was written back to %d is raised again, said, and given back as it was left',
  async (back) => {
    const bed = await withAutoscaler();
    const first = await bed.step('canary-step', { weight: '10', image: image('v2') });
    expect([first.exitCode, await minimum(bed)]).toEqual([0, 3]);
    await fixture.api.patch(`${path(bed)}/restaurant?fieldManager=argocd-controller`, { spec: { minReplicas: back } });
    const next = await bed.step('canary-step', { weight: '50' });
    expect([next.exitCode, await minimum(bed)]).toEqual([0, 3]);
    expect(next.warnings.join()).toMatch(
      new RegExp(`restaurant has minReplicas ${back} again, written by argocd-controller.*holds it at 3`),
    );
    expect(await bed.step('rollback')).toMatchObject({ exitCode: 0 });
    expect(await minimum(bed)).toBe(back);
  },
);

test('one that a GitOps tool keeps is refused before anything is changed, unless the user knows', async () => {
  const bed = await withAutoscaler({
    'argocd.argoproj.io/tracking-id': 'shop:autoscaling/HorizontalPodAutoscaler:shop/restaurant',
  });
  const refused = await bed.step('canary-step', { weight: '10', image: image('v2') });
  expect([refused.exitCode, await bed.leftovers()]).toEqual([1, []]);
  expect(refused.errors.join()).toMatch(
    /HorizontalPodAutoscaler \S+\/restaurant, whose minReplicas the release raises, is managed by Argo CD/,
  );
  const known = await bed.step('canary-step', { weight: '10', image: image('v2'), 'managed-by': 'warn' });
  expect(known).toMatchObject({ exitCode: 0 });
});
