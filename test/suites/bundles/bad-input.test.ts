import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { discoverProblems } from '../../../scripts/discover-problems.js';
import { type ClusterFixture, collections } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { image, type ReleaseBed, releaseBed } from '../cluster/release-bed.js';

jest.setTimeout(60_000);
let fixture: ClusterFixture;
let bed: ReleaseBed;
let workspace: string;
let documented: ReadonlySet<string>;
beforeAll(async () => {
  documented = new Set((await discoverProblems(process.cwd())).flatMap(({ problems }) => Object.keys(problems)));
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

/** @returns what the step said; it has changed nothing, and each thing that is wrong has a code of docs/errors.md */
async function refused(action: string, inputs: Record<string, string>, env: Record<string, string> = {}) {
  const before = await everything();
  const { exitCode, errors, codes, stderr } = await bed.step(action, inputs, { env, cwd: workspace });
  expect({ exitCode, stderr, annotations: errors.length }).toEqual({ exitCode: 1, stderr: '', annotations: 1 });
  expect(await everything()).toEqual(before);
  const message = errors.join('\n');
  expect(codes.filter((code) => !documented.has(code))).toEqual([]);
  expect(codes).toHaveLength(Number(/^(\d+) things are wrong:/.exec(message)?.[1] ?? 1));
  expect(codes).not.toContain('unexpected');
  return { message, codes };
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
  const refusals = await Promise.all(actions.map(([action, sound]) => refused(action, { ...sound, kubeconfig: away })));
  for (const { message, codes } of refusals) {
    expect(codes).toEqual(['api-server-unreachable']);
    expect(message).toContain("Can't reach the API server https://127.0.0.1:1: nothing listens there (ECONNREFUSED).\nCheck");
  }
});

describe.each(actions)('%s', (action, sound) => {
  test('wrong inputs are said together: a kubeconfig that is no YAML, an app that can’t be a name, a duration without a unit', async () => {
    const { message, codes } = await refused(action, {
      ...sound,
      kubeconfig: 'kind: Config\n  a: [',
      app: 'Shop_1',
      settle: '5',
    });
    // An undo goes on with the usual time where the one that was given can't be read.
    const settle = action === 'rollback' ? [] : ['input-invalid'];
    expect(codes.toSorted()).toEqual(['input-invalid', ...settle, 'kubeconfig-invalid']);
    expect(message).toContain('Input `kubeconfig`: the kubeconfig is not readable as YAML or JSON: ');
    expect(message).toContain('Input `app`: "Shop_1" is not a DNS label');
    if (action !== 'rollback') expect(message).toContain('Input `settle`: "5" is not a duration; write a number and a unit');
  });

  test('what is not there of an app is said together', async () => {
    const { message, codes } = await refused(action, { ...sound, app: 'shop', route: 'way' });
    expect(codes).toEqual(['app-missing', 'route-missing']);
    const { namespace } = bed;
    const both = [`Deployment ${namespace}/shop, and no Service of that name`, `HTTPRoute ${namespace}/way`];
    for (const what of action === 'verify-slo' ? [`Deployment ${namespace}/shop`] : both)
      expect(message).toContain(`There is no ${what}`);
  });

  test('a token that has expired is said to have, with the user that it belongs to', async () => {
    const { message, codes } = await refused(action, sound, { KUBECONFIG: await fixture.kubeconfigFor({ token: expired }) });
    expect(codes).toEqual(['credentials-refused']);
    expect(message).toMatch(/does not accept the credentials of user .* they expired at 2023-11-14T22:13:20.000Z/);
    expect(message).not.toContain(expired);
  });

  test('rights that are missing altogether are one thing that is wrong, with who lacks them and the Role to bind', async () => {
    const { message, codes } = await refused(action, sound, { KUBECONFIG: fixture.bed.kubeconfigs.deployer });
    expect(message).toMatch(/^User deployer may do nothing in namespace \S+ .*docs\/rbac .*--user=deployer/);
    expect(codes).toEqual(['rights-missing']);
  });
});

test.each([
  [
    'a kubeconfig',
    { kubeconfig: 'nowhere/config' },
    'kubeconfig-missing',
    'Input `kubeconfig`: there is no file "nowhere/config"',
  ],
  ['a context', { context: 'prod' }, 'kubeconfig-context-missing', 'does not have context "prod". It has: sandbox'],
])('%s that is not there is said', async (_what, inputs, code, message) => {
  const said = await refused('canary-step', { ...raise, ...inputs } as Record<string, string>);
  expect(said).toEqual({ codes: [code], message: expect.stringContaining(message) });
});

test.each(['30%', 'abc', '-1', '101'])('a weight of %s is no weight', async (weight) => {
  const { message, codes } = await refused('canary-step', { ...raise, weight });
  expect(codes).toEqual(['input-invalid']);
  expect(message).toContain(`Input \`weight\`: "${weight}" is not a whole number from 0 to 100`);
});

describe.each(['canary-step', 'verify-slo'])('slo.yml of %s', (action) => {
  test.each([
    ['a key that nobody knows', 'key.yml', 'key.yml:3:5: `ratoi` is unknown; did you mean `ratio`?'],
    ['a value of another type', 'type.yml', 'type.yml:3:12: '],
  ])('with %s is named by file, line and column', async (_what, slo, message) => {
    const inputs = action === 'canary-step' ? { ...raise, hold: '1m' } : {};
    expect(await refused(action, { ...inputs, slo })).toEqual({
      codes: ['slo-file-invalid'],
      message: expect.stringContaining(message),
    });
  });
});

test('everything that is wrong with the inputs is said at once', async () => {
  const wrong = { weight: '30%', app: 'Shop_1', settle: '5', context: 'prod', hold: 'soon', slo: 'key.yml', wieght: '10' };
  const { message, codes } = await refused('canary-step', { ...raise, ...wrong });
  expect(codes).toHaveLength(7);
  for (const name of ['weight', 'app', 'settle', 'context', 'hold', 'wieght']) expect(message).toContain(`Input \`${name}\``);
  expect(message).toContain('key.yml:3:5');
});
