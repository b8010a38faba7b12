import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { KubeObject } from '../../../testbed/client/objects.js';
import { type ClusterFixture, collections } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { image, type ReleaseBed, releaseBed } from '../cluster/release-bed.js';

/** What somebody who may write Leases, and nothing else, can make of a release. */
jest.setTimeout(120_000);
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

const EVIL = image('evil');
const ANNOTATION = 'd9.dev/release';
const leasePath = ({ namespace }: ReleaseBed) => `${collections.leases(namespace)}/d9-restaurant`;

/** Changes the newest release on record behind everybody's back. */
async function forge(bed: ReleaseBed, change: (latest: Record<string, unknown>) => object): Promise<void> {
  const lease = await fixture.api.get<KubeObject>(leasePath(bed));
  const record = JSON.parse(lease.metadata.annotations?.[ANNOTATION] ?? '') as { latest: Record<string, unknown> };
  const forged = { ...record, latest: { ...record.latest, ...change(record.latest) } };
  await fixture.api.patch(leasePath(bed), { metadata: { annotations: { [ANNOTATION]: JSON.stringify(forged) } } });
}

/** A change of what Kubernetes remembers of the release. */
const inMemory =
  (change: (memory: Record<string, unknown>) => object) =>
  ({ platform }: Record<string, unknown>): object => {
    const { memory, ...rest } = platform as { memory: Record<string, unknown> };
    return { platform: { ...rest, memory: { ...memory, ...change(memory) } } };
  };

/** Every image that a pod has been asked to run in the namespace. */
async function imagesOf({ namespace }: ReleaseBed): Promise<Set<string>> {
  const { items } = await fixture.api.get<{
    items: Array<{ spec: { template: { spec: { containers: Array<{ image: string }> } } } }>;
  }>(`/apis/apps/v1/namespaces/${namespace}/replicasets`);
  return new Set(items.flatMap(({ spec }) => spec.template.spec.containers.map((container) => container.image)));
}

