import type {
  V1Deployment,
  V1LabelSelector,
  V1ObjectMeta,
  V1PodDisruptionBudget,
  V1PodTemplateSpec,
  V1Service,
} from '@kubernetes/client-node';
import { UserError } from '../../../kernel/errors.js';
import { type App, canaryName, templateOf } from '../app/app.js';
import { withReleasedImage } from '../pods/released-containers.js';
import { withCanaryConfig } from './canary-config.js';
import type { BudgetMemory } from './disruption-budget.js';
import { deploymentFieldsLike, deploymentMarksLike, portsLike, serviceFieldsLike, serviceMarksLike } from './like-stable.js';

export const MANAGED_BY = { 'app.kubernetes.io/managed-by': 'd9-actions' } as const;
export const TRACK_LABEL = 'd9.dev/track';
export const APP_LABEL = 'd9.dev/app';
export const RELEASE_LABEL = 'd9.dev/release';
/** An isolated canary's pod without it is no longer behind the canary's Service, and goes on answering. */
const SERVING_LABEL = 'd9.dev/serving';

/** Whether the canary's pods stay behind the stable Service: with a router they must not, with `replicas` they are the split. */
export type Isolation = 'isolated' | 'shared';

export interface CanaryPlan {
  readonly app: App;
  readonly image: string;
  readonly replicas: number;
  readonly releaseId: string;
  readonly isolation: Isolation;
}

/** The canary's Deployment: stable's pod template with the new image, under labels that keep it apart. */
export function canaryDeployment({ app, image, replicas, releaseId, isolation }: CanaryPlan): V1Deployment {
  const { deployment } = app;
  const own = ownLabels(app, isolation);
  const template = app.next ? withCanaryConfig(app.next.template, app.next.configMaps) : templateOf(deployment);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...canaryMetadata(app, releaseId, deploymentMarksLike(deployment.metadata)), name: canaryName(app.name) },
    spec: {
      ...deploymentFieldsLike(deployment.spec),
      replicas,
      selector: { matchLabels: canarySelector(app, isolation) },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } },
      template: {
        metadata: {
          labels: canaryPodLabels(app, isolation),
          annotations: { ...podAnnotations(template) },
        },
        spec: withReleasedImage(rewriteOwnTerms(template, own), app.container, image),
      },
    },
  };
}

/**
 * What the canary's Deployment counts as its own. Behind the stable Service (`shared`) a canary pod must be able to leave the endpoints by
 * losing a label that the Service selects by, without its Deployment starting another for it.
 */
export const canarySelector = (app: App, isolation: Isolation): Record<string, string> => ({
  ...(isolation === 'isolated' && { ...app.deployment.spec?.selector.matchLabels, ...ownLabels(app, isolation) }),
  [APP_LABEL]: app.name,
  [TRACK_LABEL]: 'canary',
});

/** The labels of the canary's pods: stable's, with those in other values or besides that set them apart. */
export const canaryPodLabels = (app: App, isolation: Isolation): Record<string, string> => ({
  ...podLabels(app, app.next?.template ?? templateOf(app.deployment)),
  ...ownLabels(app, isolation),
  ...Object.fromEntries([endpointLabel(app, isolation)]),
  [APP_LABEL]: app.name,
});

/**
 * The label by which a canary pod is listed behind its Service. Its Deployment does not select by it, so a pod that loses it leaves the
 * endpoints and is not replaced.
 */
export const endpointLabel = ({ service, isolationKey }: App, isolation: Isolation): [key: string, value: string] =>
  isolation === 'isolated' ? [SERVING_LABEL, 'true'] : (sharedLabel(service, isolationKey) ?? ['', '']);

/** Behind the stable Service a pod leaves by one of the labels that this selects by: the one that was chosen when the release began. */
const sharedLabel = ({ spec }: V1Service, chosen: string | undefined): [key: string, value: string] | undefined => {
  const labels = Object.entries(spec?.selector ?? {});
  return labels.find(([key]) => key === chosen) ?? labels[0];
};

