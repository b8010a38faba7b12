import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { ClusterFixture } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { image, type ReleaseBed, releaseBed } from '../cluster/release-bed.js';
import { withoutRenewals } from './lock-renewals.js';

jest.setTimeout(120_000);
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

const FINISHED = /^::debug::(GET|POST|PATCH|DELETE) (\S+?)(?:[? ].*)?: (\d{3}) after/;

/**
 * What a step asked the API server, in order. Changes stand as they came; what the server refused (a conflict) is asked again and counts once.
 * What is read between two changes stands together, sorted, because it goes out side by side. Left out are watches,
 * renewals of the lock, and looks at the pods and their metrics, which come at times of their own.
 */
async function requests(bed: ReleaseBed, action: string, inputs: Record<string, string> = {}): Promise<string[]> {
  const { stdout } = await bed.step(action, inputs);
  const asked: string[] = [];
  let reads = new Set<string>();
  const closeReads = () => {
    if (reads.size > 0) asked.push(`read ${[...reads].sort().join(' ')}`);
    reads = new Set();
  };
  for (const [, method = '', path = '', status = ''] of finished(stdout)) {
    const name = shortened(path, bed.namespace);
    if (method === 'GET' && BY_THE_CLOCK.includes(name)) continue;
    // Asks what is allowed, and changes nothing.
    if (method === 'GET' || name === 'selfsubjectrulesreviews') reads.add(name);
    else if (status.startsWith('2')) {
      closeReads();
      asked.push(`${method} ${name}`);
    }
  }
  closeReads();
  return asked;
}

const finished = (stdout: string): string[][] =>
  withoutRenewals(stdout.split('\n')).flatMap((line) => {
    const match = FINISHED.exec(line);
    return match ? [[...match]] : [];
  });

/** Pods, their list and their metrics are one thing. */
const shortened = (path: string, namespace: string): string =>
  path
    .replace(/^\/apis?\/.*\/namespaces\//, '')
    .replace(/^\/apis\/[^/]+\/[^/]+\//, '')
    .replace(`${namespace}/`, '')
    .replace(/^pods\b.*/, 'pods');

/** Pods and whose they are: the figures of a release ask for them as often as time goes by. */
const BY_THE_CLOCK = ['pods', 'replicasets', 'deployments/restaurant-canary', 'events'];
const found = 'read deployments/restaurant httproutes leases/d9-restaurant selfsubjectrulesreviews services';
/** What an undo goes by: no more than the record names. */
const seen = 'read deployments/restaurant leases/d9-restaurant selfsubjectrulesreviews services';
const withOtherNames = (reads: string): string =>
  reads.replace('read deployments/', 'read deployments deployments/').replace(' leases/', ' leases leases/');
const record = 'PATCH leases/d9-restaurant';
const route = 'PATCH httproutes/restaurant';
const stable = 'PATCH deployments/restaurant';

test('a step reads all it needs before its first change, announces each change in the record, and asks for nothing twice', async () => {
  const bed = await releaseBed(fixture);
  // Without a release on record it looks whether a canary is left whose record was lost, behind any kind of router, or whether there is one under another name.
  const lost = `${withOtherNames(found)} traefikservices`;
  expect(await requests(bed, 'rollback')).toEqual([lost]);
  expect(await requests(bed, 'verify-slo', { hold: '1s' })).toEqual([lost]);

  expect(await requests(bed, 'canary-step', { weight: '10', image: image('v2') })).toEqual([
    'read /apis backendtlspolicies deployments deployments/restaurant horizontalpodautoscalers httproutes ingresses leases leases/d9-restaurant ' +
      'networkpolicies poddisruptionbudgets selfsubjectrulesreviews services',
    // On record it looks once more whether a second name has begun at the same moment.
    ...['POST leases', record, 'read leases', record],
    // What the API server made of the canary is known when it has answered.
    ...['POST deployments', 'POST services', record, route, route],
    ...[record, record],
  ]);
  expect(await requests(bed, 'verify-slo', { hold: '1s', 'on-breach': 'fail' })).toEqual([
    'read deployments/restaurant httproutes/restaurant leases/d9-restaurant selfsubjectrulesreviews services',
    ...[record, record, record],
    'read httproutes/restaurant',
  ]);
  expect(await requests(bed, 'canary-step', { weight: '100' })).toEqual([
    found,
    ...[record, record],
    ...['PATCH deployments/restaurant-canary', 'read services/restaurant-canary', route],
    // Whether its new pods are of the image that was judged, and there at all.
    ...[record, 'read deployments/restaurant', stable, 'read deployments/restaurant endpointslices'],
    // Stable is looked at before it gets more.
    ...[record, 'read deployments/restaurant', route, record, 'read deployments/restaurant', route],
    ...[record, 'read httproutes/restaurant', route, 'read httproutes/restaurant', route],
    ...['read deployments', 'DELETE deployments/restaurant-canary', 'read services', 'DELETE services/restaurant-canary'],
    ...['read deployments/restaurant', stable],
    // Nobody has changed stable while its end was written.
    ...['read deployments/restaurant', record, 'read deployments/restaurant', record],
  ]);
  expect(await requests(bed, 'rollback')).toEqual([
    seen,
    ...[record, 'read deployments/restaurant', record, 'read deployments/restaurant', stable],
    ...['read deployments/restaurant httproutes/restaurant', stable, record],
    ...['read deployments/restaurant', record],
  ]);
});
