import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildGoProgram } from '../../testbed/bed/go-program.js';
import { clusterModule } from '../../testbed/bed/places.js';
import type { Fixture } from '../../testbed/fixture.js';
import { labelsOf, restaurantDeployment, service } from '../../testbed/restaurant.js';
import { pushVersion, trafficBed } from '../suites/e2e/traffic-bed.js';
import { cpuMs } from './cpu-time.js';

/** kubectl by itself, as users have it: the bed's own is one binary with all of Kubernetes, which takes longer to start. */
export const buildKubectl = (): Promise<string> =>
  buildGoProgram({ name: 'kubectl', module: clusterModule, package: 'k8s.io/kubernetes/cmd/kubectl' });

/**
 * Gives a canary 10 % as somebody does by hand: `apply` of its Deployment and Service, `rollout status`, `patch` of the route. Nothing is settled,
 * proven or recorded.
 * @returns CPU time of the three processes together, in milliseconds
 */
export async function raiseByKubectl(fixture: Fixture, kubectl: string): Promise<number> {
  const bed = await trafficBed(fixture);
  const image = await pushVersion(fixture, 'v2');
  const folder = mkdtempSync(join(tmpdir(), 'd9-kubectl-'));
  const name = 'restaurant-canary';
  const objects = [restaurantDeployment({ name, replicas: 1, image }), service(name, labelsOf(name))];
  const file = join(folder, 'canary.json');
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  const backends = [
    { name: 'restaurant', port: 80, weight: 90 },
    { name, port: 80, weight: 10 },
  ];
  const rules = JSON.stringify([{ op: 'replace', path: '/spec/rules/0/backendRefs', value: backends }]);
  const run = (...args: string[]) =>
    cpuMs(kubectl, ['--namespace', bed.namespace, '--kubeconfig', fixture.bed.kubeconfig, ...args], { HOME: folder });
  try {
    const applied = await run('apply', '--filename', file);
    const waited = await run('rollout', 'status', `deployment/${name}`, '--timeout=120s');
    const patched = await run('patch', 'httproute', 'restaurant', '--type=json', '--patch', rules);
    if ((await bed.canaryWeight()) !== 10) throw new Error('kubectl did not raise the canary');
    return applied + waited + patched;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
