import type { V1Ingress, V1ObjectMeta, V1Service } from '@kubernetes/client-node';
import { ingressLeadsTo } from './other-ways.js';
import type { PodPolicy } from './pod-policies.js';

/**
 * Names of annotations that configure health checks, as those of AWS (`healthcheck-path`), Azure (`health-probe-request-path`), Alibaba Cloud
 * (`health-check-uri`), Huawei Cloud (`elb.health-check-option`) and HAProxy (`check-http`).
 */
const OF_CHECKS = /health|probe|check|monitor/i;
const REQUEST_LINE = /^(?:GET|HEAD|OPTIONS)\s+/i;
const MOST = 50;

/** What is around a Service and may say how its pods are checked. */
export interface CheckedBy {
  readonly ingresses: readonly V1Ingress[];
  /** `HealthCheckPolicy` of GKE, `BackendTrafficPolicy` of Envoy Gateway and their like. */
  readonly policies: readonly PodPolicy[];
}

/** The paths that load balancers ask pods for, by what their Service says. */
export const serviceCheckPaths = ({ metadata }: V1Service): string[] => annotatedPaths(metadata).slice(0, MOST);

/**
 * The same by what leads to a Service, or is about it.
 * @param route the HTTPRoute that leads to it, if one does
 */
export function surroundingCheckPaths({ ingresses, policies }: CheckedBy, service: string, route: string | undefined): string[] {
  const isAbout = ({ spec }: PodPolicy) => names(spec, [service, ...(route === undefined ? [] : [route])]);
  const leading = ingresses.filter((ingress) => ingressLeadsTo(ingress, service));
  const paths = [
    ...leading.flatMap(({ metadata }) => annotatedPaths(metadata)),
    ...policies.filter(isAbout).flatMap(({ spec }) => pathsBelow(spec, false)),
  ];
  return [...new Set(paths)].slice(0, MOST);
}

/** Whether one of the names stands in it, or a Gateway, of which everything is that it leads to. */
function names(value: unknown, wanted: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) =>
    typeof inner === 'string' ? wanted.includes(inner) || (key === 'kind' && inner === 'Gateway') : names(inner, wanted),
  );
}

function annotatedPaths(metadata: V1ObjectMeta | undefined): string[] {
  return Object.entries(metadata?.annotations ?? {}).flatMap(([key, value]) => (OF_CHECKS.test(key) ? pathsIn(value) : []));
}

/** A path, a request line, several of them, or JSON with a path in it. */
function pathsIn(value: string): string[] {
  const text = value.trim();
  if (/^[[{]/.test(text)) return pathsBelow(parsed(text), true);
  return text.split(/[\n,]/).flatMap((part) => pathOf(part));
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Fields that name a path, wherever they stand below a field about health checks: `default.config.httpHealthCheck.requestPath`. */
function pathsBelow(value: unknown, isOfChecks: boolean): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (typeof inner === 'string') return isOfChecks && /(?:path|uri|url)$/i.test(key) ? pathOf(inner) : [];
    return pathsBelow(inner, isOfChecks || OF_CHECKS.test(key));
  });
}

function pathOf(text: string): string[] {
  const path = text.trim().replace(REQUEST_LINE, '').split(/\s/, 1)[0] ?? '';
  return path.startsWith('/') && path.length <= 1024 ? [path] : [];
}
