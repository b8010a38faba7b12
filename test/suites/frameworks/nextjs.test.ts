import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { ClusterFixture } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import type { ReleaseBed } from '../cluster/release-bed.js';
import { frameworkBed } from './framework-bed.js';
import { frameworks, imageOf, NEXTJS_PORT } from './run-app.js';

/** A restaurant's Next.js app as it is run: standalone, port 3000, one label, an image by tag, a Secret in its environment, three replicas. */
jest.setTimeout(240_000);
let fixture: ClusterFixture & { readonly podPort: number };
beforeAll(async () => {
  fixture = await sandboxFixture({ runProgram: await frameworks(['nextjs']) });
}, 900_000);
afterAll(() => fixture.close());

const SLO = `objectives:
  - name: errors
    ratio: { bad: 'http_requests_total{status_code=~"5.."}', total: http_requests_total }
    max: 1%
    rule-out: 20%
warm-up: 0s
`;
const DATABASE = { name: 'DATABASE_URL', valueFrom: { secretKeyRef: { name: 'restaurant-db', key: 'url' } } };
const usual = { settle: '500ms', 'prove-timeout': '20s', 'metrics-path': '/api/metrics' };

async function openBed(hasRoute: boolean): Promise<ReleaseBed> {
  writeFileSync(join(fixture.bed.directory, 'next.yml'), SLO);
  const app = { app: 'nextjs', health: '/api/ready', replicas: 3, port: NEXTJS_PORT, env: [DATABASE], hasRoute } as const;
  return frameworkBed(fixture, fixture.podPort, app, usual);
}
const gate = { slo: 'next.yml', hold: '40s' };
const at = () => ({ cwd: fixture.bed.directory });

describe.each([
  ['with a route', true],
  ['without a route', false],
])('%s', (_, hasRoute) => {
  const target = hasRoute ? { route: 'restaurant' } : { service: 'restaurant' };

  test('it is released in stages, and rolled back', async () => {
    const bed = await openBed(hasRoute);
    const load = await fixture.startLoad(bed.namespace, { rps: 80, ...target });
    const step = (weight: number) =>
      bed.step('canary-step', { ...gate, weight: String(weight), image: imageOf('nextjs', 'v2') }, at());
    for (const weight of [10, 30])
      expect(await step(weight)).toMatchObject({ exitCode: 0, errors: [], outputs: { verdict: 'pass', phase: 'holding' } });
    const promoted = await bed.step('canary-step', { weight: '100' }, at());
    expect(promoted).toMatchObject({ exitCode: 0, errors: [], outputs: { phase: 'promoted' } });
    expect(await bed.stableImage()).toBe(imageOf('nextjs', 'v2'));
    const back = await bed.step('rollback', {}, at());
    expect(back).toMatchObject({ exitCode: 0, errors: [], outputs: { phase: 'rolled-back' } });
    expect([await bed.stableImage(), await bed.leftovers()]).toEqual([imageOf('nextjs', 'v1'), []]);
    expect((await load.stop()).notOk.filter(({ verdict }) => verdict === 'lost')).toEqual([]);
  });

  test('a version that breaches is put back', async () => {
    const bed = await openBed(hasRoute);
    const load = await fixture.startLoad(bed.namespace, { rps: 80, ...target });
    const step = await bed.step('canary-step', { ...gate, weight: '30', image: imageOf('nextjs', 'v2-errors-40') }, at());
    await load.stop();
    expect(step).toMatchObject({ exitCode: 1, outputs: { verdict: 'fail', phase: 'aborted', weight: '0' } });
    expect([await bed.stableImage(), await bed.leftovers()]).toEqual([imageOf('nextjs', 'v1'), []]);
  });
});
