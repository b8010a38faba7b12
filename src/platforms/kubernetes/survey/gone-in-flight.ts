import { UserError } from '../../../kernel/errors.js';
import { isInFlight, type Release } from '../../../release/record/record.js';
import type { Cluster } from '../api/cluster.js';
import { DEPLOYMENT, SERVICE } from '../api/kinds.js';
import type { AppNames } from '../app/app.js';
import { kubernetesOf } from '../memory.js';

/**
 * For a step that does not find the app while a release of it is in flight: then it was there when the release began, and to create it or to name
 * it otherwise is no advice.
 * @throws UserError naming what was deleted since, or what the release was begun with
 */
export async function refuseGoneInFlight(
  cluster: Cluster,
  names: AppNames,
  latest: Release | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (!isInFlight(latest)) return;
  const { canary, weight } = latest;
  const own = kubernetesOf(latest);
  const { deployment, service } = own;
  const given = { deployment: names.deployment ?? names.app, service: names.service ?? names.app };
  const others = (['deployment', 'service'] as const).filter((name) => given[name] !== own[name]);
  const state = `A release of ${canary.image} is in flight, with ${weight} % on the canary`;
  if (others.length > 0)
    throw new UserError(
      'release-begun-otherwise',
      `${state}: it was begun with ${others.map((name) => `${name} ${own[name]}`).join(', ')}, and this step means ${others.map((name) => `${name} ${given[name]}`).join(', ')}. ` +
        `Give it the same: ${others.map((name) => `\`${name}: ${own[name]}\``).join(', ')}. Nothing has been changed.`,
    );
  const [liveDeployment, liveServices] = await Promise.all([
    cluster.read(DEPLOYMENT, deployment, signal),
    cluster.list(SERVICE, { fields: `metadata.name=${service}` }, signal),
  ]);
  const gone = [
    ...(liveDeployment ? [] : [`Deployment ${cluster.namespace}/${deployment}`]),
    ...(liveServices.length > 0 ? [] : [`Service ${cluster.namespace}/${service}`]),
  ];
  if (gone.length === 0) return;
  throw new UserError(
    'app-deleted-meanwhile',
    `${gone.join(' and ')} ${gone.length > 1 ? 'are' : 'is'} gone, deleted since the release began. ${state}; ` +
      `${liveDeployment ? 'who calls the Service by its name gets no answer' : `stable has no pod for the other ${100 - weight} %`}. ` +
      `Create ${gone.length > 1 ? 'them' : 'it'} again first, as ${gone.length > 1 ? 'they were' : `it was (\`kubectl apply\` of its manifest${liveDeployment ? '' : `, with ${latest.stable.image}`})`}. ` +
      'Then run this step again, or the rollback action to end the release. Nothing has been changed.',
  );
}
