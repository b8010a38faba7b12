/** The fields of Kubernetes objects that the bed and its tests touch, as they are on the wire (times are strings). */

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
}

export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: Metadata;
  readonly spec?: unknown;
  readonly status?: unknown;
}

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly observedGeneration?: number;
  readonly lastTransitionTime?: string;
}

export interface ContainerStatus {
  readonly containerID?: string;
  readonly name: string;
  readonly image: string;
  readonly imageID: string;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
  readonly state: {
    readonly running?: { readonly startedAt: string };
    readonly waiting?: { readonly reason: string; readonly message?: string };
  };
  readonly lastState?: {
    readonly terminated?: { readonly exitCode: number; readonly reason: string; readonly finishedAt: string };
  };
}

export interface Probe {
  readonly httpGet?: { readonly path?: string };
  readonly periodSeconds?: number;
}

export interface Pod extends KubeObject {
  readonly spec: {
    readonly nodeName?: string;
    readonly terminationGracePeriodSeconds?: number;
    readonly containers: readonly {
      readonly name: string;
      readonly image: string;
      readonly readinessProbe?: Probe;
      readonly livenessProbe?: Probe;
    }[];
    readonly initContainers?: readonly { readonly name: string; readonly image: string }[];
  };
  readonly status: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

export interface Deployment extends KubeObject {
  readonly spec: { readonly replicas: number };
  readonly status: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
  };
}

export interface BackendRef {
  readonly group?: string;
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string;
  readonly port?: number;
  readonly weight?: number;
}

export interface ParentRef {
  readonly group?: string;
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string;
  readonly sectionName?: string;
  readonly port?: number;
}

export interface Gateway extends KubeObject {
  readonly spec: { readonly gatewayClassName: string };
}

export interface RouteParentStatus {
  readonly parentRef: ParentRef;
  readonly controllerName: string;
  readonly conditions: readonly Condition[];
}

export interface HttpRoute extends KubeObject {
  readonly spec: {
    readonly parentRefs?: readonly ParentRef[];
    readonly rules?: readonly { readonly backendRefs?: readonly BackendRef[] }[];
  };
  readonly status?: { readonly parents?: readonly RouteParentStatus[] };
}

export interface EndpointSlice extends KubeObject {
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[];
  readonly endpoints?: readonly {
    readonly addresses: readonly string[];
    readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean };
  }[];
}

/** A service of a rule or of a weighted list. */
export interface TraefikReference {
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string;
  readonly port?: number | string;
  readonly weight?: number;
  readonly nativeLB?: boolean;
}

export interface IngressRoute extends KubeObject {
  readonly spec: { readonly routes?: readonly { readonly services?: readonly TraefikReference[] }[] };
}

export interface TraefikService extends KubeObject {
  readonly spec: {
    readonly weighted?: { readonly services?: readonly TraefikReference[]; readonly sticky?: unknown };
    readonly mirroring?: TraefikReference & { readonly mirrors?: readonly TraefikReference[] };
    readonly highestRandomWeight?: unknown;
    readonly failover?: unknown;
  };
}

export interface Service extends KubeObject {
  readonly spec: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly ports?: readonly { readonly name?: string; readonly port: number }[];
  };
}