/** The canary's Service: like stable's, over the canary's pods. With `shared` there is none, the stable Service has them. */
export function canaryService({ app, releaseId }: CanaryPlan): V1Service {
  const { service } = app;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...canaryMetadata(app, releaseId, serviceMarksLike(service.metadata)), name: canaryName(app.name) },
    spec: {
      ...serviceFieldsLike(service),
      type: 'ClusterIP',
      selector: {
        ...service.spec?.selector,
        ...ownLabels(app, 'isolated'),
        ...Object.fromEntries([endpointLabel(app, 'isolated')]),
      },
      ports: portsLike(service.spec?.ports),
    },
  };
}

/** The canary's PodDisruptionBudget: stable's rule over the canary's pods. One that asks for more pods than there are would forbid every drain of a node for nothing. */
export function canaryBudget({ app, replicas, releaseId, isolation }: CanaryPlan, budget: BudgetMemory): V1PodDisruptionBudget {
  const { minAvailable, maxUnavailable } = budget;
  const atLeast = typeof minAvailable === 'number' ? Math.min(minAvailable, replicas) : minAvailable;
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { ...canaryMetadata(app, releaseId), name: canaryName(app.name) },
    spec: {
      selector: { matchLabels: canarySelector(app, isolation) },
      ...(atLeast !== undefined && { minAvailable: atLeast }),
      ...(maxUnavailable !== undefined && { maxUnavailable }),
    },
  };
}

/**
 * The labels whose values set the canary's pods apart. One of the labels that both the Service and the Deployment select by gets
 * another value: the Service then leaves the canary alone, and neither Deployment counts the other's pods as its own.
 * @throws UserError when no label is in both selectors, or when the value would be too long
 */
export function ownLabels(app: App, isolation: Isolation): Record<string, string> {
  const track = { [TRACK_LABEL]: 'canary' };
  if (isolation === 'shared') return track;
  const chosen = isolationLabel(app);
  if (!chosen) {
    throw new UserError(
      'canary-not-separable',
      `The canary can't be kept out of Service ${app.namespace}/${app.service.metadata?.name}: none of the labels that it selects by is in spec.selector of Deployment ${app.deployment.metadata?.name}, so changing it would orphan pods. ` +
        'Select by a label that the Deployment selects by too, or use `router: replicas`.',
    );
  }
  const [key, value] = chosen;
  const own = `${value}-canary`;
  if (own.length > 63) {
    throw new UserError(
      'label-too-long',
      `Label ${key} of the canary's pods would be ${own}, longer than the 63 characters that a label may have. Shorten its value.`,
    );
  }
  return { [key]: own, ...track };
}

/** The label that sets an isolated canary apart, as stable has it. */
export function isolationLabel(app: App): [key: string, value: string] | undefined {
  const candidates = isolationCandidates(app);
  return app.isolationKey === undefined ? candidates[0] : candidates.find(([key]) => key === app.isolationKey);
}

/** The labels that are in both selectors, the ones that are usually mentioned elsewhere least first. */
export function isolationCandidates({ deployment, service }: App): Array<[key: string, value: string]> {
  const matched = deployment.spec?.selector.matchLabels ?? {};
  const candidates = Object.entries(service.spec?.selector ?? {}).filter(([key, value]) => matched[key] === value);
  return candidates.sort(([a], [b]) => isolationRank(a) - isolationRank(b) || a.localeCompare(b));
}

/** Labels from the one that policies and dashboards mention least to the one that names a tool; what is not listed comes after the second. */
const ISOLATION_ORDER = [
  'app.kubernetes.io/instance',
  'app.kubernetes.io/component',
  '',
  'app',
  'app.kubernetes.io/name',
  'app.kubernetes.io/managed-by',
];

function isolationRank(label: string): number {
  const index = ISOLATION_ORDER.indexOf(label);
  return index === -1 ? ISOLATION_ORDER.indexOf('') : index;
}

