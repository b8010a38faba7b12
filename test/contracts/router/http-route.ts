import type { HttpRoute } from '../../../src/platforms/kubernetes/api/http-route.js';
import { HTTP_ROUTE } from '../../../src/platforms/kubernetes/api/kinds.js';
import { backendsOf } from '../../../src/platforms/kubernetes/app/app.js';
import { httpRouteMemory } from '../../../src/platforms/kubernetes/routers/http-route/weights.js';
import type { RouterBed } from './bed.js';

export const bed: RouterBed = {
  deploy: { route: true },
  seen: (cluster, app) => cluster.read(HTTP_ROUTE, app.name, new AbortController().signal),
  memory: (app, seen) => httpRouteMemory(seen as HttpRoute, backendsOf(app)),
  forged: [{}, { route: '', rules: [] }, { route: 'menu', rules: [{ rule: 'a', weight: -1 }] }, { route: 'menu', rules: 'all' }],
};
