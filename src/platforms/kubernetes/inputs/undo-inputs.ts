/**
 * What `post` needs to put a release back: where it is, the policy, and how long to wait and what to count on the way. Everything else stands on
 * record or in the cluster.
 */
export const undoInputs = [
  'deployment',
  'service',
  'container',
  'settle',
  'start-timeout',
  'prove-timeout',
  'request-metric',
  'metrics-port',
  'metrics-path',
  'metrics-max-age',
  'kubeconfig',
  'context',
  'namespace',
] as const;
