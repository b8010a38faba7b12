import type { V1ObjectMeta } from '@kubernetes/client-node';

/** A backend of a route rule (gateway-api `apis/v1/shared_types.go`, BackendRef): share of the traffic = weight / sum of weights, default 1. */
export interface BackendRef {
  group?: string;
  kind?: string;
  name: string;
  namespace?: string;
  port?: number;
  /** 0 to 1 000 000; absent means 1. */
  weight?: number;
  filters?: unknown[];
}

export interface HttpRouteRule {
  name?: string;
  matches?: unknown[];
  filters?: unknown[];
  backendRefs?: BackendRef[];
}

export interface RouteCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  observedGeneration?: number;
}

/** What a route is attached to; a Gateway of its own namespace unless it says otherwise. */
export interface ParentRef {
  group?: string;
  kind?: string;
  namespace?: string;
  name?: string;
  sectionName?: string;
  port?: number;
}

/** What one controller says of the route for one parent. */
export interface RouteParentStatus {
  parentRef?: ParentRef;
  controllerName?: string;
  conditions?: RouteCondition[];
}

/** gateway.networking.k8s.io/v1 HTTPRoute, as far as we read it. */
export interface HttpRoute {
  apiVersion?: string;
  kind?: string;
  metadata?: V1ObjectMeta;
  spec?: { parentRefs?: ParentRef[]; hostnames?: string[]; rules?: HttpRouteRule[] };
  status?: { parents?: RouteParentStatus[] };
}
