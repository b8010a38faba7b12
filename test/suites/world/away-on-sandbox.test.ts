import { readFileSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { collections } from '../../../testbed/fixture.js';
import { type SandboxFixture, sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { errorsSlo } from '../../../testbed/slo-workspace.js';
import { image, onceStdout, QUICK, releaseBed } from '../cluster/release-bed.js';

/** What is away for a while, or is somebody else's, under a release that goes forward. */
jest.setTimeout(240_000);
let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

test.each(['deployments', 'services', 'httproutes'])(
  'a webhook of %s that is away for six seconds is waited for',
  async (resource) => {
    const bed = await releaseBed(fixture, { route: true }, QUICK);
    fixture.setWebhook({ namespace: bed.namespace, resource, answer: 'away' });
    const returns = () => setTimeout(() => fixture.setWebhook({ namespace: bed.namespace, resource, answer: null }), 6000);
    const step = await bed.step(
      'canary-step',
      { weight: '10', image: image('v2') },
      onceStdout(/failed calling webhook/, returns),
    );
    expect([step.exitCode, step.errors]).toEqual([0, []]);
    expect(step.stdout).toContain('That may pass: trying again in 2 s');
  },
);

/** A way to the API server that can be cut. */
async function cuttableWay() {
  const config = JSON.parse(readFileSync(fixture.bed.kubeconfig, 'utf8')) as {
    clusters: [{ cluster: Record<string, unknown> & { server: string } }];
  };
  const { hostname, port } = new URL(config.clusters[0].cluster.server);
  const sockets = new Set<net.Socket>();
  let isAway = false;
  const listener = net.createServer((near) => {
    if (isAway) return near.destroy();
    const far = net.connect(Number(port), hostname);
    const end = () => {
      for (const socket of [near, far]) socket.destroy();
    };
    for (const socket of [near, far]) sockets.add(socket.on('error', end).on('close', end));
    return near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const file = join(fixture.bed.directory, 'cuttable.kubeconfig');
  const server = `https://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  config.clusters[0].cluster = { server, 'insecure-skip-tls-verify': true };
  writeFileSync(file, JSON.stringify(config));
  return {
    env: { KUBECONFIG: file },
    cut: (ms: number) => {
      isAway = true;
      for (const socket of sockets) socket.destroy();
      setTimeout(() => {
        isAway = false;
      }, ms);
    },
    close: () => listener.close(),
  };
}

test('an API server that is away for less than the lock lasts does not end a step that holds', async () => {
  writeFileSync(join(fixture.bed.directory, 'slo.yml'), errorsSlo({ max: '5%' }));
  const bed = await releaseBed(fixture, { route: true }, { settle: '50ms', 'prove-timeout': '1s' });
  const load = await fixture.startLoad(bed.namespace, { rps: 20, route: 'restaurant' });
  const way = await cuttableWay();
  const inputs = { weight: '50', image: image('v2'), slo: 'slo.yml', hold: '40s' };
  const cut = onceStdout(/Gate: /, () => way.cut(14_000));
  const step = await bed.step('canary-step', inputs, { cwd: fixture.bed.directory, env: way.env, ...cut });
  expect([step.exitCode, step.outputs.verdict, step.errors]).toEqual([0, 'pass', []]);
  await load.stop();
  way.close();
});

test("a Lease of the same name that is somebody else's is refused and left as it is", async () => {
  const bed = await releaseBed(fixture, { route: true }, QUICK);
  const theirs = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'd9-restaurant', labels: { 'app.kubernetes.io/managed-by': 'other-tool' } },
    spec: { holderIdentity: 'leader-7', leaseDurationSeconds: 3600 },
  };
  await fixture.api.create(collections.leases(bed.namespace), theirs);
  const step = await bed.step('canary-step', { weight: '10', image: image('v2') });
  expect([step.exitCode, step.errors.join()]).toEqual([1, expect.stringMatching(/Lease \S+\/d9-restaurant .* not this suite's/)]);
  const { spec } = await fixture.api.get<{ spec: object }>(`${collections.leases(bed.namespace)}/d9-restaurant`);
  expect(spec).toEqual(theirs.spec);
});
