import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectBed, type Fixture } from '../../../testbed/fixture.js';
import { image, type ReleaseBed, releaseBed } from './release-bed.js';

let fixture: Fixture;
let bed: ReleaseBed;
beforeAll(async () => {
  fixture = connectBed();
  bed = await releaseBed(fixture);
});
afterAll(() => fixture.close());

const raise = { weight: '10', image: image('v2') };

async function refused(action: string, inputs: Record<string, string>, env: Record<string, string> = {}): Promise<string> {
  const before = [(await bed.stable()).metadata.resourceVersion, (await bed.route()).metadata.resourceVersion];
  const step = await bed.step(action, inputs, { env });
  expect(step.exitCode).toBe(1);
  expect(step.stdout).not.toMatch(/::debug::(PUT|PATCH|DELETE) |::debug::POST (?!\/apis\/auth(orization|entication))/);
  expect([(await bed.stable()).metadata.resourceVersion, (await bed.route()).metadata.resourceVersion]).toEqual(before);
  expect(await bed.leftovers()).toEqual([]);
  return step.errors.join('\n');
}

test('a missing Deployment, Service and HTTPRoute are reported together', async () => {
  const message = await refused('canary-step', { ...raise, app: 'shop', route: 'shop' });
  expect(message).toContain(`There is no Deployment ${bed.namespace}/shop`);
  expect(message).toContain('and no Service of that name');
  expect(message).toContain(`There is no HTTPRoute ${bed.namespace}/shop`);
});

test('a StatefulSet and a DaemonSet are told from what is missing, and why they are no case for a canary', async () => {
  const template = { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'app', image: image('db') }] } };
  const spec = { selector: { matchLabels: { app: 'db' } }, template };
  const of = (kind: string, name: string, changes: object) => ({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name },
    spec: { ...spec, ...changes },
  });
  const apps = `/apis/apps/v1/namespaces/${bed.namespace}`;
  await fixture.api.create(`${apps}/statefulsets`, of('StatefulSet', 'db', { replicas: 0, serviceName: 'db' }));
  await fixture.api.create(`${apps}/daemonsets`, of('DaemonSet', 'agent', { updateStrategy: { type: 'OnDelete' } }));
  expect(await refused('canary-step', { ...raise, deployment: 'db' })).toContain(`${bed.namespace}/db is a StatefulSet`);
  expect(await refused('canary-step', { ...raise, deployment: 'agent' })).toContain(`${bed.namespace}/agent is a DaemonSet`);
});

test('credentials without a single right are told who has none, where, and which file to apply', async () => {
  const message = await refused('canary-step', raise, { KUBECONFIG: fixture.bed.kubeconfigs.deployer });
  expect(message).toMatch(/User deployer may do nothing in namespace \S+ of what this step needs/);
  expect(message).toContain('docs/rbac');
});

test('a token that the server does not accept is named with its user and context', async () => {
  const path = await fixture.kubeconfigFor({ token: 'no-such-token' });
  expect(await refused('canary-step', raise, { KUBECONFIG: path })).toMatch(
    /does not accept the credentials of user \S+ \(401 Unauthorized\): they are wrong, revoked or expired\.\nThey come from context /,
  );
});

test('an unreachable server is named with what to check', async () => {
  const kubeconfig = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'away',
    clusters: [{ name: 'away', cluster: { server: 'https://127.0.0.1:1' } }],
    contexts: [{ name: 'away', context: { cluster: 'away', user: 'nobody' } }],
    users: [{ name: 'nobody', user: { token: 'x' } }],
  });
  expect(await refused('canary-step', { ...raise, kubeconfig })).toContain('https://127.0.0.1:1');
});

test.each(['30%', 'abc', '-1', '101'])('weight %s is refused together with an unknown context and a bad name', async (weight) => {
  const message = await refused('canary-step', { ...raise, weight, context: 'nowhere', app: 'Shop_1', settle: '5' });
  expect(message).toContain(`"${weight}" is not a whole number from 0 to 100`);
  expect(message).toContain('nowhere');
  expect(message).toContain('"Shop_1" is not a DNS label');
  expect(message).toContain('"5" is not a duration');
});

test('an unreadable kubeconfig is refused', async () => {
  expect(await refused('canary-step', raise, { KUBECONFIG: '/does/not/exist' })).toMatch(/kubeconfig/i);
});

test('slo.yml with a wrong key is refused at file, line and column, and no canary no gate', async () => {
  const workspace = join(fixture.bed.directory);
  writeFileSync(join(workspace, 'wrong-slo.yml'), 'objectives:\n  - name: errors\n    ratoi: {}\n    max: 1%\n');
  const wrong = await bed.step('verify-slo', { slo: 'wrong-slo.yml' }, { cwd: workspace });
  expect(wrong.exitCode).toBe(1);
  expect(wrong.errors.join()).toContain('wrong-slo.yml:3:5');
  expect(await refused('verify-slo', {})).toContain('no release in flight');
});

test('a dry run prints the plan, has it checked, and changes nothing', async () => {
  const before = (await bed.route()).metadata.resourceVersion;
  const dry = await bed.step('canary-step', { ...raise, 'dry-run': 'true' });
  expect(dry).toMatchObject({ exitCode: 0, outputs: { phase: 'none' } });
  expect(dry.stdout.match(/\d+\. .*accepted by the API server \(dry run\)/g)).toHaveLength(4);
  expect((await bed.route()).metadata.resourceVersion).toBe(before);
  expect(await bed.leftovers()).toEqual([]);
  expect(await bed.record()).toBeUndefined();
});
