import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type ClusterFixture, collections } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { image, type ReleaseBed, releaseBed } from '../cluster/release-bed.js';

jest.setTimeout(60_000);
let fixture: ClusterFixture;
let bed: ReleaseBed;
let workspace: string;
beforeAll(async () => {
  fixture = await sandboxFixture();
  bed = await releaseBed(fixture);
  workspace = mkdtempSync(join(fixture.bed.directory, 'workspace-'));
  const objective = (lines: string) => `objectives:\n  - name: errors\n    ${lines}\n    max: 1%\n`;
  writeFileSync(join(workspace, 'slo.yml'), objective('ratio: { bad: bad_total, total: all_total }'));
  writeFileSync(join(workspace, 'key.yml'), objective('ratoi: { bad: bad_total, total: all_total }'));
  writeFileSync(join(workspace, 'type.yml'), objective('ratio: many'));
});
afterAll(() => fixture.close());

/** All that a step could have changed. */
async function everything(): Promise<string[]> {
  const { namespace } = bed;
  const kinds = [collections.deployments, collections.services, collections.httpRoutes, collections.leases];
  const lists = await Promise.all(
    kinds.map((kind) =>
      fixture.api.get<{ items: Array<{ metadata: { name: string; resourceVersion: string } }> }>(kind(namespace)),
    ),
  );
  return lists.flatMap(({ items }) => items.map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`));
}

/** @returns what the step said; it has changed nothing */
async function refused(action: string, inputs: Record<string, string>, env: Record<string, string> = {}): Promise<string> {
  const before = await everything();
  const { exitCode, errors, stderr } = await bed.step(action, inputs, { env, cwd: workspace });
  expect({ exitCode, stderr, annotations: errors.length }).toEqual({ exitCode: 1, stderr: '', annotations: 1 });
  expect(await everything()).toEqual(before);
  const message = errors.join('\n');
  expect(message).not.toContain('Unexpected error');
  return message;
}

const expired = `e30.${Buffer.from(JSON.stringify({ exp: 1_700_000_000 })).toString('base64url')}.c2ln`;
const away = JSON.stringify({
  'current-context': 'away',
  clusters: [{ name: 'away', cluster: { server: 'https://127.0.0.1:1' } }],
  contexts: [{ name: 'away', context: { cluster: 'away' } }],
});

const raise = { weight: '10', image: image('v2') };

const actions: Array<[string, Record<string, string>]> = [
  ['canary-step', raise],
  ['verify-slo', {}],
  ['rollback', { 'to-revision': 'previous' }],
];

test('a server that is not there is named, whatever wants it', async () => {
  const messages = await Promise.all(actions.map(([action, sound]) => refused(action, { ...sound, kubeconfig: away })));
  for (const message of messages) {
    expect(message).toContain("Can't reach the API server https://127.0.0.1:1: nothing listens there (ECONNREFUSED).\nCheck");
  }
});

describe.each(actions)('%s', (action, sound) => {
  test('wrong inputs are said together: a kubeconfig that is no YAML, an app that can’t be a name, a duration without a unit', async () => {
    const message = await refused(action, { ...sound, kubeconfig: 'kind: Config\n  a: [', app: 'Shop_1', settle: '5' });
    // An undo goes on with the usual time where the one that was given can't be read.
    expect(message).toMatch(action === 'rollback' ? /^2 things are wrong:/ : /^3 things are wrong:/);
    expect(message).toContain('Input `kubeconfig`: the kubeconfig is not readable as YAML or JSON: ');
    expect(message).toContain('Input `app`: "Shop_1" is not a DNS label');
    if (action !== 'rollback') expect(message).toContain('Input `settle`: "5" is not a duration; write a number and a unit');
  });

  test('what is not there of an app is said together', async () => {
    const message = await refused(action, { ...sound, app: 'shop', route: 'way' });
    const { namespace } = bed;
    const both = [`Deployment ${namespace}/shop, and no Service of that name`, `HTTPRoute ${namespace}/way`];
    for (const what of action === 'verify-slo' ? [`Deployment ${namespace}/shop`] : both)
      expect(message).toContain(`There is no ${what}`);
  });

  test('a token that has expired is said to have, with the user that it belongs to', async () => {
    const message = await refused(action, sound, { KUBECONFIG: await fixture.kubeconfigFor({ token: expired }) });
    expect(message).toMatch(/does not accept the credentials of user .* they expired at 2023-11-14T22:13:20.000Z/);
    expect(message).not.toContain(expired);
  });

  test('rights that are missing altogether are one thing that is wrong, with who lacks them and the Role to bind', async () => {
    const message = await refused(action, sound, { KUBECONFIG: fixture.bed.kubeconfigs.deployer });
    expect(message).toMatch(/^User deployer may do nothing in namespace \S+ .*docs\/rbac .*--user=deployer/);
    expect(message).not.toContain('things are wrong');
  });
});

test.each([
  ['a kubeconfig that is not there', { kubeconfig: 'nowhere/config' }, 'Input `kubeconfig`: there is no file "nowhere/config"'],
  ['a context that is not there', { context: 'prod' }, 'does not have context "prod". It has: sandbox'],
])('%s is said', async (_what, inputs, message) => {
  expect(await refused('canary-step', { ...raise, ...inputs } as Record<string, string>)).toContain(message);
});

test.each(['30%', 'abc', '-1', '101'])('a weight of %s is no weight', async (weight) => {
  expect(await refused('canary-step', { ...raise, weight })).toContain(
    `Input \`weight\`: "${weight}" is not a whole number from 0 to 100`,
  );
});

describe.each(['canary-step', 'verify-slo'])('slo.yml of %s', (action) => {
  test.each([
    ['a key that nobody knows', 'key.yml', 'key.yml:3:5: `ratoi` is unknown; did you mean `ratio`?'],
    ['a value of another type', 'type.yml', 'type.yml:3:12: '],
  ])('with %s is named by file, line and column', async (_what, slo, message) => {
    const inputs = action === 'canary-step' ? { ...raise, hold: '1m' } : {};
    expect(await refused(action, { ...inputs, slo })).toContain(message);
  });
});

test('everything that is wrong with the inputs is said at once', async () => {
  const wrong = { weight: '30%', app: 'Shop_1', settle: '5', context: 'prod', hold: 'soon', slo: 'key.yml', wieght: '10' };
  const message = await refused('canary-step', { ...raise, ...wrong });
  expect(message).toMatch(/^7 things are wrong:/);
  for (const name of ['weight', 'app', 'settle', 'context', 'hold', 'wieght']) expect(message).toContain(`Input \`${name}\``);
  expect(message).toContain('key.yml:3:5');
});
