import { collections } from '../../../testbed/fixture.js';
import type { RouterBed } from './bed.js';

const apiVersion = 'traefik.io/v1alpha1';
const metadata = { name: 'restaurant' };

export const bed: RouterBed = {
  deploy: {},
  prepare: async (api, namespace) => {
    await api.create(collections.traefikServices(namespace), {
      apiVersion,
      kind: 'TraefikService',
      metadata,
      // Without a record nobody could tell a weight that was left out from a weight of 1.
      spec: { weighted: { services: [{ name: 'restaurant', port: 80, weight: 1 }] } },
    });
    await api.create(collections.ingressRoutes(namespace), {
      apiVersion,
      kind: 'IngressRoute',
      metadata: { name: 'public' },
      spec: {
        routes: [{ kind: 'Rule', match: 'Host(`shop.test`)', services: [{ kind: 'TraefikService', name: 'restaurant' }] }],
      },
    });
  },
  forged: [
    {},
    { service: '' },
    { service: 'menu', children: 'all', nativeLB: null },
    { service: 'menu', children: [], nativeLB: 1 },
  ],
};