describe('a record that somebody changed', () => {
  test.each(['30', '100'])('does not decide what is deployed by a step of weight %s that names no image', async (weight) => {
    const bed = await releaseBed(fixture);
    const before = (await bed.route()).spec;
    await bed.step('canary-step', { weight: '10', image: image('v2') });
    await forge(bed, () => ({ canary: { image: EVIL, templateHash: '' } }));
    const step = await bed.step('canary-step', { weight });
    expect(step).toMatchObject({ exitCode: 1, codes: ['record-contradicts-cluster'], outputs: { phase: 'aborted' } });
    expect(step.errors.join()).toContain(`the canary is ${EVIL}, but Deployment restaurant-canary runs ${image('v2')}`);
    expect(await imagesOf(bed)).toEqual(new Set([image('v1')]));
    expect([(await bed.route()).spec, await bed.leftovers()]).toEqual([before, []]);
  });

  test('nor what a rollback restores', async () => {
    const bed = await releaseBed(fixture);
    await bed.step('canary-step', { weight: '100', image: image('v2') });
    await forge(bed, ({ stable }) => ({ stable: { ...(stable as object), image: EVIL, imageIds: [] } }));
    const rollback = await bed.step('rollback');
    expect([rollback.exitCode, rollback.codes]).toEqual([1, ['record-contradicts-cluster']]);
    expect(rollback.errors.join()).toMatch(
      /names \S+evil as the image to restore, but revision 1 \S+ \S+ \S+ ran \S+v1. Somebody changed the record/,
    );
    expect([await bed.stableImage(), (await imagesOf(bed)).has(EVIL)]).toEqual([image('v2'), false]);
  });

  test('nor what stable gets of the traffic afterwards', async () => {
    const bed = await releaseBed(fixture);
    const before = (await bed.route()).spec;
    await bed.step('canary-step', { weight: '10', image: image('v2') });
    await forge(
      bed,
      inMemory(({ router }) => {
        const { rules, ...rest } = router as { rules: object[] };
        return { router: { ...rest, rules: rules.map((rule) => ({ ...rule, weight: 0 })) } };
      }),
    );
    expect(await bed.step('rollback')).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
    const backends = (spec: Awaited<ReturnType<ReleaseBed['route']>>['spec']) => spec.rules?.[0]?.backendRefs;
    expect(backends((await bed.route()).spec)).toEqual(backends(before)?.map((backend) => ({ ...backend, weight: 1 })));
  });

  test('nor whether a version counts as promoted', async () => {
    const bed = await releaseBed(fixture);
    await bed.step('canary-step', { weight: '10', image: image('v2') });
    await forge(bed, () => ({ phase: 'promoting', strategy: { kind: 'canary', stage: 'draining' } }));
    const step = await bed.step('canary-step', { weight: '100', image: image('v2') });
    expect(step.exitCode).toBe(1);
    expect(step.errors.join()).toContain(`Stable runs ${image('v1')} and not ${image('v2')}`);
    expect([await bed.stableImage(), await bed.leftovers()]).toEqual([image('v1'), []]);
    expect(await bed.step('rollback')).toMatchObject({ exitCode: 1 });
    expect(await bed.stableImage()).toBe(image('v1'));
  });

  test('is refused by name, untouched, when it is no record at all', async () => {
    const bed = await releaseBed(fixture);
    await bed.step('canary-step', { weight: '10', image: image('v2') });
    await forge(bed, (latest) => ({ ...inMemory(() => ({ stableReplicas: 0 }))(latest), weight: 900 }));
    for (const [action, inputs] of [
      ['canary-step', { weight: '30' }],
      ['verify-slo', { slo: 'slo.yml' }],
    ] as const) {
      const step = await bed.step(action, inputs);
      expect(step.exitCode).toBe(1);
      expect(step.errors.join()).toContain(
        'latest.platform.memory.stableReplicas, latest.weight are missing or of the wrong type',
      );
      expect(step.stdout).not.toMatch(/::debug::(PUT|PATCH|DELETE) |::debug::POST (?!\/apis\/auth(orization|entication))/);
    }
    expect(await bed.canaryWeight()).toBe(10);
    const back = await bed.step('rollback', { scope: 'any' });
    expect(back).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted', 'rolled-back-to': image('v1') } });
    expect(back.warnings.join()).toContain(
      'latest.platform.memory.stableReplicas, latest.weight are missing or of the wrong type',
    );
    expect([await bed.canaryWeight(), await bed.leftovers(), await bed.stableImage()]).toEqual([0, [], image('v1')]);
  });
});

describe.each([
  ['a newer version', { schema: 3 }, 'record-of-other-version', 'Use the version that started the release, for its rollback too'],
  [
    'another platform',
    { latest: { platform: { kind: 'aws-lambda', memory: {} } } },
    'record-of-other-platform',
    'run the step on that platform',
  ],
])('a release in flight by %s', (_, change, code, wayOut) => {
  async function inFlight(): Promise<{ bed: ReleaseBed; text: () => Promise<string | undefined>; before: string | undefined }> {
    const bed = await releaseBed(fixture);
    await bed.step('canary-step', { weight: '10', image: image('v2') });
    const text = async () => (await fixture.api.get<KubeObject>(leasePath(bed))).metadata.annotations?.[ANNOTATION];
    const record = JSON.parse((await text()) ?? '') as { latest: object };
    const latest = 'latest' in change ? { latest: { ...record.latest, ...change.latest } } : {};
    const forged = JSON.stringify({ ...record, ...change, ...latest });
    await fixture.api.patch(leasePath(bed), { metadata: { annotations: { [ANNOTATION]: forged } } });
    return { bed, text, before: forged };
  }

  test('is left as it is by every step, and each says what to do', async () => {
    const { bed, text, before } = await inFlight();
    for (const [action, inputs] of [
      ['canary-step', { weight: '30' }],
      ['canary-step', { weight: '0' }],
      ['canary-step', { weight: '10', image: image('v3'), 'take-over': 'true' }],
      ['verify-slo', { slo: 'slo.yml' }],
      ['rollback', {}],
      ['rollback', { scope: 'any' }],
    ] as const) {
      const step = await bed.step(action, inputs);
      expect([action, step.exitCode, step.codes]).toEqual([action, 1, [code]]);
      expect(step.errors.join()).toContain(wayOut);
      expect(step.stdout).not.toMatch(/::debug::(PUT|PATCH|DELETE) |::debug::POST (?!\/apis\/auth(orization|entication))/);
    }
    expect([await bed.canaryWeight(), await text()]).toEqual([10, before]);
  });

  test('does not keep a rollback from bringing back a version by its name, which says what it passes by', async () => {
    const { bed, text, before } = await inFlight();
    const back = await bed.step('rollback', { 'to-image': image('good'), 'allow-ungated': 'true' });
    expect(back).toMatchObject({ exitCode: 0, outputs: { phase: 'rolled-back', 'rolled-back-to': image('good') } });
    expect(back.warnings.join()).toContain('It is left as it is, and what may be in flight by it is not looked at.');
    expect([await bed.stableImage(), await bed.canaryWeight(), await text()]).toEqual([image('good'), 10, before]);
  });
});

