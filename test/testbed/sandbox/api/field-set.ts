import { isJson, isSame, type Json } from './object.js';
import { keysOf, ruleFor, type Schema } from './schema.js';

/**
 * Fields of an object, each by its path. A path is a line for every step: `f:spec`, `k:{"name":"app"}` (an item of a list), `v:"a"` (a value
 * of a list), as FieldsV1 spells them.
 */
export type FieldSet = ReadonlySet<string>;

export const emptySet: FieldSet = new Set();
export const union = (a: FieldSet, b: FieldSet): FieldSet => new Set([...a, ...b]);
export const without = (a: FieldSet, b: FieldSet): FieldSet => new Set([...a].filter((path) => !b.has(path)));
export const common = (a: FieldSet, b: FieldSet): FieldSet => new Set([...a].filter((path) => b.has(path)));

/** What the API server says about an object by itself is owned by nobody. */
const UNOWNED = new Set([
  'f:apiVersion',
  'f:kind',
  'f:metadata',
  ...['name', 'namespace', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'selfLink', 'managedFields'].map(
    (field) => `f:metadata\nf:${field}`,
  ),
  'f:metadata\nf:deletionTimestamp',
  'f:metadata\nf:deletionGracePeriodSeconds',
]);

interface Node {
  readonly path: string;
  /** A container holds others; an item is one of a list that is owned item by item. */
  readonly kind: 'leaf' | 'container' | 'item';
  readonly value: unknown;
}

/** Every part of an object that could be owned, from the outside in. */
export function* nodesOf(object: Json, schema: Schema): Generator<Node> {
  for (const node of walk(object, schema, '', '')) {
    const isUnowned =
      UNOWNED.has(node.path) || [...UNOWNED].some((path) => path !== 'f:metadata' && node.path.startsWith(`${path}\n`));
    if (!isUnowned) yield node;
  }
}

function* walk(value: unknown, schema: Schema, path: string, pattern: string): Generator<Node> {
  const rule = ruleFor(schema, pattern);
  const step = (name: string) => (path === '' ? name : `${path}\n${name}`);
  if (Array.isArray(value) && rule?.kind === 'items') {
    yield { path, kind: 'container', value };
    for (const item of value) {
      const at = step(`k:${JSON.stringify(keysOf(item, rule))}`);
      yield { path: at, kind: 'item', value: item };
      if (ruleFor(schema, `${pattern}.*`)?.kind !== 'whole') yield* inside(item, schema, at, `${pattern}.*`);
    }
  } else if (Array.isArray(value) && rule?.kind === 'values') {
    yield { path, kind: 'container', value };
    for (const item of value) yield { path: step(`v:${JSON.stringify(item)}`), kind: 'leaf', value: item };
  } else if (isJson(value) && rule?.kind !== 'whole') {
    if (path !== '') yield { path, kind: 'container', value };
    yield* inside(value, schema, path, pattern);
  } else if (value !== null && value !== undefined) {
    yield { path, kind: 'leaf', value };
  }
}

function* inside(value: unknown, schema: Schema, path: string, pattern: string): Generator<Node> {
  for (const [field, inner] of Object.entries(isJson(value) ? value : {})) {
    const name = `f:${field}`;
    yield* walk(inner, schema, path === '' ? name : `${path}\n${name}`, pattern === '' ? field : `${pattern}.${field}`);
  }
}

const isEmpty = (value: unknown): boolean => Object.keys(value as object).length === 0;

/** What a configuration lays claim to: its leaves, its items, and containers that are empty. */
export function claimedBy(configuration: Json, schema: Schema): FieldSet {
  const nodes = [...nodesOf(configuration, schema)];
  return new Set(nodes.filter(({ kind, value }) => kind !== 'container' || isEmpty(value)).map(({ path }) => path));
}

export interface Difference {
  readonly added: FieldSet;
  readonly changed: FieldSet;
  readonly removed: FieldSet;
}

export function compare(before: Json, after: Json, schema: Schema): Difference {
  const was = new Map([...nodesOf(before, schema)].map((node) => [node.path, node]));
  const is = new Map([...nodesOf(after, schema)].map((node) => [node.path, node]));
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

/** As in `metadata.managedFields[].fieldsV1`. */
export function encode(set: FieldSet): Json {
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
