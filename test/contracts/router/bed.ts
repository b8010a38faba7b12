import type { Cluster } from '../../../src/platforms/kubernetes/api/cluster.js';
import type { App } from '../../../src/platforms/kubernetes/app/app.js';
import type { RouterMemory } from '../../../src/platforms/kubernetes/router.js';
import type { RestaurantOptions } from '../../../testbed/restaurant.js';

/** What the contract needs to know of a kind to try it: one file beside this one, named as the kind. */
export interface RouterBed {
  /** How the example app is deployed so that this kind splits its traffic. */
  readonly deploy: RestaurantOptions;
  /** The object that splits, as it is now; undefined for a kind without one. */
  seen(cluster: Cluster, app: App): Promise<object | undefined>;
  /** What a release that begins now remembers. */
  memory(app: App, seen: object | undefined): RouterMemory;
  /** Memories that nobody may have written: the record's schema refuses each. */
  readonly forged: readonly object[];
}
