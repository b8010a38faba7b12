/** What stood beside the rest of a release in schema 1, and is Kubernetes's alone. */
const OF_KUBERNETES = [
  'deployment',
  'service',
  'container',
  'stableReplicas',
  'router',
  'isolationKey',
  'autoscaler',
  'budget',
  'manifest',
];

type Fields = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A record of schema 1 in the shape of schema 2. Each release of schema 1 was a canary on Kubernetes, begun by GitHub Actions.
 * @param record unchecked: what is of the wrong type stays so, for the check that follows
 */
export function fromSchema1(record: Fields): Fields {
  const { latest } = record;
  return { ...record, schema: 2, ...(isObject(latest) && { latest: fromRelease1(latest) }) };
}

function fromRelease1({ stage, owner, ...release }: Fields): Fields {
  const isOfKubernetes = ([name]: [string, unknown]) => OF_KUBERNETES.includes(name);
  const fields = Object.entries(release);
  const memory = Object.fromEntries(fields.filter(isOfKubernetes));
  return {
    ...Object.fromEntries(fields.filter((field) => !isOfKubernetes(field))),
    strategy: { kind: 'canary', ...(stage !== undefined && { stage }) },
    owner: isObject(owner) ? fromOwner1(owner) : owner,
    platform: { kind: 'kubernetes', memory },
  };
}

const fromOwner1 = ({ runId, runAttempt, ...owner }: Fields): Fields => ({
  ...owner,
  system: 'github-actions',
  id: runId,
  attempt: runAttempt,
});
