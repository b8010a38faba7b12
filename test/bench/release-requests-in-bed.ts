import { connectBed } from '../../testbed/fixture.js';
import { image, releaseBed } from '../suites/cluster/release-bed.js';
import { fillNamespace } from './crowded-namespace.js';
import { measuredStep } from './measured-step.js';
import { absolute, median, type Row } from './row.js';

/** Five releases of three replicas at 200 rps, from the first request of `weight: 10` to its proof. */
const RUNS = 5;
const CROWD = 5000;
const fixture = connectBed();
const counts: number[] = [];
for (let run = 0; run < RUNS; run += 1) {
  const bed = await releaseBed(fixture);
  const load = await fixture.startLoad(bed.namespace, { rps: 200, route: 'restaurant' });
  const end = await bed.step('canary-step', { weight: '10', image: image('v2'), 'prove-timeout': '30s' });
  await load.stop();
  if (end.exitCode !== 0 || end.outputs['weight-proven'] !== 'true') throw new Error(`The raise did not succeed:\n${end.stdout}`);
  counts.push(countedRequests(end.stdout));
}
const rows = [absolute('release/api-requests-per-raise', median(counts), 'requests', 30), ...(await memoryInACrowd())];
await fixture.close();
console.log(JSON.stringify(rows));

/** Each action in a namespace with 5 000 pods of others. */
async function memoryInACrowd(): Promise<Row[]> {
  const bed = await releaseBed(fixture);
  await fillNamespace(bed, CROWD);
  const steps = [
    ['canary-step-10', 'canary-step', { weight: '10', image: image('v2') }],
    ['verify-slo', 'verify-slo', { hold: '60s' }],
    ['canary-step-100', 'canary-step', { weight: '100' }],
    ['rollback', 'rollback', {}],
  ] as const;
  const load = await fixture.startLoad(bed.namespace, { rps: 200, route: 'restaurant' });
  const measured: Row[] = [];
  for (const [name, action, inputs] of steps) {
    const { rssMb } = await measuredStep(bed, action, inputs);
    measured.push(absolute(`release/memory-beside-${CROWD}-pods/${name}`, Math.round(rssMb), 'MiB', 120));
  }
  await load.stop();
  return measured;
}

/** The requests that the bundle names in its debug log, without watches and renewals of the lock. */
function countedRequests(stdout: string): number {
  const requests = stdout.split('\n').filter((line) => /^::debug::(GET|POST|PUT|PATCH|DELETE) \//.test(line));
  return requests.filter((line) => !/[?&]watch=/.test(line) && !/renewal/.test(line)).length;
}
