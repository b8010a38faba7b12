import { expect, test } from '@jest/globals';
import { Problems } from '../../../../../src/kernel/errors.js';
import type { App } from '../../../../../src/platforms/kubernetes/app/app.js';
import { refuseTakenNames } from '../../../../../src/platforms/kubernetes/preflight/taken-names.js';
import { StillCluster } from '../../../../actions/canary-step/still-cluster.js';
import { anySignal } from '../bed.js';

const appWith = (...names: string[]) =>
  ({ name: 'menu', namespace: 'shop', next: { configMaps: names.map((name) => ({ name, data: {} })) } }) as unknown as App;

async function problemsOf(app: App, there: readonly object[] = []): Promise<string> {
  const cluster = new StillCluster();
  cluster.objects.set('configmaps', [...there]);
  const problems = new Problems();
  await refuseTakenNames(cluster, app, [], problems, anySignal());
  return problems.texts.join('\n');
}

const ofSuite = (name: string, app: string) => ({
  metadata: { name, labels: { 'app.kubernetes.io/managed-by': 'd9-actions', 'd9.dev/app': app, 'd9.dev/release': '1' } },
});

test.each([
  ['text-canary', "the canary's copy of ConfigMap text"],
  ['text-d9-former', 'the copy of what stable had of ConfigMap text'],
])('a ConfigMap of the file that is called %s is refused beside the one that it would be the copy of', async (name, what) => {
  expect(await problemsOf(appWith('text', name))).toContain(what);
});

test("a canary's copy in another app's release is not called somebody's that may be deleted", async () => {
  const problems = await problemsOf(appWith('text'), [ofSuite('text-canary', 'drinks')]);
  expect(problems).toMatch(/in a release of app drinks, which is in flight/);
  expect(problems).not.toMatch(/rename or delete/);
});

test('what an earlier release of this app or another kept of stable is no reason to refuse', async () => {
  const kept = [ofSuite('text-d9-former', 'menu'), ofSuite('drinks-d9-former', 'drinks'), ofSuite('text-canary', 'menu')];
  expect(await problemsOf(appWith('text', 'drinks'), kept)).toBe('');
});
