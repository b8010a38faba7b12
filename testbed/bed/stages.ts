import { buildah } from '../buildah/part.js';
import { engine } from '../engine/part.js';
import { kindCluster } from '../kind/part.js';
import { metricsServer } from '../metrics-server/part.js';
import { nodePlayer } from '../node/part.js';
import { prometheus } from '../prometheus/part.js';
import { realNode } from '../real-node/part.js';
import { registry } from '../registry/part.js';
import { traefikDefinitions } from '../router/definitions.js';
import { router } from '../router/part.js';
import { apiServer, controllerManager, etcd, scheduler } from './control-plane.js';
import { gatewayDefinitions } from './gateway-crds.js';
import type { Part } from './part.js';
import type { BedPlan } from './site.js';

/**
 * The parts of a bed. A stage starts when the one before it works; the parts of a stage start together. All of them stop one by one in the
 * opposite order, so that the API server goes before etcd: a controller that outlives the API server only fills its log.
 */
export function stagesOf({ kind, engine: withEngine }: BedPlan): readonly (readonly Part[])[] {
  const definitions = [gatewayDefinitions, traefikDefinitions];
  const controllers = [controllerManager, scheduler, ...definitions];
  switch (kind) {
    case 'control-plane':
      return [withEngine ? [etcd, engine, buildah] : [etcd], [apiServer], [...controllers, nodePlayer]];
    case 'kind':
      return [[kindCluster, registry], definitions, [router, prometheus, metricsServer]];
    case 'full':
      return [[etcd, engine, buildah], [apiServer], [...controllers, realNode], [router, prometheus, metricsServer]];
  }
}

export function partsOf(plan: BedPlan): readonly Part[] {
  return stagesOf(plan).flat();
}
