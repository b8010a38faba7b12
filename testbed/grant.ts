import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import type { ClusterFixture } from './fixture.js';

interface Rule {
  readonly resources: readonly string[];
}

/**
 * Gives the user of the deployer's kubeconfig a Role of docs/rbac.
 * @param without resources whose rules are left out
 */
export async function grant(
  { api }: Pick<ClusterFixture, 'api'>,
  namespace: string,
  name: string,
  without: readonly string[] = [],
): Promise<void> {
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  const role = load(readFileSync(`docs/rbac/${name}.yaml`, 'utf8')) as { metadata: { name: string }; rules: Rule[] };
  const rules = role.rules.filter(({ resources }) => !resources.some((resource) => without.includes(resource)));
  await api.create(`${rbac}/roles`, { ...role, rules } as never);
  await api.create(`${rbac}/rolebindings`, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: role.metadata.name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role.metadata.name },
    subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'deployer' }],
  } as never);
}
