import type { Cluster } from '../api/cluster.js';
import type { Need, Unmet } from './need.js';

/** So many rules are read one by one; more are one Role that was forgotten. */
const MOST_APART = 3;

/**
 * What is missing, as the rules to add: a few apart, many in one piece. Where not one right is there, nothing of a Role is missing, but the Role; or it
 * is in another namespace.
 * @param wanted all that was asked for
 * @returns a text for each thing that is wrong
 */
export async function describeUnmet(
  cluster: Cluster,
  unmet: readonly Unmet[],
  wanted: readonly Need[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (unmet.length <= MOST_APART) return unmet.map(({ text }) => text);
  const user = await askUser(cluster, signal);
  const who = user === undefined ? 'The credentials' : `User ${user}`;
  const { namespace } = cluster;
  const hasNone = unmet.length === wanted.length && unmet.every(({ need, missing }) => missing.length === need.verbs.length);
  if (hasNone)
    return [
      `${who} may do nothing in namespace ${namespace} of what this step needs: not one of its ${wanted.length} rights is there. ` +
        `Is it the right namespace? Left empty, \`namespace\` is that of the kubeconfig's context, else \`default\`. ` +
        `If it is, the Role or its binding is missing: apply the file of docs/rbac that is named for this action and for what splits the traffic, and bind its Role${bindingOf(user, namespace)}.`,
    ];
  const rules = unmet.map(
    ({ need, missing }) => `  # may not ${missing.join(', ')} ${need.resource}: ${need.purpose}\n${ruleFor(need)}`,
  );
  return [
    `${who} may not do ${unmet.length} of the ${wanted.length} things that this step needs in namespace ${namespace}. ` +
      `Add these rules to the Role, or take the file of docs/rbac that is named for this action, which has all of them:\n${rules.join('\n')}`,
  ];
}

/** The rule that grants a need, ready to be copied. */
export const ruleFor = ({ group, resource, verbs }: Need): string =>
  `  - apiGroups: ["${group}"]\n    resources: ["${resource}"]\n    verbs: [${verbs.map((verb) => `"${verb}"`).join(', ')}]`;

/** For a step that asks for the same resource for several purposes: one rule each. */
export function merged(needs: readonly Need[]): Need[] {
  const byResource = new Map<string, Need>();
  for (const need of needs) {
    const key = `${need.group}/${need.resource}`;
    const before = byResource.get(key);
    const purposes = [...new Set([...(before?.purpose.split('; ') ?? []), need.purpose])];
    const verbs = [...new Set([...(before?.verbs ?? []), ...need.verbs])];
    byResource.set(key, { ...need, verbs, purpose: purposes.join('; ') });
  }
  return [...byResource.values()];
}

/** Every authenticated user may ask (`system:basic-user`), and servers before 1.28 don't know it. */
async function askUser(cluster: Cluster, signal: AbortSignal): Promise<string | undefined> {
  const [apiVersion, kind] = ['authentication.k8s.io/v1', 'SelfSubjectReview'];
  const request = {
    method: 'POST',
    path: `/apis/${apiVersion}/selfsubjectreviews`,
    body: { apiVersion, kind },
    retry: true,
  } as const;
  try {
    const { status, body } = await cluster.request(request, signal);
    if (status >= 300) return undefined;
    const user = (JSON.parse(body) as { status?: { userInfo?: { username?: unknown } } }).status?.userInfo?.username;
    return typeof user === 'string' ? user : undefined;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

function bindingOf(user: string | undefined, namespace: string): string {
  if (user === undefined) return '';
  const [, of, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? [];
  const subject = name === undefined ? `--user=${user}` : `--serviceaccount=${of}:${name}`;
  return ` (\`kubectl create rolebinding d9-actions -n ${namespace} --role=NAME ${subject}\`)`;
}
