import { allows, rulesFor, type User } from './authorization.js';
import { isJson, type Json, timestamp } from './object.js';
import { badRequest } from './refusal.js';
import type { Store } from './store.js';

type Review = (body: Json, user: User, store: Store) => Json;

const nonResourceRules = [
  { verbs: ['get'], nonResourceURLs: ['/healthz', '/livez', '/readyz', '/version', '/version/'] },
  {
    verbs: ['get'],
    nonResourceURLs: [
      '/api',
      '/api/*',
      '/apis',
      '/apis/*',
      '/healthz',
      '/livez',
      '/openapi',
      '/openapi/*',
      '/readyz',
      '/version',
      '/version/',
    ],
  },
];

const rulesReview: Review = ({ spec }, user, store) => {
  const namespace = isJson(spec) ? spec.namespace : undefined;
  if (typeof namespace !== 'string') throw badRequest('no namespace on request');
  const resourceRules = rulesFor(store, user, namespace);
  return {
    kind: 'SelfSubjectRulesReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec: {},
    status: { resourceRules, nonResourceRules, incomplete: false },
  };
};

const accessReview: Review = ({ spec }, user, store) => {
  const asked = ((isJson(spec) ? spec.resourceAttributes : undefined) ?? {}) as Record<string, string | undefined>;
  const { namespace, verb = '', group = '', resource = '', subresource, name } = asked;
  const path = subresource === undefined ? resource : `${resource}/${subresource}`;
  const allowed = allows(rulesFor(store, user, namespace), { verb, group, resource: path, name });
  return {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec: spec ?? {},
    status: { allowed },
  };
};

const selfReview: Review = (_body, { name, groups }) => ({
  kind: 'SelfSubjectReview',
  apiVersion: 'authentication.k8s.io/v1',
  metadata: { creationTimestamp: timestamp() },
  status: { userInfo: { username: name, groups: [...groups, 'system:authenticated'] } },
});

/** Questions about oneself, by path; answered at once, kept nowhere. */
export const reviews: ReadonlyMap<string, Review> = new Map([
  ['/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', rulesReview],
  ['/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', accessReview],
  ['/apis/authentication.k8s.io/v1/selfsubjectreviews', selfReview],
]);
