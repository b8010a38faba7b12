import { isJson, type Json } from './object.js';
import type { Flaw } from './refusal.js';

/** What a CustomResourceDefinition's schema says of a value, as far as a client can get it wrong. */
export type Shape =
  | { readonly type: 'string'; readonly values?: readonly string[] }
  | { readonly type: 'integer'; readonly minimum?: number }
  | { readonly type: 'boolean' }
  | { readonly type: 'integer-or-string' }
  | { readonly type: 'map' }
  | { readonly type: 'array'; readonly items: Shape }
  | { readonly type: 'object'; readonly fields: Readonly<Record<string, Shape>>; readonly required?: readonly string[] };

/** Without the fields that the schema does not have: the API server prunes them before anybody sees the object. */
export function pruned(value: unknown, shape: Shape): unknown {
  if (shape.type === 'array') return Array.isArray(value) ? value.map((item) => pruned(item, shape.items)) : value;
  if (shape.type !== 'object' || !isJson(value)) return value;
  const known = Object.entries(value).filter(([field]) => shape.fields[field] !== undefined);
  return Object.fromEntries(known.map(([field, inner]) => [field, pruned(inner, shape.fields[field] as Shape)]));
}

/** The paths of the fields that the schema does not have. */
export function unknownFields(value: unknown, shape: Shape, at: string): string[] {
  if (shape.type === 'array')
    return Array.isArray(value) ? value.flatMap((item, index) => unknownFields(item, shape.items, `${at}[${index}]`)) : [];
  if (shape.type !== 'object' || !isJson(value)) return [];
  return Object.entries(value).flatMap(([field, inner]) => {
    const known = shape.fields[field];
    return known === undefined ? [`${at}.${field}`] : unknownFields(inner, known, `${at}.${field}`);
  });
}

const typeOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
};

/** What the schema does not allow, in the words of apiextensions `pkg/apiserver/validation`. */
export function flawsOf(value: unknown, shape: Shape, at: string): Flaw[] {
  const invalid = (what: unknown, message: string): Flaw[] => [
    { field: at, reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(what)}: ${at} in body ${message}` },
  ];
  const isOfType = typeOf(value) === (shape.type === 'map' ? 'object' : shape.type);
  if (shape.type === 'integer-or-string')
    return ['integer', 'string'].includes(typeOf(value))
      ? []
      : invalid(typeOf(value), `must be of type integer,string: "${typeOf(value)}"`);
  if (!isOfType)
    return invalid(typeOf(value), `must be of type ${shape.type === 'map' ? 'object' : shape.type}: "${typeOf(value)}"`);
  if (shape.type === 'string' && shape.values && !shape.values.includes(value as string)) {
    const supported = shape.values.map((one) => JSON.stringify(one)).join(', ');
    return [
      {
        field: at,
        reason: 'FieldValueNotSupported',
        message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported}`,
      },
    ];
  }
  if (shape.type === 'integer' && shape.minimum !== undefined && (value as number) < shape.minimum)
    return invalid(value, `should be greater than or equal to ${shape.minimum}`);
  if (shape.type === 'array') return (value as unknown[]).flatMap((item, index) => flawsOf(item, shape.items, `${at}[${index}]`));
  return shape.type === 'object' ? flawsInside(value as Json, shape, at) : [];
}

function flawsInside(value: Json, { fields, required = [] }: Extract<Shape, { type: 'object' }>, at: string): Flaw[] {
  const missing = required.filter((field) => value[field] === undefined);
  return [
    ...missing.map((field): Flaw => ({ field: `${at}.${field}`, reason: 'FieldValueRequired', message: 'Required value' })),
    ...Object.entries(value).flatMap(([field, inner]) => {
      const known = fields[field];
      return known === undefined ? [] : flawsOf(inner, known, `${at}.${field}`);
    }),
  ];
}
