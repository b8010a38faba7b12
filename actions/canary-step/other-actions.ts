/** Inputs of Azure/k8s-deploy and k8s-bake, and words of Argo Rollouts and Flagger, that are called otherwise here; docs/migrate.md has them all. */
export const CALLED_OTHERWISE = {
  percentage: 'weight',
  traffic: 'weight',
  'set-weight': 'weight',
  'step-weight': 'weight',
  setWeight: 'weight',
  stepWeight: 'weight',
  maxWeight: 'weight',
  setCanaryScale: 'canary-replicas',
  setHeaderRoute: 'header',
  trafficRouting: 'router',
  canaryService: 'service',
  stableService: 'service',
  analysis: 'slo',
  metrics: 'slo',
  pause: 'hold',
  threshold: 'slo',
  progressDeadlineSeconds: 'start-timeout',
  images: 'image',
  manifests: 'manifest',
  duration: 'hold',
  interval: 'hold',
  timeout: 'start-timeout',
  'kube-config': 'kubeconfig',
  'baseline-and-canary-replicas': 'canary-replicas',
  token: 'github-token',
} as const;

const BY_WEIGHT = 'The weight says it: 1 to 99 for a canary, 100 promotes, 0 or the action rollback puts back.';
const NO_SWITCH =
  'There is no blue-green switch; `promotion: surge` leads all traffic to a full second set before stable is touched.';
const NO_SMI = 'The traffic is split by an HTTPRoute or by the ratio of pods (`router`).';
const BY_PATCH = 'Leave it out: objects are changed by patches that fail when somebody else has changed them.';
const IN_RECORD = 'Leave it out: who, commit and run are in the record and the summary.';
const PRIVATE = 'A private cluster needs a runner inside or a tunnel (docs/connect.md).';

/** Those that have no counterpart. */
export const NOT_HERE = {
  action: BY_WEIGHT,
  strategy: BY_WEIGHT,
  imagepullsecrets: 'Name it in the manifest or in the service account (docs/configuration.md).',
  'route-method': NO_SWITCH,
  'version-switch-buffer': NO_SWITCH,
  'traffic-split-method': NO_SMI,
  'traffic-split-annotations': NO_SMI,
  force: BY_PATCH,
  'server-side': BY_PATCH,
  'skip-tls-verify': 'TLS is as the kubeconfig says.',
  'annotate-resources': IN_RECORD,
  'annotate-namespace': IN_RECORD,
  'pull-images': IN_RECORD,
  'private-cluster': PRIVATE,
  'resource-group': PRIVATE,
  'resource-type': PRIVATE,
  name: PRIVATE,
} as const;
