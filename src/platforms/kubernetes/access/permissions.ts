import type { V1ResourceRule, V1SubjectRulesReviewStatus } from '@kubernetes/client-node';
import { Problems } from '../../../kernel/errors.js';
import { ApiError, type Cluster } from '../api/cluster.js';
import type { Need, Unmet, Verb } from './need.js';
import { describeUnmet, merged, ruleFor } from './unmet-needs.js';

export { type Need, needs, type Unmet, type Verb } from './need.js';

/**
 * Asks once what the credentials may do in the namespace. A server that can't tell the whole (`incomplete`, as with a webhook authorizer) is asked one
 * by one for what is not in its answer.
 * @param wanted may hang on what is read meanwhile
 */
export async function unmetNeeds(
  cluster: Cluster,
  wanted: readonly Need[] | Promise<readonly Need[]>,
  signal: AbortSignal,
): Promise<Unmet[]> {
  const review = await ask<{ status?: V1SubjectRulesReviewStatus }>(
    cluster,
    'SelfSubjectRulesReview',
    { namespace: cluster.namespace },
    signal,
  );
  const rules = review.status?.resourceRules ?? [];
  const unmet: Unmet[] = [];
  for (const need of await wanted) {
    const notListed = need.verbs.filter((verb) => !rules.some((rule) => allows(rule, need, verb)));
    const missing = review.status?.incomplete ? await refusedOneByOne(cluster, need, notListed, signal) : notListed;
    if (missing.length > 0) unmet.push({ need, missing, text: describe(need, missing, cluster.namespace) });
  }
  return unmet;
}

/**
 * Adds what is missing as the rules to add.
 * @returns whether anything is
 */
export async function checkPermissions(
  cluster: Cluster,
  wanted: readonly Need[] | Promise<readonly Need[]>,
  problems: Problems,
  signal: AbortSignal,
): Promise<boolean> {
  const needed = Promise.resolve(wanted).then(merged);
  const unmet = await unmetNeeds(cluster, needed, signal);
  for (const text of await describeUnmet(cluster, unmet, await needed, signal)) problems.add('rights-missing', text);
  return unmet.length > 0;
}

/** @throws UserError with the rules to add when the credentials may not do all of this */
export async function refuseForbidden(cluster: Cluster, wanted: readonly Need[], signal: AbortSignal): Promise<void> {
  const problems = new Problems();
  await checkPermissions(cluster, wanted, problems, signal);
  problems.throwIfAny();
}

function allows(rule: V1ResourceRule, need: Need, verb: Verb): boolean {
  const has = (list: readonly string[] | undefined, ...values: string[]) =>
    list?.some((item) => item === '*' || values.includes(item)) ?? false;
  const [, subresource] = need.resource.split('/');
  const resource = has(rule.resources, need.resource, ...(subresource ? [`*/${subresource}`] : []));
  return has(rule.verbs, verb) && has(rule.apiGroups, need.group) && resource && (rule.resourceNames ?? []).length === 0;
}

async function refusedOneByOne(cluster: Cluster, need: Need, verbs: readonly Verb[], signal: AbortSignal): Promise<Verb[]> {
  const [resource, subresource] = need.resource.split('/');
  const answers = await Promise.all(
    verbs.map(async (verb) => {
      const resourceAttributes = { namespace: cluster.namespace, verb, group: need.group, resource, subresource };
      const answer = await ask<{ status?: { allowed?: boolean } }>(
        cluster,
        'SelfSubjectAccessReview',
        { resourceAttributes },
        signal,
      );
      return { verb, allowed: answer.status?.allowed === true };
    }),
  );
  return answers.filter(({ allowed }) => !allowed).map(({ verb }) => verb);
}

/** Reviews are answered at once and stored nowhere, so asking again is harmless. */
async function ask<T>(cluster: Cluster, kind: string, spec: object, signal: AbortSignal): Promise<T> {
  const path = `/apis/authorization.k8s.io/v1/${kind.toLowerCase()}s`;
  const body = { apiVersion: 'authorization.k8s.io/v1', kind, spec };
  const answer = await cluster.request({ method: 'POST', path, body, retry: true }, signal);
  if (answer.status >= 300)
    throw new ApiError(
      answer.status,
      kind,
      `${cluster.server} answered ${answer.status} to a ${kind}: ${answer.body.slice(0, 500)}`,
    );
  return JSON.parse(answer.body) as T;
}

const describe = (need: Need, missing: readonly Verb[], namespace: string): string =>
  `The credentials may not ${missing.join(', ')} ${need.resource} in namespace ${namespace} (${need.purpose}). Add this rule to their Role:\n${ruleFor(need)}`;
