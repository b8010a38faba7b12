import http from 'node:http';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { collections, rolledOut } from '../../../testbed/fixture.js';
import { restaurantDeployment, service } from '../../../testbed/restaurant.js';
import { type SandboxFixture, sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import type { StepEnd } from '../bundles/run-bundle.js';
import {
  type Deployment,
  image,
  onceStdout,
  QUICK,
  type ReleaseBed,
  releaseBed,
  STABLE_IS_WRITTEN,
} from '../cluster/release-bed.js';

/** What puts a release back asks for nothing that a release needs to begin. */
jest.setTimeout(240_000);
let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

const first = { weight: '20', image: image('v2') };
const stableOf = (bed: ReleaseBed) => `${collections.deployments(bed.namespace)}/restaurant`;
const change = (bed: ReleaseBed, spec: object) => fixture.api.patch(stableOf(bed), { spec });
const rolled = (bed: ReleaseBed) => rolledOut(fixture.api, bed.namespace, 'restaurant');

/** Stable as no release would begin with it. */
async function spoil(bed: ReleaseBed): Promise<void> {
  await change(bed, {
    replicas: 2,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2, maxSurge: 1 } },
  });
  await fixture.api.patch(`${collections.services(bed.namespace)}/restaurant`, { spec: { selector: { app: 'edited' } } });
  await rolled(bed);
}

async function expectPutBack(bed: ReleaseBed, undo: StepEnd): Promise<void> {
  expect(`${undo.exitCode} ${undo.errors.join()}`).toBe('0 ');
  expect([await bed.canaryWeight(), await bed.leftovers()]).toEqual([0, []]);
}

describe('a stable that is not fit for a release any more', () => {
  test.each(['post', 'rollback', 'weight 0'])('does not stop %s', async (by) => {
    const bed = await releaseBed(fixture);
    const main = await bed.step('canary-step', first);
    await spoil(bed);
    const undo =
      by === 'post'
        ? await bed.post('canary-step', main, first)
        : await bed.step(by === 'rollback' ? 'rollback' : 'canary-step', by === 'rollback' ? {} : { weight: '0' });
    await expectPutBack(bed, undo);
    expect(await bed.record()).toMatchObject({ phase: 'aborted', weight: 0 });
  });

  test('does not stop the rollback of what was promoted, nor one to an image', async () => {
    const bed = await releaseBed(fixture);
    await bed.step('canary-step', { weight: '100', image: image('v2') });
    await change(bed, { replicas: 2, strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2, maxSurge: 1 } } });
    await rolled(bed);
    await expectPutBack(bed, await bed.step('rollback'));
    expect(await bed.stableImage()).toBe(image('v1'));
    expect(await bed.step('rollback', { 'to-image': image('v2') })).toMatchObject({
      exitCode: 0,
      outputs: { phase: 'rolled-back' },
    });
    expect(await bed.stableImage()).toBe(image('v2'));
  });

  test('and that somebody has deployed to is left as it is, and named', async () => {
    const bed = await releaseBed(fixture);
    await bed.step('canary-step', first);
    const template = { spec: { containers: [{ name: 'app', image: image('v1-hotfix') }] } };
    await fixture.api.patch(stableOf(bed), { spec: { template } }, 'application/strategic-merge-patch+json');
    await rolled(bed);
    const undo = await bed.step('rollback');
    await expectPutBack(bed, undo);
    expect(undo.outputs).toMatchObject({ phase: 'aborted', 'rolled-back-to': image('v1-hotfix') });
    expect(undo.warnings.join()).toContain(`Stable runs ${image('v1-hotfix')} and not ${image('v1')}`);
  });
});

