import { object } from '../../../../kernel/schema.js';
import { needs } from '../../access/need.js';
import { POD } from '../../api/kinds.js';
import type { RouterDescription } from '../../router.js';
import { ABILITIES } from './kind.js';

/** The ratio of pods behind one Service, for clusters without a route. */
export const replicas = {
  ...ABILITIES,
  summary: 'the ratio of pods',
  noun: 'pod',
  isAutomatic: true,
  memory: object({}),
  needs: {
    release: [],
    search: [],
    vital: [needs(POD, ['list', 'watch', 'patch'], 'to see what runs, and to take pods out of the endpoints before they stop')],
    tidying: [],
    judge: [],
  },
  list: async () => [],
  choose: () => undefined,
  refuseIndivisible: () => undefined,
  remember: () => ({ kind: ABILITIES.kind }),
  named: () => undefined,
  describe: () => 'the ratio of pods, without a route',
  objects: () => [],
  load: async () => (await import('./router.js')).loaded,
} as const satisfies RouterDescription;
