import type { ApiObject, Json } from './object.js';
import { detailsOf, qualified, Refusal } from './refusal.js';
import type { Address, Verb } from './request.js';
import { roleBindings, roles } from './resources.js';
import type { Store } from './store.js';

/** Who a token stands for. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

export interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
}

export const anonymous: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };
const EVERYTHING: Rule = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };

/** What everybody may do who is known at all (ClusterRole `system:basic-user`). */
const BASIC: readonly Rule[] = [
  {
    verbs: ['create'],
    apiGroups: ['authorization.k8s.io'],
    resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
  },
  { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
];

/** The rules that a user has in a namespace: by Roles and RoleBindings, or all of them as `system:masters`. There are no ClusterRoles here. */
export function rulesFor(store: Store, user: User, namespace: string | undefined): Rule[] {
  const basic = user === anonymous ? [] : BASIC;
  if (user.groups.includes('system:masters')) return [...basic, EVERYTHING];
  if (namespace === undefined) return [...basic];
  const bound = store.list(roleBindings, namespace).filter((binding) => isFor(binding, user));
  const granted = bound.flatMap(({ roleRef }) => {
    const role = store.read(roles, namespace, String((roleRef as Json).name));
    return (role?.rules ?? []) as Rule[];
  });
  return [...basic, ...granted];
}

function isFor({ subjects }: ApiObject, { name, groups }: User): boolean {
  const given = (subjects ?? []) as readonly { readonly kind: string; readonly name: string }[];
  return given.some((subject) =>
    subject.kind === 'Group' ? groups.includes(subject.name) : subject.kind === 'User' && subject.name === name,
  );
}

export interface Attributes {
  readonly verb: string;
  readonly group: string;
  /** With its subresource: `pods/proxy`. */
  readonly resource: string;
  readonly name: string | undefined;
}

export function allows(rules: readonly Rule[], { verb, group, resource, name }: Attributes): boolean {
  const has = (list: readonly string[], value: string) => list.includes('*') || list.includes(value);
  return rules.some(
    ({ verbs, apiGroups, resources, resourceNames = [] }) =>
      has(verbs, verb) &&
      has(apiGroups, group) &&
      has(resources, resource) &&
      (resourceNames.length === 0 || (name !== undefined && resourceNames.includes(name))),
  );
}

/** @throws Refusal 403 in the words of the real API server */
export function authorize(store: Store, user: User, verb: Verb, { resource, namespace, name, subresource }: Address): void {
  const { group, plural } = resource;
  const path = subresource === undefined ? plural : `${plural}/${subresource}`;
  if (allows(rulesFor(store, user, namespace), { verb, group, resource: path, name })) return;
  const what = name === undefined ? qualified(resource) : `${qualified(resource)} "${name}"`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  throw new Refusal(
    403,
    'Forbidden',
    `${what} is forbidden: User "${user.name}" cannot ${verb} resource "${path}" in API group "${group}" ${where}`,
    detailsOf(resource, name),
  );
}