describe('a stable that can not take the traffic', () => {
  const scaledDown = async (): Promise<ReleaseBed> => {
    const bed = await releaseBed(fixture);
    await bed.step('canary-step', { weight: '50', image: image('v2') });
    await change(bed, { replicas: 0 });
    await rolled(bed);
    return bed;
  };

  test('because it is at 0 is scaled to the size of the record, awaited, and told of; no request is lost meanwhile', async () => {
    const bed = await scaledDown();
    const load = await fixture.startLoad(bed.namespace, { rps: 40, service: 'restaurant-canary' });
    const undo = await bed.step(
      'rollback',
      {},
      onceStdout(/canary keeps the traffic/, () => void load.stop()),
    );
    await expectPutBack(bed, undo);
    expect((await bed.stable()).spec).toMatchObject({ replicas: 3 });
    expect((await load.stop()).total.lost).toBe(0);
    expect(undo.warnings.join()).toContain('is scaled to 0 while the canary');
    expect((await bed.record()) as unknown as { reason: string }).toMatchObject({
      reason: 'rollback; stable was scaled to 0 and is at 3 again',
    });
    const events = await fixture.api.get<{ items: Array<{ reason: string; involvedObject: { name: string } }> }>(
      `/api/v1/namespaces/${bed.namespace}/events`,
    );
    expect(events.items.filter(({ reason }) => reason === 'ScaledToTakeTrafficBack')).toHaveLength(1);
  });

  test('because its pods do not start keeps the canary in the traffic until they do, and fails when they never do', async () => {
    const bed = await scaledDown();
    const missing = (faults: string | null) =>
      fixture.setFaults({ namespace: bed.namespace, selector: { 'd9.dev/track': '' }, faults }).catch(() => undefined);
    await missing(null);
    const v1 = { namespace: bed.namespace, selector: await stablePodLabels(bed) };
    await fixture.setFaults({ ...v1, faults: 'missing' });
    const undo = await bed.step('rollback', { 'start-timeout': '5s' });
    expect(undo.exitCode).toBe(1);
    expect(undo.errors.join()).toMatch(/Traffic: 50 % canary, 50 % stable; canary: still there; record: aborting/);
    expect(await bed.canaryWeight()).toBe(50);
    await fixture.setFaults({ ...v1, faults: null });
    await expectPutBack(bed, await bed.step('rollback'));
  });

  test('because it was deleted leaves the traffic where it is served; once it is there again, the release is put back', async () => {
    const bed = await releaseBed(fixture);
    await bed.step('canary-step', { weight: '50', image: image('v2') });
    const { metadata, spec } = (await bed.stable()) as unknown as { metadata: { name: string; labels: object }; spec: object };
    await fixture.api.delete(stableOf(bed));
    const refused = await bed.step('rollback');
    expect(refused.exitCode).toBe(1);
    expect(refused.errors.join()).toMatch(
      /Deployment \S+\/restaurant is gone, so it can't take the traffic back.*Traffic: 50 % canary/s,
    );
    expect(await bed.canaryWeight()).toBe(50);
    await fixture.api.create(collections.deployments(bed.namespace), {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: metadata.name, labels: metadata.labels },
      spec,
    } as never);
    await rolled(bed);
    await expectPutBack(bed, await bed.step('rollback'));
  });
});

describe('what was promoted, with stable at 0', () => {
  const promoted = async (): Promise<ReleaseBed> => {
    const bed = await releaseBed(fixture, { route: true }, QUICK);
    await bed.step('canary-step', { weight: '100', image: image('v2') });
    await change(bed, { replicas: 0 });
    await rolled(bed);
    return bed;
  };

  test('is taken back at the size of the record, and that is said', async () => {
    const bed = await promoted();
    const undo = await bed.step('rollback');
    await expectPutBack(bed, undo);
    expect([(await bed.stable()).spec, await bed.stableImage()]).toMatchObject([{ replicas: 3 }, image('v1')]);
    expect(undo.warnings.join()).toMatch(/restaurant is scaled to 0 while \S+:v1 is brought back to it: it is scaled to 3/);
    expect(undo.outputs.reason).toContain('its pods run');
    expect(Number(undo.outputs['mttr-seconds'])).toBeGreaterThan(0);
    expect(await bed.record()).toMatchObject({ phase: 'rolled-back', reason: 'stable was scaled to 0 and is at 3 again' });
  });

  test('is not said to run where a version is named and no pod of it is there', async () => {
    const bed = await promoted();
    const undo = await bed.step('rollback', { 'to-revision': 'previous' });
    expect(undo).toMatchObject({ exitCode: 0, outputs: { phase: 'rolled-back', 'mttr-seconds': '' } });
    expect(undo.outputs.reason).toContain('no pod of it is ready');
    expect((await bed.stable()).spec).toMatchObject({ replicas: 0 });
  });
});

