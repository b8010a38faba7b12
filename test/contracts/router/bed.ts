import type { Api } from '../../../testbed/client/api.js';
import type { RestaurantOptions } from '../../../testbed/restaurant.js';

/** What the contract needs to know of a kind to try it: one file beside this one, named as the kind. */
export interface RouterBed {
  /** How the example app is deployed so that this kind splits its traffic. */
  readonly deploy: RestaurantOptions;
  /** Creates what else it takes. */
  readonly prepare?: (api: Api, namespace: string) => Promise<void>;
  /** Memories that nobody may have written: the record's schema refuses each. */
  readonly forged: readonly object[];
}
