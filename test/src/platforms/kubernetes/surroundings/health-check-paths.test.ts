import { expect, test } from '@jest/globals';
import type { V1Ingress, V1Service } from '@kubernetes/client-node';
import {
  serviceCheckPaths,
  surroundingCheckPaths,
} from '../../../../../src/platforms/kubernetes/surroundings/health-check-paths.js';

test.each<[string, string, string, readonly string[]]>([
  ['AWS', 'alb.ingress.kubernetes.io/healthcheck-path', '/lb', ['/lb']],
  ['AWS, a network load balancer', 'service.beta.kubernetes.io/aws-load-balancer-healthcheck-path', '/lb', ['/lb']],
  ['Azure', 'service.beta.kubernetes.io/azure-load-balancer-health-probe-request-path', '/lb', ['/lb']],
  ['Azure, of one port', 'service.beta.kubernetes.io/port_80_health-probe_request-path', '/lb', ['/lb']],
  ['Alibaba Cloud', 'service.beta.kubernetes.io/alibaba-cloud-loadbalancer-health-check-uri', '/lb', ['/lb']],
  ['DigitalOcean', 'service.beta.kubernetes.io/do-loadbalancer-healthcheck-path', '/lb', ['/lb']],
  ['Hetzner', 'load-balancer.hetzner.cloud/health-check-http-path', '/lb', ['/lb']],
  ['Linode', 'service.beta.kubernetes.io/linode-loadbalancer-check-path', '/lb', ['/lb']],
  ['Huawei Cloud', 'kubernetes.io/elb.health-check-options', '[{"protocol":"HTTP","path":"/lb"},{"protocol":"TCP"}]', ['/lb']],
  ['HAProxy', 'haproxy.org/check-http', 'HEAD /lb HTTP/1.1', ['/lb']],
  ['a port', 'alb.ingress.kubernetes.io/healthcheck-port', '8080', []],
  ['JSON that is none', 'kubernetes.io/elb.health-check-options', '[{', []],
  ['a path that is of no check', 'nginx.ingress.kubernetes.io/rewrite-target', '/menu', []],
])('what %s asks for stands in an annotation', (_, key, value, paths) => {
  const service: V1Service = { metadata: { name: 'menu', annotations: { [key]: value } } };
  expect(serviceCheckPaths(service)).toEqual(paths);
});

const ingress = (service: string): V1Ingress => ({
  metadata: { name: service, annotations: { 'alb.ingress.kubernetes.io/healthcheck-path': `/of-${service}` } },
  spec: { defaultBackend: { service: { name: service } } },
});

test('an Ingress and a policy count where they are about the Service or its route', () => {
  const gke = (name: string) => ({
    kind: 'HealthCheckPolicy',
    spec: {
      default: { config: { type: 'HTTP', httpHealthCheck: { requestPath: `/gke-${name}` } } },
      targetRef: { group: '', kind: 'Service', name },
    },
  });
  const envoy = (kind: string, name: string) => ({
    kind: 'BackendTrafficPolicy',
    spec: {
      targetRefs: [{ group: 'gateway.networking.k8s.io', kind, name }],
      healthCheck: { active: { type: 'HTTP', http: { path: `/envoy-${name}` } } },
      retry: { retryOn: { path: '/no-check' } },
    },
  });
  const policies = [
    gke('menu'),
    gke('other'),
    envoy('HTTPRoute', 'menu-route'),
    envoy('HTTPRoute', 'other'),
    envoy('Gateway', 'public'),
  ];
  expect(surroundingCheckPaths({ ingresses: [ingress('menu'), ingress('other')], policies }, 'menu', 'menu-route')).toEqual([
    '/of-menu',
    '/gke-menu',
    '/envoy-menu-route',
    '/envoy-public',
  ]);
});
