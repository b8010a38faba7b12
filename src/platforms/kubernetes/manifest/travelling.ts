import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { V1ConfigMap, V1Deployment, V1PodTemplateSpec } from '@kubernetes/client-node';
import { UserError } from '../../../kernel/errors.js';
import { apiError } from '../api/api-status.js';
import type { Cluster } from '../api/cluster.js';
import { CONFIG_MAP, DEPLOYMENT } from '../api/kinds.js';
import { resourcePath } from '../api/resource-path.js';
import { isSameVersion, RESTARTED_AT } from '../pods/pod-version.js';
import { withReleasedImage } from '../pods/released-containers.js';
import type { Manifest } from './read-manifest.js';

/** What travels with the image: the pod template that the manifest asks for, and the ConfigMaps that it changes. */
export interface Travelling {
  /** Of all that the manifest says of this version; the same file and image have the same. */
  readonly hash: string;
  /** As stable would have it, with what the API server adds. */
  readonly template: V1PodTemplateSpec;
  readonly changesTemplate: boolean;
  /** The ConfigMaps of the manifest that differ from the cluster's, under stable's names. */
  readonly configMaps: readonly TravellingConfigMap[];
}

export interface TravellingConfigMap {
  readonly name: string;
  readonly data: Pick<V1ConfigMap, 'data' | 'binaryData'>;
  /** Stable's at present; undefined when it has none. */
  readonly live: V1ConfigMap | undefined;
}

/** The Deployment of a manifest that is the app's. @throws UserError when there is none, or it is for another namespace */
export function deploymentIn({ path, deployments }: Manifest, name: string, namespace: string): V1Deployment {
  const deployment = deployments.find(({ metadata }) => metadata?.name === name);
  if (!deployment) {
    const there = deployments.map(({ metadata }) => metadata?.name).join(', ');
    throw new UserError(
      'manifest-without-app',
      `${path} has no Deployment ${name}; it has ${there}. Name it with \`deployment:\`.`,
    );
  }
  const asked = deployment.metadata?.namespace;
  if (asked !== undefined && asked !== namespace)
    throw new UserError(
      'manifest-of-other-namespace',
      `${path} is for namespace ${asked}, and this step works in ${namespace}. Set \`namespace: ${asked}\`.`,
    );
  return deployment;
}

/** The template that a manifest asks for, with the image that the step names, if it names one. */
export function templateIn(deployment: V1Deployment, container: string, image: string | undefined): V1PodTemplateSpec {
  const template = deployment.spec?.template ?? {};
  return image === undefined ? template : { ...template, spec: withReleasedImage(template, container, image) };
}

/**
 * Asks the API server what stable would be with the manifest's template, without changing it, and compares the ConfigMaps.
 * @param live the stable Deployment as it is
 * @throws UserError when the manifest can't become this Deployment
 */
export async function planTravel(
  cluster: Cluster,
  live: V1Deployment,
  manifest: Manifest,
  { container, image }: { readonly container: string; readonly image: string | undefined },
  now: string,
  signal: AbortSignal,
): Promise<Travelling> {
  const name = live.metadata?.name ?? '';
  const wanted = deploymentIn(manifest, name, cluster.namespace);
  const template = templateIn(wanted, container, image);
  refuseOtherApp(live, wanted, container, manifest.path);
  const [planned, configMaps] = await Promise.all([
    dryRunTemplate(cluster, name, template, signal),
    changedConfigMaps(cluster, manifest, signal),
  ]);
  const changesTemplate = !isSameVersion(planned, live.spec?.template ?? {});
  const restarted = { ...planned.metadata, annotations: { ...planned.metadata?.annotations, [RESTARTED_AT]: now } };
  return {
    hash: hashOf(template, manifest),
    template: changesTemplate || configMaps.length === 0 ? planned : { ...planned, metadata: restarted },
    changesTemplate,
    configMaps,
  };
}

