import { type ApiObject, isJson, isSame, type Json } from './object.js';
import type { Flaw } from './refusal.js';

/** @returns what is wrong with the object; `before` is what it replaces */
export type Validate = (object: ApiObject, before: ApiObject | undefined) => Flaw[];

const required = (field: string, message = ''): Flaw => ({
  field,
  reason: 'FieldValueRequired',
  message: message === '' ? 'Required value' : `Required value: ${message}`,
});
const wrong = (field: string, value: unknown, message: string): Flaw => ({
  field,
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(value ?? null)}: ${message}`,
});

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const labelValue = '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?';
const matches = (pattern: string, text: string): boolean => new RegExp(`^(?:${pattern})$`).test(text);

const aSubdomain = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${subdomain}')`;
const aLabel = `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${label}')`;
const aLabelValue = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${labelValue}')`;

/** What every object must have. */
export const validateMetadata: Validate = ({ metadata: { name, labels = {}, finalizers = [] } }, before) => [
  ...(name === '' ? [required('metadata.name', 'name or generateName is required')] : []),
  ...(name !== '' && !matches(subdomain, name) ? [wrong('metadata.name', name, aSubdomain)] : []),
  ...Object.values(labels).flatMap((value) => [
    ...(value.length > 63 ? [wrong('metadata.labels', value, 'must be no more than 63 bytes')] : []),
    ...(matches(labelValue, value) ? [] : [wrong('metadata.labels', value, aLabelValue)]),
  ]),
  ...refuseLateFinalizers(finalizers, before),
];

/** apimachinery `pkg/api/validation/objectmeta.go`, ValidateNoNewFinalizers. */
function refuseLateFinalizers(finalizers: readonly string[], before: ApiObject | undefined): Flaw[] {
  if (before?.metadata.deletionTimestamp === undefined) return [];
  const late = finalizers.filter((name) => !before.metadata.finalizers?.includes(name));
  if (late.length === 0) return [];
  const found = late.map((name) => JSON.stringify(name)).join(', ');
  const message = `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{${found}}`;
  return [{ field: 'metadata.finalizers', reason: 'FieldValueForbidden', message }];
}

const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isJson) : []);

function containersOf(podSpec: Json, at: string): Flaw[] {
  const containers = listOf(podSpec.containers);
  if (containers.length === 0) return [required(`${at}.containers`)];
  return containers.flatMap(({ name, image }, index) => [
    ...(typeof name !== 'string' || name === '' ? [required(`${at}.containers[${index}].name`)] : []),
    ...(typeof name === 'string' && name !== '' && !matches(label, name)
      ? [wrong(`${at}.containers[${index}].name`, name, aLabel)]
      : []),
    ...(typeof image !== 'string' || image === '' ? [required(`${at}.containers[${index}].image`)] : []),
  ]);
}

export const validatePod: Validate = ({ spec = {} }) => containersOf(spec, 'spec');

/** pkg/apis/apps/validation/validation.go, as far as a release can go wrong. */
export const validateDeployment: Validate = ({ spec = {} }, before) => {
  const { replicas, selector } = spec as { replicas?: number; selector?: { matchLabels?: Record<string, string> } };
  const template = isJson(spec.template) ? spec.template : {};
  const { labels } = (isJson(template.metadata) ? template.metadata : {}) as { labels?: Record<string, string> };
  const wanted = Object.entries(selector?.matchLabels ?? {});
  const isSelected = wanted.length > 0 && wanted.every(([key, value]) => labels?.[key] === value);
  const { maxSurge, maxUnavailable } = ((spec.strategy as Json).rollingUpdate ?? {}) as Json;
  const isStuck = /^0%?$/.test(String(maxSurge)) && /^0%?$/.test(String(maxUnavailable));
  return [
    ...((replicas ?? 0) < 0 ? [wrong('spec.replicas', replicas, 'must be greater than or equal to 0')] : []),
    ...(selector === undefined ? [required('spec.selector')] : []),
    ...(isSelected ? [] : [wrong('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')]),
    ...containersOf(isJson(template.spec) ? template.spec : {}, 'spec.template.spec'),
    ...(isStuck
      ? [wrong('spec.strategy.rollingUpdate.maxUnavailable', maxUnavailable, 'may not be 0 when `maxSurge` is 0')]
      : []),
    ...(before !== undefined && !isSame(before.spec?.selector, selector)
      ? [wrong('spec.selector', selector, 'field is immutable')]
      : []),
  ];
};

export const validateService: Validate = ({ metadata, spec = {} }) => {
  const ports = listOf(spec.ports);
  const isPort = (port: unknown) => typeof port === 'number' && port >= 1 && port <= 65_535;
  const outOfRange = 'must be between 1 and 65535, inclusive';
  return [
    ...(metadata.name.includes('.') ? [wrong('metadata.name', metadata.name, 'must not contain dots')] : []),
    ...(ports.length === 0 ? [required('spec.ports')] : []),
    ...ports.flatMap(({ name, port, targetPort }, index) => [
      ...(ports.length > 1 && !name ? [required(`spec.ports[${index}].name`)] : []),
      ...(isPort(port) ? [] : [wrong(`spec.ports[${index}].port`, port, outOfRange)]),
      ...(typeof targetPort === 'string' || isPort(targetPort)
        ? []
        : [wrong(`spec.ports[${index}].targetPort`, targetPort, outOfRange)]),
    ]),
  ];
};

export const validateLease: Validate = ({ spec = {} }) =>
  typeof spec.leaseDurationSeconds === 'number' && spec.leaseDurationSeconds <= 0
    ? [wrong('spec.leaseDurationSeconds', spec.leaseDurationSeconds, 'must be greater than 0')]
    : [];

/** gateway-api `apis/v1`: the bounds of weights, and the port that a Service needs. */
export const validateHttpRoute: Validate = ({ spec = {} }) =>
  listOf(spec.rules).flatMap(({ backendRefs }, rule) =>
    listOf(backendRefs).flatMap(({ kind, port, weight }, backend): Flaw[] => {
      const at = `spec.rules[${rule}].backendRefs[${backend}]`;
      const isTooMuch = typeof weight === 'number' && weight > 1_000_000;
      const isTooLittle = typeof weight === 'number' && weight < 0;
      return [
        ...(isTooMuch ? [wrong(`${at}.weight`, weight, `${at}.weight in body should be less than or equal to 1000000`)] : []),
        ...(isTooLittle ? [wrong(`${at}.weight`, weight, `${at}.weight in body should be greater than or equal to 0`)] : []),
        ...(kind === 'Service' && port === undefined
          ? [{ field: at, reason: 'FieldValueInvalid' as const, message: 'Invalid value: Must have port for Service reference' }]
          : []),
      ];
    }),
  );
