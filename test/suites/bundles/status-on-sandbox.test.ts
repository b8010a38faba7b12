import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { KubeObject } from '../../../testbed/client/objects.js';
import { collections } from '../../../testbed/fixture.js';
import { grant } from '../../../testbed/grant.js';
import { type SandboxFixture, sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { image, QUICK, releaseBed } from '../cluster/release-bed.js';

jest.setTimeout(120_000);
let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

const bedOf = () => releaseBed(fixture, { route: true }, {});
const asDeployer = () => ({ env: { KUBECONFIG: fixture.bed.kubeconfigs.deployer } });

/** `npm run status`, without the compiling. */
const command = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['build/scripts/status.js', ...args, '--kubeconfig', fixture.bed.kubeconfig]);

test('an app of which nothing is on record is no failure', async () => {
  const bed = await bedOf();
  const end = await bed.step('status');
  expect(end).toMatchObject({ exitCode: 0, errors: [], outputs: { phase: 'none', 'in-flight': 'false', 'record-json': '' } });
  expect(end.outputs.next).toContain(`Nothing has been released as \`app: restaurant\` in namespace ${bed.namespace}`);
  expect(end.summary).toMatch(/^### restaurant: no release on record/);
  expect(await fixture.api.get(collections.leases(bed.namespace))).toMatchObject({ items: [] });
});

test('a release is followed from its first weight to its end, with no right but to read the Lease', async () => {
  const bed = await bedOf();
  await grant(fixture, bed.namespace, 'status');
  const look = () => bed.step('status', {}, asDeployer());
  const run = { env: { GITHUB_ACTOR: 'mei', GITHUB_SHA: 'c0ffee', GITHUB_RUN_ID: '77', GITHUB_REPOSITORY: 'shop/menu' } };
  expect(await bed.step('canary-step', { weight: '20', image: image('v2'), ...QUICK }, run)).toMatchObject({ exitCode: 0 });
  const held = await look();
  expect(held).toMatchObject({
    exitCode: 0,
    outputs: { phase: 'holding', 'in-flight': 'true', 'at-work': 'false', weight: '20', revision: image('v2'), verdict: '' },
  });
  expect(JSON.parse(held.outputs['record-json'] ?? '')).toMatchObject({ latest: { owner: { actor: 'mei', commit: 'c0ffee' } } });
  expect(held.summary).toMatch(/started by \| mei/);
  expect(held.stdout).not.toMatch(/::debug::(POST|PATCH|DELETE)/);
  const [{ stdout }, { stdout: json }] = await Promise.all([
    command('restaurant', '--namespace', bed.namespace),
    command('restaurant', '--namespace', bed.namespace, '--json'),
  ]);
  expect(stdout).toMatch(/^restaurant: holding at 20 % on record[\s\S]*What now: Go on with the next step of \S+\/77/);
  expect(JSON.parse(json)).toEqual(JSON.parse(held.outputs['record-json'] ?? ''));
  await bed.step('canary-step', { weight: '0', ...QUICK }, run);
  expect((await look()).outputs).toMatchObject({ phase: 'aborted', 'in-flight': 'false', weight: '0' });
});

test('without the right it says which one, and a record that is none is said to be that', async () => {
  const bed = await bedOf();
  const forbidden = await bed.step('status', {}, asDeployer());
  expect(forbidden.exitCode).toBe(1);
  expect(forbidden.errors.join('\n')).toMatch(
    /may not get leases in namespace \S+ \(to read the release record\)[\s\S]*verbs: \["get"\]/,
  );
  const lease = { metadata: { name: 'd9-restaurant', annotations: { 'd9.dev/release': '{"schema":1,"history":3}' } }, spec: {} };
  await fixture.api.create(collections.leases(bed.namespace), lease as KubeObject);
  const broken = await bed.step('status');
  expect(broken.exitCode).toBe(1);
  expect(broken.errors.join('\n')).toMatch(/Lease \S+\/d9-restaurant holds no valid release record: history is missing/);
});

test('the command names what it takes, and what is wrong with what it got', async () => {
  const failure = async (...args: string[]) => {
    try {
      const env = { ...process.env, KUBECONFIG: '', HOME: '/nowhere' };
      await promisify(execFile)(process.execPath, ['build/scripts/status.js', ...args], { env });
    } catch (error) {
      return error as { code: number; stderr: string };
    }
    throw new Error('it succeeded');
  };
  expect(await failure()).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^APP is missing\.\n\nnpm run --silent status -- APP/),
  });
  expect(await failure('a', 'b')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^One APP is asked about, and there are a, b\.\n/),
  });
  expect(await failure('restaurant', '--kubeconfg', 'x')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^Unknown option '--kubeconfg'\.\n\nnpm run/),
  });
  expect(await failure('restaurant')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /^--kubeconfig: there is no kubeconfig: KUBECONFIG is not set.*Say where it is with --kubeconfig FILE\. \[kubeconfig-missing\]\n$/,
    ),
  });
  expect(await failure('Menu', '--kubeconfig', '/nowhere')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /1\. APP: .*\n2\. --kubeconfig: there is no file "\/nowhere"; name one that is there\. \[kubeconfig-missing\]\n/,
    ),
  });
});