/**
 * What every object of ours says of itself, whatever its name. Nobody owns it: the canary may be all that serves when somebody deletes stable and
 * makes it anew, and an owner's end would take it away under its traffic.
 * @param like what it has of stable's object of the same kind
 */
export function canaryMetadata(
  app: App,
  releaseId: string,
  { labels, annotations = {} }: Pick<V1ObjectMeta, 'labels' | 'annotations'> = {},
): V1ObjectMeta {
  return {
    namespace: app.namespace,
    labels: { ...labels, ...MANAGED_BY, [APP_LABEL]: app.name, [TRACK_LABEL]: 'canary', [RELEASE_LABEL]: releaseId },
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
}

/** Whether an object was made by a release of the suite, whichever. */
export const isOfSuite = ({ metadata }: { readonly metadata?: V1ObjectMeta }): boolean =>
  Object.entries(MANAGED_BY).every(([label, value]) => metadata?.labels?.[label] === value);

/** Tells whether an object was made by this very release. */
export const isOfRelease =
  (releaseId: string) =>
  (object: { readonly metadata?: V1ObjectMeta }): boolean =>
    isOfSuite(object) && object.metadata?.labels?.[RELEASE_LABEL] === releaseId;

/** Marks that tell a GitOps tool or a restart what to do belong to stable; the rest (scrape ports, sidecar switches) the canary needs too. */
const STABLE_ONLY =
  /^(kubectl\.kubernetes\.io\/(last-applied|restartedAt)|argocd\.argoproj\.io\/|.*\.toolkit\.fluxcd\.io\/|meta\.helm\.sh\/)/;

function podAnnotations(template: V1PodTemplateSpec): Record<string, string> {
  const annotations = Object.entries(template.metadata?.annotations ?? {});
  return Object.fromEntries(annotations.filter(([key]) => !STABLE_ONLY.test(key)));
}

/** A mark of a GitOps tool is copied only where something is selected by it. */
function podLabels({ deployment, service }: App, template: V1PodTemplateSpec): Record<string, string> {
  const selected = { ...deployment.spec?.selector.matchLabels, ...service.spec?.selector };
  const labels = Object.entries(template.metadata?.labels ?? {});
  return Object.fromEntries(labels.filter(([key]) => key in selected || !STABLE_ONLY.test(key)));
}

/** Own affinity and spread terms would otherwise still count stable's pods. */
function rewriteOwnTerms(template: V1PodTemplateSpec, own: Record<string, string>): V1PodTemplateSpec {
  const before = template.metadata?.labels ?? {};
  const ownValue = (key: string, value: string) => (own[key] !== undefined && before[key] === value ? own[key] : value);
  const rewriteSelector = ({ matchLabels, matchExpressions, ...rest }: V1LabelSelector): V1LabelSelector => ({
    ...rest,
    ...(matchLabels && {
      matchLabels: Object.fromEntries(Object.entries(matchLabels).map(([key, value]) => [key, ownValue(key, value)])),
    }),
    ...(matchExpressions && {
      matchExpressions: matchExpressions.map(({ values, ...term }) => ({
        ...term,
        ...(values && { values: values.map((value) => ownValue(term.key, value)) }),
      })),
    }),
  });
  // Only pods are selected by `labelSelector`; a `namespaceSelector` speaks of namespaces.
  const rewrite = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(rewrite);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        key === 'labelSelector' ? rewriteSelector(inner as V1LabelSelector) : rewrite(inner),
      ]),
    );
  };
  const { affinity, topologySpreadConstraints, ...spec } = template.spec ?? { containers: [] };
  return {
    ...template,
    spec: {
      ...spec,
      ...(affinity && { affinity: rewrite(affinity) as typeof affinity }),
      ...(topologySpreadConstraints && {
        topologySpreadConstraints: rewrite(topologySpreadConstraints) as typeof topologySpreadConstraints,
      }),
    },
  };
}
