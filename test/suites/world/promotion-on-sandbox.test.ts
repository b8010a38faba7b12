import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { collections } from '../../../testbed/fixture.js';
import { restaurantRoute } from '../../../testbed/restaurant.js';
import { type SandboxFixture, sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { image, onceStdout, type ReleaseBed, releaseBed } from '../cluster/release-bed.js';

/** What happens to a version, or to stable, between the judgement and the promotion. */
jest.setTimeout(240_000);
let fixture: SandboxFixture;
let registry: Registry;
beforeAll(async () => {
  fixture = await sandboxFixture();
  registry = await startRegistry();
});
afterAll(async () => {
  registry.close();
  await fixture.close();
});

interface Registry {
  readonly repository: string;
  /** Lets a tag lead to an image of this version. @returns its digest */
  push(tag: string, version: string): string;
  close(): void;
}

/** As much of a registry as the node of the sandbox asks for: https://github.com/opencontainers/distribution-spec. */
async function startRegistry(): Promise<Registry> {
  const blobs = new Map<string, string>();
  const tags = new Map<string, string>();
  const put = (content: string) => {
    const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
    blobs.set(digest, content);
    return { digest, size: content.length };
  };
  const server = http.createServer((request, response) => {
    const [, kind, reference = ''] = /\/(manifests|blobs)\/(.+)$/.exec(request.url ?? '') ?? [];
    const digest = tags.get(reference) ?? reference;
    const body = blobs.get(digest);
    const isManifest = kind === 'manifests';
    response.writeHead(body === undefined ? 404 : 200, {
      'docker-content-digest': digest,
      'content-type': isManifest ? MANIFEST : 'application/octet-stream',
    });
    response.end(body ?? '{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    repository: `127.0.0.1:${(server.address() as AddressInfo).port}/restaurant`,
    push: (tag, version) => {
      const labels = { 'org.opencontainers.image.version': version };
      const config = put(JSON.stringify({ config: { Labels: labels }, architecture: 'amd64', os: 'linux' }));
      const manifest = {
        schemaVersion: 2,
        mediaType: MANIFEST,
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
        layers: [],
      };
      const { digest } = put(JSON.stringify(manifest));
      tags.set(tag, digest);
      return digest;
    },
    close: () => server.close(),
  };
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const SLO = `objectives:
  - name: errors
    ratio: { bad: 'http_requests_total{status=~"5.."}', total: http_requests_total }
    max: 1%
warm-up: 0s
`;
const QUICK = { settle: '300ms', 'prove-timeout': '3s' };

async function servesOnly(bed: ReleaseBed, stable: string) {
  expect([await bed.stableImage(), await bed.canaryWeight(), await bed.leftovers()]).toEqual([stable, 0, []]);
}

test.each(['50', '100'])('a tag that is pushed anew after the first pods came is found at %s %, and put back', async (weight) => {
  const tag = `v2-${weight}`;
  registry.push('v1', 'v1');
  registry.push(tag, 'v2');
  const stable = `${registry.repository}:v1`;
  const bed = await releaseBed(fixture, { route: true, image: stable, replicas: 4 }, QUICK);
  await bed.step('canary-step', { weight: '25', image: `${registry.repository}:${tag}` });
  registry.push(tag, 'v2-moved');
  const step = await bed.step('canary-step', { weight });
  expect([step.exitCode, step.errors.join()]).toEqual([
    1,
    expect.stringMatching(/leads to another image than when the canary began: its pods run sha256:\w+ and sha256:\w+/),
  ]);
  await servesOnly(bed, stable);
});

test.each(['50', '100'])('so it is at %s %% where the only pod that ran the first image is gone by then', async (weight) => {
  const tag = `v2-evicted-${weight}`;
  registry.push('v1', 'v1');
  registry.push(tag, 'v2');
  const stable = `${registry.repository}:v1`;
  const bed = await releaseBed(fixture, { route: true, image: stable }, QUICK);
  await bed.step('canary-step', { weight: '25', image: `${registry.repository}:${tag}` });
  registry.push(tag, 'v2-moved');
  const pods = `/api/v1/namespaces/${bed.namespace}/pods`;
  const { items } = await fixture.api.get<{ items: Array<{ metadata: { name: string } }> }>(pods);
  const canary = items.filter(({ metadata }) => metadata.name.startsWith('restaurant-canary'));
  for (const { metadata } of canary) await fixture.api.delete(`${pods}/${metadata.name}`);
  const step = await bed.step('canary-step', { weight, image: `${registry.repository}:${tag}` });
  expect([step.exitCode, step.errors.join()]).toEqual([
    1,
    expect.stringMatching(/leads to another image than when the canary began: its first pods ran sha256:\w+/),
  ]);
  await servesOnly(bed, stable);
});

test('a webhook that makes another build of the digest that was asked for is named before anything is promoted', async () => {
  registry.push('v1', 'v1');
  const asked = `${registry.repository}@${registry.push('v2-digest', 'v2')}`;
  registry.push('stale', 'v2-stale');
  const bed = await releaseBed(fixture, 'empty', QUICK);
  const rewrite = (given: string) => (given.includes('@') ? `${registry.repository}:stale` : given);
  fixture.rewriteImages({ kind: 'pods', namespace: bed.namespace, rewrite });
  await fixture.deployRestaurant(bed.namespace, { route: true, image: `${registry.repository}:v1`, replicas: 1 });
  const step = await bed.step('canary-step', { weight: '25', image: asked });
  expect(step.warnings.join()).toMatch(
    /Pod restaurant-canary-\S+ names \S+:stale and runs \S+, and not \S+@sha256:\w+: a webhook/,
  );
  fixture.rewriteImages({ kind: 'pods', namespace: bed.namespace, rewrite: (given) => given });
});

test('a gate is not passed over because a route came after a release that began without one', async () => {
  const bed = await releaseBed(fixture, { route: false }, QUICK);
  await bed.step('canary-step', { weight: '25', image: image('v2'), 'prove-timeout': '1s' });
  await fixture.api.create(collections.httpRoutes(bed.namespace), restaurantRoute);
  writeFileSync(join(fixture.bed.directory, 'slo.yml'), SLO);
  const step = await bed.step('canary-step', { weight: '100', slo: 'slo.yml', hold: '10s' }, { cwd: fixture.bed.directory });
  expect([step.exitCode, step.errors.join()]).toEqual([1, expect.stringContaining('which it never has without a route')]);
  expect((await bed.record())?.phase).toBe('holding');
});

test('stable that is scaled to 0 while the canary has all traffic gets none back before it can answer', async () => {
  const bed = await releaseBed(fixture, { route: true }, QUICK);
  const load = await fixture.startLoad(bed.namespace, { rps: 40, route: 'restaurant' });
  const path = `${collections.deployments(bed.namespace)}/restaurant`;
  const scale = () => void fixture.api.patch(path, { spec: { replicas: 0 } }, 'application/merge-patch+json');
  const step = await bed.step(
    'canary-step',
    { weight: '100', image: image('v2') },
    onceStdout(/Promote: stable gets the new version/, scale),
  );
  expect([step.exitCode, step.errors.join()]).toEqual([1, expect.stringContaining('take more of the traffic')]);
  expect((await load.stop()).notOk).toEqual([]);
  await servesOnly(bed, image('v1'));
});
