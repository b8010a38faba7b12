import { applyDefinitions, createUnlessThere, fetchModuleFiles, readObjects } from '../bed/definitions.js';
import { answers, untilTrue } from '../bed/health.js';
import { kubeconfigFile } from '../bed/identities.js';
import { startPart } from '../bed/processes.js';
import { run } from '../bed/run.js';
import type { Api, KubeObject } from '../client/api.js';
import type { Condition } from '../client/objects.js';
import { buildRouter, traefikModule } from './build.js';
import { routerAddress, routerAdminAddress, routerFlags } from './flags.js';
import { gateway, gatewayClass, ingressClasses, roleBinding } from './objects.js';

/** Answered with 200 by a router that works. */
export const routerHealthAddress = `${routerAdminAddress}/ping`;

/** What a bed needs on disk before its router can start. */
export interface RouterFiles {
  readonly binary: string;
  /** Custom resource definitions of Traefik's own kinds. */
  readonly definitions: readonly string[];
  /** The cluster roles that Traefik's documentation gives it. */
  readonly roles: readonly string[];
}

const kinds = ['ingressroutes', 'ingressroutetcps', 'ingressrouteudps', 'middlewares', 'middlewaretcps', 'serverstransports'];
const moreKinds = ['serverstransporttcps', 'tlsoptions', 'tlsstores', 'traefikservices'];
const roles = ['kubernetes-gateway-rbac', 'kubernetes-crd-rbac', 'kubernetes-ingress-nginx-rbac'];

/** Builds Traefik and fetches what belongs to it, once. */
export async function prepareRouter(): Promise<RouterFiles> {
  const files = { module: traefikModule(), directory: 'docs/content/reference/dynamic-configuration' };
  const definitions = [...kinds, ...moreKinds].map((plural) => `traefik.io_${plural}.yaml`);
  return {
    binary: await buildRouter(),
    definitions: await fetchModuleFiles({ ...files, names: definitions }),
    roles: await fetchModuleFiles({ ...files, names: roles.map((name) => `${name}.yml`) }),
  };
}

/**
 * Starts Traefik on 192.0.2.20:80 as the part `router` and returns when it follows the cluster. To be called inside the bed's network
 * namespace, with the API server ready and the Gateway API's definitions there.
 * @param api as the administrator
 * @throws BedError when it does not start
 */
export async function startRouter(directory: string, api: Api, files: RouterFiles): Promise<void> {
  await run('ip', ['address', 'replace', `${routerAddress}/32`, 'dev', 'lo']);
  await Promise.all([applyDefinitions(api, files.definitions), createRoles(api, files.roles), createClasses(api)]);
  // Set, the first of these variables make Traefik look for a service account's files instead of the kubeconfig.
  const environment = ['-u', 'KUBERNETES_SERVICE_HOST', `KUBECONFIG=${kubeconfigFile(directory, 'router')}`];
  const router = startPart(directory, 'router', 'env', [...environment, files.binary, ...routerFlags(directory)]);
  await untilTrue(directory, 'router', router, () => answers(routerHealthAddress));
  // It answers before it has seen the cluster; judging the Gateway is the first thing that shows that it has.
  await api.until<KubeObject>(gatewaysOf('default'), gateway.metadata.name, (seen) => isProgrammed(seen));
}

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const gatewayApi = '/apis/gateway.networking.k8s.io/v1';
const gatewaysOf = (namespace: string) => `${gatewayApi}/namespaces/${namespace}/gateways`;

/** The files bind their roles to service accounts; this router is a user. */
async function createRoles(api: Api, files: readonly string[]): Promise<void> {
  const documented = (await readObjects(files)).filter(({ kind }) => kind === 'ClusterRole');
  const creations = documented.flatMap((role) => [
    createUnlessThere(api, `${rbac}/clusterroles`, role),
    createUnlessThere(api, `${rbac}/clusterrolebindings`, roleBinding(role.metadata.name)),
  ]);
  await Promise.all(creations);
}

async function createClasses(api: Api): Promise<void> {
  await Promise.all([
    createUnlessThere(api, `${gatewayApi}/gatewayclasses`, gatewayClass),
    createUnlessThere(api, gatewaysOf('default'), gateway),
    ...ingressClasses.map((object) => createUnlessThere(api, '/apis/networking.k8s.io/v1/ingressclasses', object)),
  ]);
}

function isProgrammed(object: KubeObject | undefined): boolean {
  const conditions = (object?.status as { conditions?: Condition[] } | undefined)?.conditions ?? [];
  return conditions.some(({ type, status }) => type === 'Programmed' && status === 'True');
}
