import type { V1Deployment } from '@kubernetes/client-node';
import { canaryName } from '../../../src/platforms/kubernetes/app/app.js';
import { RECORD_ANNOTATION } from '../../../src/platforms/kubernetes/ledger/lease-record.js';
import type { HttpRoute } from '../../../testbed/client/objects.js';
import { collections } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import type { PlatformApp, PlatformBed } from './bed.js';

const APP = 'restaurant';
const image = (tag: string) => `registry.test/restaurant:${tag}`;

export async function startBed(): Promise<PlatformBed> {
  const fixture = await sandboxFixture();
  const { api } = fixture;
  return {
    async createApp(): Promise<PlatformApp> {
      const namespace = await fixture.createNamespace();
      await fixture.deployRestaurant(namespace, { route: true });
      const imageOf = async (name: string) => {
        const { spec } = await api.get<V1Deployment>(`${collections.deployments(namespace)}/${name}`);
        return spec?.template.spec?.containers[0]?.image ?? '';
      };
      return {
        inputs: { app: APP, namespace, kubeconfig: fixture.bed.kubeconfig },
        quick: { settle: '0s', 'prove-timeout': '10ms', 'start-timeout': '20s' },
        versions: [image('v1'), image('v2'), image('v3')],
        release: (version) => ({ image: version }),
        async serving() {
          const { items } = await api.get<{ items: HttpRoute[] }>(collections.httpRoutes(namespace));
          const backends = items.flatMap(({ spec }) => spec.rules?.flatMap(({ backendRefs = [] }) => backendRefs) ?? []);
          const all = backends.reduce((sum, { weight = 1 }) => sum + weight, 0);
          const shares = new Map<string, number>();
          for (const { name, weight = 1 } of backends) {
            if (weight === 0) continue;
            const version = await imageOf(name);
            shares.set(version, (shares.get(version) ?? 0) + (100 * weight) / all);
          }
          return Object.fromEntries(shares);
        },
        async left() {
          const places = [collections.deployments, collections.services, collections.budgets].map((place) => place(namespace));
          const lists = await Promise.all(
            places.map((place) => api.get<{ items: Array<{ metadata: { name: string } }> }>(place)),
          );
          return lists.flatMap(({ items }) =>
            items.map(({ metadata: { name } }) => name).filter((name) => name === canaryName(APP)),
          );
        },
        async forget() {
          await api.delete(`${collections.leases(namespace)}/d9-${APP}`);
        },
        async forge(text) {
          const annotations = { [RECORD_ANNOTATION]: text };
          await api.create(collections.leases(namespace), {
            apiVersion: 'coordination.k8s.io/v1',
            kind: 'Lease',
            metadata: { name: `d9-${APP}`, annotations },
          });
        },
      };
    },
    close: () => fixture.close(),
  };
}