test('an abort beside what somebody has put into stable, and what does not start, names the pods that answer', async () => {
  const bed = await releaseBed(fixture, { route: true, replicas: 2 }, { ...QUICK, 'start-timeout': '8s' });
  await bed.step('canary-step', { weight: '50', image: image('v2') });
  const spec = {
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    template: { spec: { containers: [{ name: 'app', image: image('v1-crash') }] } },
  };
  await fixture.api.patch(stableOf(bed), { spec }, 'application/strategic-merge-patch+json');
  await fixture.api.until<Deployment>(
    collections.deployments(bed.namespace),
    'restaurant',
    (stable) => stable?.status?.updatedReplicas === 1 && stable.status.availableReplicas === 1,
  );
  const undo = await bed.step('rollback');
  await expectPutBack(bed, undo);
  expect(undo.outputs).toMatchObject({ phase: 'aborted', 'rolled-back-to': image('v1'), 'mttr-seconds': '' });
  expect(undo.outputs.reason).toMatch(/all traffic is on \S+:v1; 1 of 1 ready pods are of an earlier version/);
  expect(undo.warnings.join()).toMatch(/Stable is to run \S+:v1-crash, and no pod of that is ready/);
});

/** Labels that stable's pods have and the canary's do not. */
async function stablePodLabels(bed: ReleaseBed): Promise<Record<string, string>> {
  const { spec } = (await bed.stable()) as unknown as { spec: { selector: { matchLabels: Record<string, string> } } };
  return spec.selector.matchLabels;
}

test('stable that can not be pulled for a moment, while it is put back, is waited for', async () => {
  const bed = await releaseBed(fixture);
  const sets = await fixture.api.get<{ items: Array<{ metadata: { labels: Record<string, string> } }> }>(
    `/apis/apps/v1/namespaces/${bed.namespace}/replicasets`,
  );
  const selector = { 'pod-template-hash': sets.items[0]?.metadata.labels['pod-template-hash'] ?? '' };
  const order = (faults: string | null) => fixture.setFaults({ namespace: bed.namespace, selector, faults });
  const kill = new AbortController();
  await bed.step(
    'canary-step',
    { weight: '100', image: image('v2') },
    {
      env: { RUNNER_DEBUG: '1' },
      signal: kill.signal,
      cancelWith: 'SIGKILL',
      ...onceStdout(STABLE_IS_WRITTEN, () => kill.abort()),
    },
  );
  await rolled(bed);
  await order('missing');
  const undo = await bed.step(
    'rollback',
    {},
    onceStdout(/stable pod \S+: .*ErrImagePull/, () => void order(null)),
  );
  await expectPutBack(bed, undo);
  expect(undo.stdout).toContain('ErrImagePull');
  expect(await bed.stableImage()).toBe(image('v1'));
});

describe('where pods are the split and clients keep their connections to the canary', () => {
  /** Asks each pod over one connection of its own, until it is closed. */
  async function keepers(bed: ReleaseBed): Promise<{ readonly bad: () => number; readonly stop: () => void }> {
    interface Pod {
      readonly status: { readonly podIP: string };
      readonly spec: {
        readonly containers: ReadonlyArray<{ readonly ports: ReadonlyArray<{ readonly containerPort: number }> }>;
      };
    }
    const { items } = await fixture.api.get<{ items: Pod[] }>(collections.pods(bed.namespace));
    let bad = 0;
    const timers = items.map(({ status, spec }) => {
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      const target = { host: status.podIP, port: spec.containers[0]?.ports[0]?.containerPort ?? 0, path: '/menu', agent };
      const ask = () =>
        http
          .get({ ...target, timeout: 2000 }, (response) => {
            response.resume();
            if ((response.statusCode ?? 0) >= 500) bad++;
          })
          .on('error', () => undefined);
      return setInterval(ask, 40);
    });
    return { bad: () => bad, stop: () => timers.forEach(clearInterval) };
  }

  test.each([
    ['two labels', undefined],
    ['one label', { app: 'restaurant' }],
  ])('the canary ends with its pods: %s', async (_what, labels) => {
    const bed = await releaseBed(fixture, labels ? 'empty' : { route: false });
    if (labels) {
      const { metadata, spec, ...rest } = restaurantDeployment({}) as unknown as {
        metadata: object;
        spec: { template: { metadata: object } };
      };
      const template = { ...spec.template, metadata: { ...spec.template.metadata, labels } };
      const deployment = {
        ...rest,
        metadata: { ...metadata, labels },
        spec: { ...spec, selector: { matchLabels: labels }, template },
      };
      await fixture.api.create(collections.deployments(bed.namespace), deployment as never);
      await fixture.api.create(collections.services(bed.namespace), service('restaurant', labels));
      await rolled(bed);
    }
    await bed.step('canary-step', { weight: '50', image: image('v2-errors-100'), router: 'replicas' });
    const clients = await keepers(bed);
    const undo = await bed.step('canary-step', { weight: '0', 'prove-timeout': '10s' });
    const before = clients.bad();
    expect(undo).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
    expect(undo.stdout).not.toContain('Proven');
    await rolled(bed);
    clients.stop();
    expect(clients.bad() - before).toBeLessThan(20);
    expect(before).toBeGreaterThan(0);
  });
});

