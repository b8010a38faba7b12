import { expect, test } from '@jest/globals';
import type { Api } from '../../../testbed/client/api.js';
import { paths, type Status, target } from './target.js';

const at = target();
const here = () => paths(at().namespace);

interface Reviewed {
  readonly kind: string;
  readonly status: { readonly allowed?: boolean; readonly incomplete?: boolean; readonly resourceRules?: readonly unknown[] };
}

async function review(as: Api, kind: string, spec: object): Promise<{ readonly code: number; readonly body: Reviewed & Status }> {
  const path = `/apis/authorization.k8s.io/v1/${kind.toLowerCase()}s`;
  const { status, text } = await as.exchange('POST', path, { apiVersion: 'authorization.k8s.io/v1', kind, spec });
  return { code: status, body: JSON.parse(text) };
}

const rulesOf = async (as: Api) =>
  (await review(as, 'SelfSubjectRulesReview', { namespace: at().namespace })).body.status.resourceRules ?? [];

/** Gives the group `deployers` some rights and waits until the API server has heard of it. */
async function grant(rules: readonly object[]): Promise<void> {
  const apiGroup = 'rbac.authorization.k8s.io';
  await at().api.create(here().roles, { metadata: { name: 'deployer' }, rules } as never);
  await at().api.create(here().roleBindings, {
    metadata: { name: 'deployer' },
    subjects: [{ kind: 'Group', name: 'deployers', apiGroup }],
    roleRef: { kind: 'Role', name: 'deployer', apiGroup },
  } as never);
  const deadline = performance.now() + 10_000;
  while (!JSON.stringify(await rulesOf(at().deployer)).includes('pods/proxy'))
    if (performance.now() > deadline) throw new Error('The role was not in force after 10 s.');
}

const everything = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };

test('an administrator may do everything, and the review says so', async () => {
  const { code, body } = await review(at().api, 'SelfSubjectRulesReview', { namespace: at().namespace });
  expect(code).toBe(201);
  expect(body).toMatchObject({ kind: 'SelfSubjectRulesReview', status: { incomplete: false } });
  expect(body.status.resourceRules).toContainEqual(everything);
  expect(await review(at().api, 'SelfSubjectRulesReview', {})).toMatchObject({
    code: 400,
    body: { message: 'no namespace on request' },
  });
});

test('who has a role may do what it says and nothing else, in the words of the API server', async () => {
  const rules = [
    { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list'] },
    { apiGroups: [''], resources: ['pods', 'pods/proxy'], verbs: ['get'] },
    { apiGroups: [''], resources: ['configmaps'], resourceNames: ['mine'], verbs: ['get'] },
  ];
  const { deployer, namespace } = at();
  expect(await rulesOf(deployer)).not.toContainEqual(everything);
  const before = await deployer.exchange('GET', here().deployments);
  expect(JSON.parse(before.text)).toMatchObject({
    code: 403,
    reason: 'Forbidden',
    message: `deployments.apps is forbidden: User "deployer" cannot list resource "deployments" in API group "apps" in the namespace "${namespace}"`,
    details: { group: 'apps', kind: 'deployments' },
  });
  await grant(rules);
  expect(await rulesOf(deployer)).toEqual(expect.arrayContaining(rules));

  const asked = async (method: string, path: string) => {
    const { status, text } = await deployer.exchange(method, path, method === 'POST' ? { metadata: { name: 'x' } } : undefined);
    return status === 403 ? (JSON.parse(text) as Status).message : status;
  };
  expect(await asked('GET', here().deployments)).toBe(200);
  expect(await asked('GET', `${here().configMaps}/mine`)).toBe(404);
  expect(await asked('GET', `${here().configMaps}/yours`)).toBe(
    `configmaps "yours" is forbidden: User "deployer" cannot get resource "configmaps" in API group "" in the namespace "${namespace}"`,
  );
  expect(await asked('GET', `${here().deployments}?watch=1`)).toMatch(/cannot watch resource "deployments" in API group "apps"/);
  expect(await asked('POST', here().configMaps)).toMatch(/^configmaps is forbidden: User "deployer" cannot create resource/);
  expect(await asked('GET', `${here().pods}/x/log`)).toMatch(
    /^pods "x" is forbidden: User "deployer" cannot get resource "pods\/log"/,
  );
  expect(await asked('GET', `${here().pods}/x:8080/proxy/metrics`)).toBe(404);
  expect(await asked('GET', '/api/v1/pods')).toMatch(/cannot list resource "pods" in API group "" at the cluster scope/);

  const access = async (verb: string, resource: string, subresource?: string) => {
    const resourceAttributes = { namespace, verb, group: resource === 'deployments' ? 'apps' : '', resource, subresource };
    return (await review(deployer, 'SelfSubjectAccessReview', { resourceAttributes })).body.status.allowed;
  };
  expect([await access('get', 'deployments'), await access('patch', 'deployments')]).toEqual([true, false]);
  expect([await access('get', 'pods', 'proxy'), await access('get', 'pods', 'log')]).toEqual([true, false]);
});

test('a token that nobody has is a 401', async () => {
  const { status, text } = await at().api.exchange('GET', here().pods, undefined, 'application/json', {
    authorization: 'Bearer wrong',
  });
  expect([status, JSON.parse(text)]).toMatchObject([401, { code: 401, reason: 'Unauthorized', message: 'Unauthorized' }]);
});