test('when its hold is over another run puts a release back and goes on, and the run that had it is told so', async () => {
  const as = (runId: string) => ({ env: { GITHUB_RUN_ID: runId, RUNNER_NAME: `runner-${runId}` } });
  const bed = await releaseBed(fixture);
  await bed.step('canary-step', { weight: '10', image: image('v2'), 'hold-for': '1s' }, as('1001'));
  const taken = await bed.step('canary-step', { weight: '20', image: image('v3') }, as('1002'));
  expect(taken).toMatchObject({ exitCode: 0, outputs: { phase: 'holding', revision: image('v3'), weight: '20' } });
  expect(taken.stdout).toContain('unfinished release, put back before a new one');
  const late = await bed.step('canary-step', { weight: '30' }, as('1001'));
  expect([late.exitCode, late.codes]).toEqual([1, ['release-of-another-run']]);
  expect(late.errors.join()).toContain('/actions/runs/1002');
  expect(await bed.record()).toMatchObject({ phase: 'holding', weight: 20 });
  expect(JSON.parse((await fixture.api.get<KubeObject>(leasePath(bed))).metadata.annotations?.[ANNOTATION] ?? '')).toMatchObject({
    history: [{ image: image('v2'), phase: 'aborted' }],
  });
});

test('a rollback to what stable runs already says that it did nothing', async () => {
  const bed = await releaseBed(fixture);
  const before = (await bed.stable()).metadata.resourceVersion;
  const rollback = await bed.step('rollback', { 'to-image': image('v1') });
  expect(rollback).toMatchObject({ exitCode: 0, outputs: { phase: 'none', 'rolled-back-to': '' } });
  expect(rollback.outputs.reason).toContain('Stable was there already');
  expect((await bed.stable()).metadata.resourceVersion).toBe(before);
});

test('a version that does not come back is no success, and the message says where the traffic is', async () => {
  const bed = await releaseBed(fixture);
  await bed.step('canary-step', { weight: '100', image: image('v2') });
  await fixture.setFaults({ namespace: bed.namespace, selector: {}, faults: 'crash' });
  const rollback = await bed.step('rollback', { 'start-timeout': '5s' });
  await fixture.setFaults({ namespace: bed.namespace, selector: {}, faults: null });
  expect(rollback.exitCode).toBe(1);
  expect(rollback.errors.join()).toMatch(
    /could not be brought back to \S+v1: [\s\S]*Traffic: 100 % stable; canary: removed; record: rolling-back/,
  );
  expect(await bed.step('rollback')).toMatchObject({
    exitCode: 0,
    outputs: { phase: 'rolled-back', 'rolled-back-to': image('v1') },
  });
});
