import { anyText, flag, integer, list, nullable, object, text } from '../../../../kernel/schema.js';
import { needs } from '../../access/need.js';
import { POD } from '../../api/kinds.js';
import type { RouterDescription } from '../../router.js';
import { chooseEntrance, listEntrances, nameIn, refuseIndivisible, rememberService } from './find.js';
import { ABILITIES } from './kind.js';
import { INGRESS_ROUTE, TRAEFIK_SERVICE } from './objects.js';

/** The weights of a TraefikService. */
export const traefik = {
  ...ABILITIES,
  summary: 'a TraefikService',
  noun: 'TraefikService',
  isAutomatic: false,
  memory: object({
    service: text,
    children: list(64, object({ child: anyText, weight: nullable(integer(0, Number.MAX_SAFE_INTEGER)) })),
    nativeLB: nullable(flag),
  }),
  needs: {
    release: [
      needs(TRAEFIK_SERVICE, ['get', 'list', 'patch'], 'to split the traffic'),
      needs(INGRESS_ROUTE, ['list'], 'to see what leads to the app past the split'),
    ],
    search: [],
    vital: [needs(TRAEFIK_SERVICE, ['get', 'list', 'patch'], 'to take the canary out of the traffic')],
    tidying: [needs(POD, ['list', 'watch'], 'to see what runs')],
    judge: [needs(TRAEFIK_SERVICE, ['get'], 'to see whether the canary still has its share')],
  },
  list: listEntrances,
  choose: chooseEntrance,
  refuseIndivisible,
  remember: rememberService,
  named: (name) => ({ kind: TRAEFIK_SERVICE, name }),
  describe: (memory) => `TraefikService ${nameIn(memory)}`,
  objects: (memory) => [{ kind: TRAEFIK_SERVICE, name: nameIn(memory) }],
  load: async () => (await import('./router.js')).loaded,
} as const satisfies RouterDescription;
