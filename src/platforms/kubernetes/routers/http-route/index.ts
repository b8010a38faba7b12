import { anyText, integer, list, nullable, object, text } from '../../../../kernel/schema.js';
import { needs } from '../../access/need.js';
import { BACKEND_TLS_POLICY, HTTP_ROUTE, POD } from '../../api/kinds.js';
import { backendsOf } from '../../app/app.js';
import type { RouterDescription } from '../../router.js';
import { chooseEntrance, listEntrances, refuseIndivisible } from './find-http-route.js';
import { ABILITIES, asHttpRoute } from './kind.js';
import { httpRouteMemory } from './weights.js';

/** The weights of an HTTPRoute of the Gateway API. */
export const httpRoute = {
  ...ABILITIES,
  summary: 'an HTTPRoute of the Gateway API',
  noun: 'HTTPRoute',
  isAutomatic: true,
  memory: object({
    route: text,
    // Weights as the Gateway API allows them (apis/v1/shared_types.go, BackendRef).
    rules: list(64, object({ rule: anyText, weight: nullable(integer(0, 1_000_000)) })),
  }),
  needs: {
    release: [
      needs(HTTP_ROUTE, ['get', 'list', 'watch', 'patch'], 'to split the traffic'),
      needs(BACKEND_TLS_POLICY, ['list'], "to see whether one is for stable's Service alone"),
    ],
    search: [needs(HTTP_ROUTE, ['list'], 'to see that no route leads to the Service')],
    vital: [needs(HTTP_ROUTE, ['get', 'list', 'watch', 'patch'], 'to take the canary out of the traffic')],
    tidying: [needs(POD, ['list', 'watch'], 'to see what runs')],
    judge: [needs(HTTP_ROUTE, ['get'], 'to see whether the canary still has its share')],
  },
  list: listEntrances,
  choose: chooseEntrance,
  refuseIndivisible: (app, seen) => refuseIndivisible(seen, backendsOf(app)),
  remember: (app, seen) => httpRouteMemory(seen ?? {}, backendsOf(app)),
  named: (name) => ({ kind: HTTP_ROUTE, name }),
  describe: (memory) => `HTTPRoute ${asHttpRoute(memory).route}`,
  objects: (memory) => [{ kind: HTTP_ROUTE, name: asHttpRoute(memory).route }],
  load: async () => (await import('./router.js')).loaded,
} as const satisfies RouterDescription;
