import { UserError } from '../../../kernel/errors.js';
import { isInFlight, type ReleaseRecord } from '../../../release/record/record.js';
import type { Cluster } from '../api/cluster.js';
import { type App, canaryName } from '../app/app.js';
import { RELEASE_LABEL } from '../canary-objects/canary-objects.js';
import { leaseName } from '../ledger/lease-record.js';
import { findTraces } from './undo-unrecorded.js';

/**
 * For a step that finds no release in flight to go on with: a Lease can be deleted while half of the traffic goes to its canary.
 * @throws UserError naming what stands there without a record, and the way out
 */
export async function refuseLostRecord(
  cluster: Cluster,
  { name, namespace }: App,
  { latest }: ReleaseRecord,
  signal: AbortSignal,
): Promise<void> {
  if (isInFlight(latest)) return;
  const traces = await findTraces(cluster, name, signal);
  const objects = [traces?.deployment, traces?.service].filter((object) => object !== undefined);
  // What a release that is over could not remove has its record.
  if (!traces || !objects.some(({ metadata }) => metadata?.labels?.[RELEASE_LABEL] !== latest?.id)) return;
  const kinds = [...(traces.deployment ? ['Deployment'] : []), ...(traces.service ? ['Service'] : [])];
  const [route] = traces.routes;
  const share = route ? ` ${route.name} gives it ${route.percent} %.` : '';
  throw new UserError('record-lost', describeLost(namespace, name, kinds, share));
}

/** @param share what it gets of the traffic, as a sentence after a blank, where that is known */
export const describeLost = (namespace: string, app: string, kinds: readonly string[], share = ''): string =>
  `${kinds.join(' and ')} ${namespace}/${canaryName(app)} ${kinds.length > 1 ? 'were' : 'was'} left by a release of this suite whose record is gone (Lease ${leaseName(app)}).${share} ` +
  'Run the rollback action with `scope: any`: it takes the canary out of the traffic and removes it. Then begin the release anew, with its `image`.';
