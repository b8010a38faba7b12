import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { KubeObject } from '../../../testbed/client/objects.js';
import { type ClusterFixture, collections, rolledOut } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { image, type ReleaseBed, releaseBed } from '../cluster/release-bed.js';

jest.setTimeout(120_000);
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

const secrets = (namespace: string) => `/api/v1/namespaces/${namespace}/secrets`;
type Written = KubeObject & { readonly metadata: { readonly managedFields?: ReadonlyArray<{ readonly time: string }> } };

/** A stable whose pods read a Secret. */
async function withSecret(): Promise<ReleaseBed> {
  const bed = await releaseBed(fixture);
  const { api } = fixture;
  await api.create(secrets(bed.namespace), {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'db' },
    stringData: { password: 'hunter2' },
  } as KubeObject);
  const path = `${collections.deployments(bed.namespace)}/restaurant`;
  const env = [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }];
  await api.patch(
    path,
    { spec: { template: { spec: { containers: [{ name: 'app', env }] } } } },
    'application/strategic-merge-patch+json',
  );
  await rolledOut(api, bed.namespace, 'restaurant');
  return bed;
}

/** Times on objects are whole seconds. */
async function changeSecret({ namespace }: ReleaseBed): Promise<void> {
  const since = Math.floor(Date.now() / 1000);
  for (let written = 0, round = 0; written <= since; round++) {
    const { metadata } = await fixture.api.patch<Written>(`${secrets(namespace)}/db`, { stringData: { round: String(round) } });
    written = Math.max(...(metadata.managedFields ?? []).map(({ time }) => Date.parse(time) / 1000));
  }
}

test("a Secret that changed after stable's pods started is said before the release, and its content nowhere", async () => {
  const bed = await withSecret();
  const before = await bed.step('canary-step', { weight: '10', image: image('v2') });
  expect(before.warnings.join('\n')).not.toContain('Secret db');
  await bed.step('canary-step', { weight: '0' });
  await changeSecret(bed);
  const { exitCode, warnings, stdout } = await bed.step('canary-step', { weight: '10', image: image('v2'), 'take-over': 'true' });
  expect(exitCode).toBe(0);
  expect(warnings.join('\n')).toMatch(/Secret db was changed at \S+, after stable's pods had started/);
  expect(stdout).not.toContain('hunter2');
});
