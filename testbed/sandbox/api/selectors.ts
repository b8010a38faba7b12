import type { ApiObject, Json } from './object.js';
import { badRequest } from './refusal.js';
import type { Resource } from './resources.js';

export type Matches = (object: ApiObject) => boolean;

type Labels = Readonly<Record<string, string>>;

/** The comma separated terms of a label selector; commas inside brackets separate values. */
const TERMS = /,(?![^(]*\))/;
const SET_BASED = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/;
const EQUALITY = /^([^=!\s]+)\s*(==|=|!=)\s*([^=!]*)$/;

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors */
export function labelSelector(text: string): (labels: Labels) => boolean {
  const terms = text.split(TERMS).filter((term) => term.trim() !== '');
  const tests = terms.map((term) => labelTest(term.trim()));
  return (labels) => tests.every((test) => test(labels));
}

function labelTest(term: string): (labels: Labels) => boolean {
  const [, setKey, operator, list] = SET_BASED.exec(term) ?? [];
  if (setKey !== undefined && list !== undefined) {
    const values = list.split(',').map((value) => value.trim());
    const isIn = (labels: Labels) => labels[setKey] !== undefined && values.includes(labels[setKey]);
    return operator === 'in' ? isIn : (labels) => !isIn(labels);
  }
  const [, key, sign, value] = EQUALITY.exec(term) ?? [];
  if (key !== undefined) return sign === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  if (/^!?[^=!\s()]+$/.test(term)) {
    const name = term.replace(/^!/, '');
    return (labels) => Object.hasOwn(labels, name) !== term.startsWith('!');
  }
  throw badRequest(`unable to parse requirement: ${term}`);
}

/** Whether labels have all of these values; the selector of a Service or a Deployment. */
export const hasLabels = (labels: Labels | undefined, wanted: Labels): boolean =>
  Object.entries(wanted).every(([key, value]) => labels?.[key] === value);

function fieldSelector(text: string, { selectable, plural, group }: Resource): Matches {
  const tests = text.split(',').map((term): Matches => {
    const [, field, sign, value] = /^([^=!]+)(==|=|!=)(.*)$/.exec(term) ?? [];
    if (field === undefined) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
    if (!['metadata.name', 'metadata.namespace', ...selectable].includes(field)) throw unknownField(field, plural, group);
    const read = (object: Json): string =>
      String(field.split('.').reduce<unknown>((at, step) => (at as Json | undefined)?.[step], object) ?? '');
    return (object) => (read(object) === value) !== (sign === '!=');
  });
  return (object) => tests.every((test) => test(object));
}

/** Kinds with fields of their own say it otherwise than those with none. */
const unknownField = (field: string, plural: string, group: string) =>
  badRequest(
    group === '' && ['pods', 'events'].includes(plural)
      ? `field label not supported: ${field}`
      : `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`,
  );

/**
 * What `labelSelector` and `fieldSelector` of a request select.
 * @throws Refusal 400 for what can't be understood
 */
export function selection(query: URLSearchParams, resource: Resource): Matches {
  const labels = query.get('labelSelector');
  const fields = query.get('fieldSelector');
  const byLabels = labels ? labelSelector(labels) : undefined;
  const byFields = fields ? fieldSelector(fields, resource) : undefined;
  return (object) => (byLabels?.(object.metadata.labels ?? {}) ?? true) && (byFields?.(object) ?? true);
}