/** Names by which a running app is told from another; a file in which they differ is of another app, or wants a step of its own. */
function refuseOtherApp(live: V1Deployment, wanted: V1Deployment, container: string, path: string): void {
  const name = live.metadata?.name;
  const [has, asks] = [live.spec?.selector.matchLabels, wanted.spec?.selector?.matchLabels];
  if (!isDeepStrictEqual(has, asks))
    throw new UserError(
      'selector-changed',
      `${path}: spec.selector of Deployment ${name} is ${JSON.stringify(asks ?? {})}, and ${JSON.stringify(has)} in the cluster, where it can't be changed. ` +
        `Put the selector back in the file. An app with another selector is another Deployment: give it a name of its own, start it beside this one, then lead the Service to it. Nothing has been changed.`,
    );
  const there = (wanted.spec?.template?.spec?.containers ?? []).map((each) => each.name);
  if (!there.includes(container))
    throw new UserError(
      'container-unknown',
      `${path}: Deployment ${name} has ${there.length === 1 ? 'the container' : 'the containers'} ${there.join(', ')}, and no ${container}, whose image is released in the cluster. ` +
        `Name it ${container} in the file, or name another with \`container:\` that both have. A container is renamed outside of a release, with \`kubectl apply\`. Nothing has been changed.`,
    );
}

/** What the template becomes by the server's defaults and admission. */
async function dryRunTemplate(
  cluster: Cluster,
  name: string,
  template: V1PodTemplateSpec,
  signal: AbortSignal,
): Promise<V1PodTemplateSpec> {
  const request = {
    method: 'PATCH',
    path: resourcePath(DEPLOYMENT, cluster.namespace, name),
    query: { dryRun: 'All' },
    contentType: 'application/json-patch+json',
    body: [{ op: 'replace', path: '/spec/template', value: template }],
    retry: true,
  } as const;
  const answer = await cluster.request(request, signal);
  if (answer.status === 200) return (JSON.parse(answer.body) as V1Deployment).spec?.template ?? {};
  const error = apiError(`PATCH ${request.path}`, answer);
  if (answer.status >= 500) throw error;
  throw new UserError('manifest-refused', `The API server refuses the manifest's Deployment: ${error.message}`, { cause: error });
}

async function changedConfigMaps(cluster: Cluster, manifest: Manifest, signal: AbortSignal): Promise<TravellingConfigMap[]> {
  const compared = await Promise.all(
    manifest.configMaps.map(async ({ metadata, data, binaryData }) => {
      const name = metadata?.name ?? '';
      const live = await cluster.read(CONFIG_MAP, name, signal);
      const content = { ...(data && { data }), ...(binaryData && { binaryData }) };
      const isSame =
        live !== undefined && isDeepStrictEqual([live.data ?? {}, live.binaryData ?? {}], [data ?? {}, binaryData ?? {}]);
      if (!isSame && live?.immutable) {
        throw new UserError(
          'config-map-immutable',
          `${manifest.path}: ConfigMap ${name} is immutable in the cluster and has other content. Give the new content a new name.`,
        );
      }
      return isSame ? [] : [{ name, data: content, live }];
    }),
  );
  return compared.flat();
}

/** The hash that a later step will find, for an app that is only just created from the manifest. */
export function hashAtFirst(
  manifest: Manifest,
  names: { readonly deployment: string; readonly namespace: string; readonly container: string | undefined },
  image: string | undefined,
): string {
  const wanted = deploymentIn(manifest, names.deployment, names.namespace);
  const [first] = wanted.spec?.template.spec?.containers ?? [];
  return hashOf(templateIn(wanted, names.container ?? first?.name ?? '', image), manifest);
}

const hashOf = (template: V1PodTemplateSpec, { configMaps }: Manifest): string =>
  createHash('sha256')
    .update(JSON.stringify([template, configMaps.map(({ metadata, data, binaryData }) => [metadata?.name, data, binaryData])]))
    .digest('hex')
    .slice(0, 16);