test('pods of something else under the labels of stable are no reason to fail a rollback that has worked', async () => {
  const bed = await releaseBed(fixture);
  await bed.step('canary-step', { weight: '100', image: image('v2') });
  const labels = { ...(await stablePodLabels(bed)), job: 'report' };
  await fixture.api.create(collections.pods(bed.namespace), {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'report-28931', labels },
    spec: { containers: [{ name: 'report', image: image('v9') }] },
  } as never);
  const undo = await bed.step('rollback');
  expect(undo).toMatchObject({ exitCode: 0, outputs: { phase: 'rolled-back', 'rolled-back-to': image('v1') }, warnings: [] });
});

test('an image that does not start leaves stable at what it ran before, and nothing half-way', async () => {
  const bed = await releaseBed(fixture);
  const typo = await bed.step('rollback', { 'to-image': image('v1-missing'), 'allow-ungated': 'true', 'start-timeout': '6s' });
  expect(typo.exitCode).toBe(1);
  expect(typo.errors.join()).toContain(
    `Stable is back at what it ran before, ${image('v1')}. Traffic: 100 % stable; record: unchanged.`,
  );
  expect([await bed.stableImage(), await bed.leftovers()]).toEqual([image('v1'), []]);
  expect(await bed.step('canary-step', first)).toMatchObject({ exitCode: 0, outputs: { phase: 'holding' } });
});

test.each([
  [
    'rollback',
    {
      'request-metric': 'http_requests_total{',
      'metrics-port': '99999',
      prove: 'maybe',
      route: 'no-such-route',
      deployment: 'nope',
      service: 'nope',
      container: 'nope',
    },
    ['request-metric', 'metrics-port', 'prove'],
  ],
  [
    'canary-step',
    {
      weight: '0',
      slo: 'gone.yml',
      manifest: 'gone.yml',
      image: 'BAD IMAGE',
      'canary-replicas': '0',
      header: 'X',
      service: 'nope',
      'hold-for': 'for ever',
    },
    ['slo', 'manifest', 'image', 'canary-replicas', 'header', 'hold-for'],
  ],
] as const)('%s puts back whatever is wrong with inputs that it can do without, and says so', async (action, inputs, named) => {
  const bed = await releaseBed(fixture, { route: true }, QUICK);
  await bed.step('canary-step', { weight: '10', image: image('v2') });
  const undo = await bed.step(action, inputs);
  expect([undo.exitCode, undo.outputs.phase, undo.errors]).toEqual([0, 'aborted', []]);
  const said = undo.warnings.join('\n');
  for (const name of named) expect(said).toMatch(new RegExp(`Input \`${name}\`: .* This step does without it`));
  expect(said).toMatch(/an undo goes by that, and `.*service: nope.* of this step/);
  expect([await bed.canaryWeight(), await bed.leftovers()]).toEqual([0, []]);
});

test('a version that is named, a wrong lock or a wrong cluster is not passed over on the way back', async () => {
  const bed = await releaseBed(fixture, { route: true }, QUICK);
  await bed.step('canary-step', { weight: '10', image: image('v2') });
  for (const inputs of [{ 'to-revision': 'prev' }, { scope: 'all' }, { 'to-image': 'BAD IMAGE' }, { 'to-revison': 'previous' }])
    expect((await bed.step('rollback', inputs)).exitCode).toBe(1);
  expect(await bed.canaryWeight()).toBe(10);
});
