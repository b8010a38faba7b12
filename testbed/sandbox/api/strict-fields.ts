import { builtInFields } from './built-in-fields.js';
import { isJson, type Json } from './object.js';
import { badRequest } from './refusal.js';
import type { Resource } from './resources.js';
import { unknownFields } from './shape.js';

/**
 * What `fieldValidation=Strict` refuses: fields that the kind does not have, and values of another type than theirs (apimachinery
 * `pkg/runtime/serializer/json`). Kinds without a table are taken as they are.
 * @throws Refusal 400
 */
export function refuseUnknownFields({ kind, version, spec }: Resource, body: Json): void {
  const type = `V1${kind}`;
  const isKnown = version === 'v1' && builtInFields[type] !== undefined;
  const unknown = spec ? unknownFields(body.spec, spec, 'spec').map((field) => `unknown field "${field}"`) : [];
  const found = isKnown ? flawsIn(body, type, '') : unknown;
  const wrong = found.find((flaw) => flaw.startsWith('json: '));
  const why = wrong ?? `strict decoding error: ${found.join(', ')}`;
  if (found.length > 0) throw badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`);
}

const fieldsOf = (type: string): ReadonlyMap<string, string> =>
  new Map(builtInFields[type]?.split(' ').map((field) => field.split(/:(.*)/, 2) as [string, string]));

function flawsIn(value: unknown, type: string, at: string): string[] {
  const [, item] = /^Array<(.+)>$/.exec(type) ?? [];
  if (item !== undefined)
    return Array.isArray(value)
      ? value.flatMap((inner, index) => flawsIn(inner, item, `${at}[${index}]`))
      : mistyped(value, at, 'list', false);
  const [, each] = /^Map<(.+)>$/.exec(type) ?? [];
  if (each !== undefined)
    return isJson(value)
      ? Object.entries(value).flatMap(([key, inner]) => flawsIn(inner, each, `${at}.${key}`))
      : mistyped(value, at, 'map', false);
  if (type === 'string' || type === 'number' || type === 'boolean') return mistyped(value, at, type, typeof value === type);
  if (builtInFields[type] === undefined || value === null) return [];
  if (!isJson(value)) return mistyped(value, at, type, false);
  const fields = fieldsOf(type);
  return Object.entries(value).flatMap(([field, inner]) => {
    const path = at === '' ? field : `${at}.${field}`;
    const known = fields.get(field);
    return known === undefined ? [`unknown field "${path}"`] : flawsIn(inner, known, path);
  });
}

const mistyped = (value: unknown, at: string, type: string, isOfType: boolean): string[] =>
  isOfType || value === null
    ? []
    : [`json: cannot unmarshal ${Array.isArray(value) ? 'array' : typeof value} into Go struct field ${at} of type ${type}`];
