import { expect, test } from '@jest/globals';
import { contentHash } from '../../../../../src/platforms/kubernetes/canary-objects/canary-config.js';
import { tellLeftConfig } from '../../../../../src/platforms/kubernetes/config-maps/config.js';
import { StillCluster } from '../../../../actions/canary-step/still-cluster.js';
import { someRelease } from '../../../release/releases.js';
import { anySignal, RecordingLog } from '../bed.js';

const after = contentHash({ data: { text: 'pasta' } });
const release = someRelease({
  manifest: { hash: '', configMaps: ['menu'], contents: [{ name: 'menu', before: 'soup', after }] },
});

async function said(read: StillCluster['read']): Promise<string> {
  const cluster = new StillCluster();
  cluster.read = read;
  const log = new RecordingLog();
  await tellLeftConfig({ cluster, log, held: { signal: anySignal() } as never }, release);
  return JSON.stringify(log);
}

test('a rollback by name that may not look at ConfigMaps has worked all the same, and says what it does not know', async () => {
  expect(await said(() => Promise.reject(new Error('forbidden')))).toMatch(/could not be looked at: Error: forbidden/);
});

test('what the promoted release put there is said', async () => {
  const there = (() => Promise.resolve({ metadata: { name: 'menu' }, data: { text: 'pasta' } })) as StillCluster['read'];
  expect(await said(there)).toContain('still holds what the promoted release brought');
});
