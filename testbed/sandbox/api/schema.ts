import { isJson, type Json } from './object.js';

/**
 * How a list or map is owned (structured-merge-diff): item by item, found by its keys; value by value; or only as a whole.
 * What no rule names is the usual: maps field by field, lists as a whole.
 */
export type Rule =
  | { readonly kind: 'items'; readonly keys: readonly string[]; readonly defaults?: Json }
  | { readonly kind: 'values' }
  | { readonly kind: 'whole' };

/** Rules by path; `*` stands for any item of a list. */
export type Schema = ReadonlyMap<string, Rule>;

const items = (...keys: string[]): Rule => ({ kind: 'items', keys });
const whole: Rule = { kind: 'whole' };

const metadata: Readonly<Record<string, Rule>> = {
  'metadata.ownerReferences': items('uid'),
  'metadata.ownerReferences.*': whole,
  'metadata.finalizers': { kind: 'values' },
};

const container: Readonly<Record<string, Rule>> = {
  ports: { kind: 'items', keys: ['containerPort', 'protocol'], defaults: { protocol: 'TCP' } },
  env: items('name'),
  volumeMounts: items('mountPath'),
  volumeDevices: items('devicePath'),
  'env.*.valueFrom.configMapKeyRef': whole,
  'env.*.valueFrom.secretKeyRef': whole,
  'env.*.valueFrom.fieldRef': whole,
  'env.*.valueFrom.resourceFieldRef': whole,
};

const podSpec: Readonly<Record<string, Rule>> = {
  containers: items('name'),
  initContainers: items('name'),
  volumes: items('name'),
  imagePullSecrets: items('name'),
  hostAliases: items('ip'),
  topologySpreadConstraints: items('topologyKey', 'whenUnsatisfiable'),
  nodeSelector: whole,
  'topologySpreadConstraints.*.labelSelector': whole,
  ...below('containers.*', container),
  ...below('initContainers.*', container),
};

function below(path: string, rules: Readonly<Record<string, Rule>>): Record<string, Rule> {
  return Object.fromEntries(Object.entries(rules).map(([rest, rule]) => [`${path}.${rest}`, rule]));
}

const schema = (rules: Readonly<Record<string, Rule>> = {}): Schema => new Map(Object.entries({ ...metadata, ...rules }));

const conditions = { 'status.conditions': items('type') };

export const plainSchema: Schema = schema();
export const podSchema: Schema = schema({
  ...below('spec', podSpec),
  ...conditions,
  'status.podIPs': items('ip'),
  'status.hostIPs': whole,
});
export const workloadSchema: Schema = schema({ 'spec.selector': whole, ...below('spec.template.spec', podSpec), ...conditions });
export const serviceSchema: Schema = schema({
  'spec.selector': whole,
  'spec.ports': { kind: 'items', keys: ['port', 'protocol'], defaults: { protocol: 'TCP' } },
  ...conditions,
});
/** Policies and budgets select by one LabelSelector of their own. */
export const selectingSchema: Schema = schema({ 'spec.selector': whole, 'spec.podSelector': whole, ...conditions });
export const gatewaySchema: Schema = schema({ 'spec.listeners': items('name'), ...conditions });

/** The keys of an item of a list that is owned item by item, in alphabetical order. */
export function keysOf(item: unknown, rule: Extract<Rule, { kind: 'items' }>): Json {
  const value = isJson(item) ? item : {};
  return Object.fromEntries([...rule.keys].sort().map((key) => [key, value[key] ?? rule.defaults?.[key]]));
}

/** A label selector is owned as a whole wherever it is (`x-kubernetes-map-type: atomic`). */
export function ruleFor(schema: Schema, path: string): Rule | undefined {
  return path.endsWith('.labelSelector') ? whole : schema.get(path);
}
