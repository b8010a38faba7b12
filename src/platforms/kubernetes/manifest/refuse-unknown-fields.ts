import { UserError } from '../../../kernel/errors.js';
import { apiError } from '../api/api-status.js';
import type { Cluster } from '../api/cluster.js';
import { CONFIG_MAP, DEPLOYMENT, type Kind, SERVICE } from '../api/kinds.js';
import { resourcePath } from '../api/resource-path.js';
import type { Manifest } from './read-manifest.js';

interface Named {
  readonly metadata?: { readonly name?: string } | undefined;
}

/**
 * Has the API server look for fields that it does not know and values of the wrong type, as `kubectl apply` does; it would drop them without a word
 * otherwise. Creation is the request that is decoded before anything else is asked, so an object that is there already is refused only after that.
 * @param names of the Deployment and the Service that are released
 * @throws UserError with everything that the server says
 */
export async function refuseUnknownFields(
  cluster: Cluster,
  { path, deployments, configMaps, services }: Manifest,
  names: { readonly deployment: string; readonly service: string },
  signal: AbortSignal,
): Promise<void> {
  const named = <T extends Named>(objects: readonly T[], name: string) =>
    objects.filter(({ metadata }) => metadata?.name === name);
  const said = await Promise.all([
    ...named(deployments, names.deployment).map((object) => flawOf(cluster, DEPLOYMENT, object, signal)),
    ...named(services, names.service).map((object) => flawOf(cluster, SERVICE, object, signal)),
    ...configMaps.map((object) => flawOf(cluster, CONFIG_MAP, object, signal)),
  ]);
  const flaws = said.filter((flaw) => flaw !== undefined);
  if (flaws.length > 0) throw new UserError('manifest-invalid', flaws.map((flaw) => `${path}: ${flaw}`).join('\n'));
}

/** What decoding says (apimachinery `pkg/runtime/strict`, and Go's encoding/json); other refusals are not about the text of the file. */
const OF_DECODING = /strict decoding error: |cannot unmarshal |error decoding |unable to decode /;

async function flawOf<T extends Named>(
  cluster: Cluster,
  kind: Kind<T>,
  object: T,
  signal: AbortSignal,
): Promise<string | undefined> {
  const path = resourcePath(kind, cluster.namespace);
  const query = { dryRun: 'All', fieldValidation: 'Strict' };
  const answer = await cluster.request({ method: 'POST', path, query, body: object, retry: true }, signal);
  if (answer.status !== 400 && answer.status !== 422) return undefined;
  const { message } = apiError(`${kind.kind} ${object.metadata?.name}`, answer);
  return OF_DECODING.test(message) ? message : undefined;
}
