import { isJson, isSame, type Json } from './object.js';
import { keysOf, ruleFor, type Schema } from './schema.js';

/**
 * Fields of an object, each by its path. A path is a line for every step: `f:spec`, `k:{"name":"app"}` (an item of a list), `v:"a"` (a value
 * of a list), as FieldsV1 spells them.
 */
export type FieldSet = ReadonlySet<string>;

export const emptySet: FieldSet = new Set();
/** A set that stays as it is is returned itself, so that `encode` knows it again. */
export const union = (a: FieldSet, b: FieldSet): FieldSet => (b.isSubsetOf(a) ? a : a.union(b));
export const without = (a: FieldSet, b: FieldSet): FieldSet => (b.isDisjointFrom(a) ? a : a.difference(b));
export const common = (a: FieldSet, b: FieldSet): FieldSet => a.intersection(b);

/** What the API server says about an object by itself is owned by nobody. */
const METADATA = 'f:metadata';
const UNOWNED = new Set([
  'f:apiVersion',
  'f:kind',
  ...[
    'name',
    'namespace',
    'uid',
    'resourceVersion',
    'generation',
    'creationTimestamp',
    'selfLink',
    'managedFields',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
  ].map((field) => `${METADATA}\nf:${field}`),
]);

interface Node {
  readonly path: string;
  /** A container holds others; an item is one of a list that is owned item by item. */
  readonly kind: 'leaf' | 'container' | 'item';
  readonly value: unknown;
}

/** Every part of an object that could be owned, from the outside in. */
function nodesOf(object: Json, schema: Schema): Node[] {
  const nodes: Node[] = [];
  walk(object, schema, '', '', nodes);
  return nodes;
}

function walk(value: unknown, schema: Schema, path: string, pattern: string, nodes: Node[]): void {
  const rule = ruleFor(schema, pattern);
  const step = (name: string) => (path === '' ? name : `${path}\n${name}`);
  if (Array.isArray(value) && rule?.kind === 'items') {
    nodes.push({ path, kind: 'container', value });
    for (const item of value) {
      const at = step(`k:${JSON.stringify(keysOf(item, rule))}`);
      nodes.push({ path: at, kind: 'item', value: item });
      if (ruleFor(schema, `${pattern}.*`)?.kind !== 'whole') inside(item, schema, at, `${pattern}.*`, nodes);
    }
  } else if (Array.isArray(value) && rule?.kind === 'values') {
    nodes.push({ path, kind: 'container', value });
    for (const item of value) nodes.push({ path: step(`v:${JSON.stringify(item)}`), kind: 'leaf', value: item });
  } else if (isJson(value) && rule?.kind !== 'whole') {
    if (path !== '' && path !== METADATA) nodes.push({ path, kind: 'container', value });
    inside(value, schema, path, pattern, nodes);
  } else if (value !== null && value !== undefined) {
    nodes.push({ path, kind: 'leaf', value });
  }
}

function inside(value: unknown, schema: Schema, path: string, pattern: string, nodes: Node[]): void {
  for (const [field, inner] of Object.entries(isJson(value) ? value : {})) {
    const at = path === '' ? `f:${field}` : `${path}\nf:${field}`;
    if (!UNOWNED.has(at)) walk(inner, schema, at, pattern === '' ? field : `${pattern}.${field}`, nodes);
  }
}

const isEmpty = (value: unknown): boolean => Object.keys(value as object).length === 0;

/** What a configuration lays claim to: its leaves, its items, and containers that are empty. */
export function claimedBy(configuration: Json, schema: Schema): FieldSet {
  return new Set(
    nodesOf(configuration, schema)
      .filter(({ kind, value }) => kind !== 'container' || isEmpty(value))
      .map(({ path }) => path),
  );
}

export interface Difference {
  readonly added: FieldSet;
  readonly changed: FieldSet;
  readonly removed: FieldSet;
}

export function compare(before: Json, after: Json, schema: Schema): Difference {
  const was = new Map(nodesOf(before, schema).map((node) => [node.path, node]));
  const is = new Map(nodesOf(after, schema).map((node) => [node.path, node]));
  const isChanged = ({ path, kind, value }: Node): boolean => {
    const old = was.get(path);
    return old !== undefined && (old.kind !== kind || (kind === 'leaf' && !isSame(old.value, value)));
  };
  return {
    added: new Set([...is.keys()].filter((path) => !was.has(path))),
    changed: new Set([...is.values()].filter(isChanged).map(({ path }) => path)),
    removed: new Set([...was.keys()].filter((path) => !is.has(path))),
  };
}

/** What sets were decoded from, and decoded to: most writes leave most sets as they are. */
const encoded = new WeakMap<FieldSet, Json>();
const decoded = new WeakMap<Json, FieldSet>();

/** As in `metadata.managedFields[].fieldsV1`. */
export function encode(set: FieldSet): Json {
  const known = encoded.get(set) ?? encodeAnew(set);
  encoded.set(set, known);
  decoded.set(known, set);
  return known;
}

function encodeAnew(set: FieldSet): Json {
  const root: Json = {};
  for (const path of [...set].sort()) {
    let at = root;
    for (const step of path.split('\n')) {
      at[step] ??= {};
      at = at[step] as Json;
    }
    at['.'] = {};
  }
  return withoutLoneDots(root);
}

/** The dot says that the container itself is owned; a leaf needs none. */
function withoutLoneDots(node: Json): Json {
  const fields = Object.entries(node).sort(([a], [b]) => (a < b ? -1 : 1));
  const inner = fields.filter(([field]) => field !== '.');
  if (inner.length === 0) return {};
  return Object.fromEntries(fields.map(([field, value]) => [field, field === '.' ? {} : withoutLoneDots(value as Json)]));
}

export function decode(fieldsV1: Json): FieldSet {
  const known = decoded.get(fieldsV1) ?? decodeAnew(fieldsV1);
  decoded.set(fieldsV1, known);
  return known;
}

function decodeAnew(fieldsV1: Json): FieldSet {
  const paths: string[] = [];
  const read = (node: Json, path: string) => {
    const fields = Object.entries(node);
    if (path !== '' && (fields.length === 0 || '.' in node)) paths.push(path);
    for (const [field, inner] of fields)
      if (field !== '.' && isJson(inner)) read(inner, path === '' ? field : `${path}\n${field}`);
  };
  read(fieldsV1, '');
  return new Set(paths);
}

/** As messages spell a path: `.spec.template.spec.containers[name="app"].image`. */
export function spell(path: string): string {
  const steps = path.split('\n').map((step) => {
    if (step.startsWith('k:')) {
      const keys = Object.entries(JSON.parse(step.slice(2)) as Json);
      return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
    }
    return step.startsWith('v:') ? `[=${step.slice(2)}]` : `.${step.slice(2)}`;
  });
  return steps.join('');
}
