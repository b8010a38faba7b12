import { createUnlessThere, readObjects } from '../bed/definitions.js';
import { answers, untilTrue } from '../bed/health.js';
import { kubeconfigFile } from '../bed/identities.js';
import { gatewayAddress } from '../bed/network.js';
import type { Part } from '../bed/part.js';
import { startPart } from '../bed/processes.js';
import { run } from '../bed/run.js';
import { Api, type KubeObject } from '../client/api.js';
import type { Condition } from '../client/objects.js';
import { buildRouter } from './build.js';
import { documented } from './definitions.js';
import { routerAdminAddress, routerFlags } from './flags.js';
import { gateway, gatewayClass, ingressClasses, roleBinding } from './objects.js';

const roles = ['kubernetes-gateway-rbac', 'kubernetes-crd-rbac', 'kubernetes-ingress-nginx-rbac'];
const fetchRoles = () => documented(roles.map((role) => `${role}.yml`));

const name = 'router';
const isHealthy = () => answers(`${routerAdminAddress}/ping`);

/** Traefik on 192.0.2.20:80. The definitions of all kinds that it follows have to be there when it starts. */
export const router: Part = {
  name,
  prepare: () => Promise.all([buildRouter(), fetchRoles()]),
  async start({ directory }) {
    await run('ip', ['address', 'replace', `${gatewayAddress}/32`, 'dev', 'lo']);
    const api = new Api(kubeconfigFile(directory, 'admin'));
    await Promise.all([createRoles(api), createClasses(api)]);
    // Set, the first of these variables makes Traefik look for a service account's files instead of the kubeconfig.
    const environment = ['-u', 'KUBERNETES_SERVICE_HOST', `KUBECONFIG=${kubeconfigFile(directory, 'router')}`];
    const started = startPart(directory, name, 'env', [...environment, await buildRouter(), ...routerFlags(directory)]);
    await untilTrue(directory, name, started, isHealthy);
    // It answers before it has seen the cluster; that it judges the Gateway shows that it has.
    await api.until<KubeObject>(gatewaysOf('default'), gateway.metadata.name, isProgrammed);
    api.close();
  },
  isHealthy,
  describe: () => ({ gateway: `http://${gatewayAddress}` }),
};

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const gatewayApi = '/apis/gateway.networking.k8s.io/v1';
const gatewaysOf = (namespace: string) => `${gatewayApi}/namespaces/${namespace}/gateways`;

/** The files bind their roles to service accounts; this router is a user. */
async function createRoles(api: Api): Promise<void> {
  const clusterRoles = (await readObjects(await fetchRoles())).filter(({ kind }) => kind === 'ClusterRole');
  const creations = clusterRoles.flatMap((role) => [
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
