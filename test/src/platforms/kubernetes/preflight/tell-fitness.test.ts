import { expect, test } from '@jest/globals';
import type { HttpRoute } from '../../../../../src/platforms/kubernetes/api/http-route.js';
import type { App } from '../../../../../src/platforms/kubernetes/app/app.js';
import { tellFitness } from '../../../../../src/platforms/kubernetes/preflight/tell-fitness.js';
import { loaded as httpRoute } from '../../../../../src/platforms/kubernetes/routers/http-route/router.js';
import { loaded as replicas } from '../../../../../src/platforms/kubernetes/routers/replicas/router.js';
import { type AppParts, someApp } from '../app/apps.js';

const leading = (port: number): HttpRoute => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'public', namespace: 'shop' },
  spec: { rules: [{ backendRefs: [{ name: 'restaurant', port }] }] },
});

/** Of the app, and of what splits its traffic. */
function oddities(app: App, route: HttpRoute | undefined, image: string | undefined): string[] {
  const warnings: string[] = [];
  tellFitness(app, image, { warning: (text) => void warnings.push(text) });
  return [...warnings, ...(route ? httpRoute : replicas).oddities(app, route)];
}

function told(parts: AppParts, { image = 'restaurant:2', route }: { image?: string; route?: HttpRoute } = {}): string {
  return oddities(someApp(parts), route, image).join('\n');
}
const container = { name: 'app', image: 'restaurant:1' };

test('nothing is odd about a usual app, whichever registry its next image comes from', () => {
  expect(told({})).toBe('');
  expect(told({}, { image: 'mirror.example:5000/hub/restaurant@sha256:abc', route: leading(80) })).toBe('');
});

test('the image of another app is told', () => {
  expect(told({}, { image: 'ghcr.io/shop/menu:2' })).toMatch(
    /Container app of Deployment restaurant runs restaurant:1, and ghcr\.io\/shop\/menu:2 is of another name/,
  );
});

test('ports that lead nowhere are told: by name to no container, and by the route to none of the Service', () => {
  const app = someApp({ podSpec: { containers: [{ ...container, ports: [{ name: 'web', containerPort: 8080 }] }] } });
  const ports = [{ name: 'http', port: 8000, targetPort: 'http' }];
  const service = { ...app.service, spec: { ...app.service.spec, ports } };
  expect(oddities({ ...app, service }, leading(80), undefined)).toEqual([
    expect.stringMatching(/leads port 8000 to `http`, and no container has a port of that name \(there are web\)/),
    expect.stringMatching(/HTTPRoute shop\/public leads to port 80 of Service restaurant, which has 8000/),
  ]);
});

test('clients that stay on a pod are told where the ratio of pods is the split, and not beside a route', () => {
  const parts: AppParts = { serviceSpec: { sessionAffinity: 'ClientIP' } };
  expect(told(parts)).toContain('splits client addresses and not requests');
  expect(told(parts, { route: leading(80) })).toBe('');
});

test('what two versions can not both have is told: a volume, a port of the node, the node', () => {
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'velo-data' } }];
  const ports = [{ containerPort: 8080, hostPort: 8080 }];
  const text = told({ podSpec: { containers: [{ ...container, ports }], volumes, hostNetwork: true, nodeName: 'node-0' } });
  expect(text).toMatch(/mount velo-data as stable's do/);
  expect(text).toMatch(/have hostPort 8080 and hostNetwork and nodeName node-0/);
});
