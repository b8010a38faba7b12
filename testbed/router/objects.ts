import type { KubeObject } from '../client/api.js';
import { classes } from './flags.js';

export const gatewayClass: KubeObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'GatewayClass',
  metadata: { name: classes.gateway },
  spec: { controllerName: 'traefik.io/gateway-controller' },
};

/** One for the whole bed: routes of every namespace may name it, and are told apart by their hostnames. */
export const gateway: KubeObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'public', namespace: 'default' },
  spec: {
    gatewayClassName: classes.gateway,
    // Traefik takes the listener's port for that of an entry point.
    listeners: [{ name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } }],
  },
};

const ingressClass = (name: string, controller: string): KubeObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name },
  spec: { controller },
});

export const ingressClasses = [
  ingressClass(classes.ingress, 'traefik.io/ingress-controller'),
  ingressClass(classes.ingressNginx, 'k8s.io/ingress-nginx'),
];

/** Gives a role to the identity `router`. */
export function roleBinding(role: string): KubeObject {
  const apiGroup = 'rbac.authorization.k8s.io';
  const binding = {
    apiVersion: `${apiGroup}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: role },
    roleRef: { apiGroup, kind: 'ClusterRole', name: role },
    subjects: [{ apiGroup, kind: 'User', name: 'testbed:router' }],
  };
  return binding;
}
