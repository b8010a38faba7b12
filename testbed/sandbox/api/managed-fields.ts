import { claimedBy, common, compare, decode, emptySet, encode, type FieldSet, spell, union, without } from './field-set.js';
import { isJson, isSame, type Json, type ManagedFields, timestamp } from './object.js';
import { type Flaw, Refusal } from './refusal.js';
import { keysOf, ruleFor, type Schema } from './schema.js';

/** Who writes, how, and through which path. */
export interface Writer {
  readonly manager: string;
  readonly apiVersion: string;
  readonly subresource: string | undefined;
}

interface Entry {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string | undefined;
  readonly fields: FieldSet;
  /** None for a manager that only applied what was there already. */
  readonly time: string | undefined;
}

/** Who is taken to own everything that was there before the first apply (apimachinery `managedfields/internal/skipnonapplied.go`). */
const BEFORE_FIRST_APPLY = 'before-first-apply';

function read(managedFields: readonly ManagedFields[] | undefined): Entry[] {
  return (managedFields ?? []).flatMap(({ manager = '', operation, apiVersion = '', subresource, fieldsV1 = {}, time }) =>
    operation === undefined ? [] : [{ manager, operation, apiVersion, subresource, fields: decode(fieldsV1), time }],
  );
}

function write(entries: readonly Entry[]): ManagedFields[] | undefined {
  const kept = entries.filter(({ fields }) => fields.size > 0);
  const order = ({ operation, time = '', manager, subresource = '' }: Entry) =>
    `${operation}\n${time}\n${manager}\n${subresource}`;
  const ordered = kept.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  if (ordered.length === 0) return undefined;
  return ordered.map(({ fields, subresource, manager, operation, apiVersion, time }) => ({
    manager,
    operation,
    apiVersion,
    ...(time !== undefined && { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: encode(fields),
    ...(subresource !== undefined && { subresource }),
  }));
}

const isOf =
  ({ manager, apiVersion, subresource }: Writer, operation: Entry['operation']) =>
  (entry: Entry) =>
    entry.manager === manager &&
    entry.operation === operation &&
    entry.apiVersion === apiVersion &&
    entry.subresource === subresource;

/** The manager's entry with its new fields; its time is that of the last write that changed something. */
function replace(
  entries: readonly Entry[],
  writer: Writer,
  { operation, fields, hasChanged }: Pick<Entry, 'operation' | 'fields'> & { readonly hasChanged: boolean },
): Entry[] {
  const isOurs = isOf(writer, operation);
  const time = hasChanged ? timestamp() : entries.find(isOurs)?.time;
  return [...entries.filter((other) => !isOurs(other)), { ...writer, operation, fields, time }];
}

/**
 * Ownership after an ordinary write: what the writer added or changed is its own from now on, and what is gone is nobody's.
 * @param before without anything of its own for an object that is new: what a structure of the kind holds from the start
 * @param managedFields as they are to be taken: the writer may have edited them
 */
export function trackUpdate(
  before: Json,
  after: Json,
  managedFields: ManagedFields[] | undefined,
  writer: Writer,
  schema: Schema,
) {
  const { added, changed, removed } = compare(before, after, schema);
  const taken = union(added, changed);
  const entries = read(managedFields);
  const isOurs = isOf(writer, 'Update');
  const ours = entries.find(isOurs)?.fields ?? emptySet;
  const others = entries.map((entry) =>
    isOurs(entry) ? entry : { ...entry, fields: without(without(entry.fields, taken), removed) },
  );
  const fields = without(union(ours, taken), removed);
  return write(replace(others, writer, { operation: 'Update', fields, hasChanged: taken.size > 0 }));
}

export interface Applied {
  readonly object: Json;
  readonly managedFields: ManagedFields[] | undefined;
}

/**
 * Server-side apply (https://kubernetes.io/docs/reference/using-api/server-side-apply/): the configuration is merged into the object, and what
 * the manager applied before and leaves out now goes, unless others own it too.
 * @param live undefined for an object that is new
 * @throws Refusal 409 naming every field that another manager owns with another value, unless `force`
 */
export function applyConfiguration(
  live: Json | undefined,
  managedFields: ManagedFields[] | undefined,
  configuration: Json,
  { writer, schema, force }: { readonly writer: Writer; readonly schema: Schema; readonly force: boolean },
): Applied {
  const present = live ?? {};
  let entries = read(managedFields);
  if (live !== undefined && entries.length === 0) {
    const all = { ...writer, manager: BEFORE_FIRST_APPLY, operation: 'Update' as const, subresource: undefined };
    entries = [{ ...all, fields: claimedBy(present, schema), time: timestamp() }];
  }
  const isOurs = isOf(writer, 'Apply');
  const claims = claimedBy(configuration, schema);
  const merged = merge(present, configuration, schema, '') as Json;
  const { added, changed } = compare(present, merged, schema);
  const taken = union(added, changed);
  const contested = entries.filter((entry) => !isOurs(entry) && common(entry.fields, taken).size > 0);
  if (!force) refuseConflicts(contested, taken);
  entries = entries.map((entry) => (contested.includes(entry) ? { ...entry, fields: without(entry.fields, taken) } : entry));

  const before = entries.find(isOurs)?.fields ?? emptySet;
  const ofOthers = entries.filter((entry) => !isOurs(entry)).map(({ fields }) => fields);
  const object = structuredClone(merged);
  // From the inside out, so that an item goes once its fields have.
  for (const path of [...without(before, claims)].sort((a, b) => b.length - a.length)) {
    const isOwned = ofOthers.some((fields) => [...fields].some((other) => other === path || other.startsWith(`${path}\n`)));
    const isClaimed = [...claims].some((claim) => claim.startsWith(`${path}\n`));
    if (!isOwned && !isClaimed) removeAt(object, path);
  }
  const hasChanged = !isSame(object, present);
  return { object, managedFields: write(replace(entries, writer, { operation: 'Apply', fields: claims, hasChanged })) };
}

function refuseConflicts(contested: readonly Entry[], taken: FieldSet): void {
  const conflicts = contested.flatMap((entry) =>
    [...common(entry.fields, taken)].sort().map((path) => ({ with: describe(entry), field: spell(path) })),
  );
  if (conflicts.length === 0) return;
  const causes = conflicts.map(
    ({ with: manager, field }): Flaw => ({ reason: 'FieldManagerConflict', message: `conflict with ${manager}`, field }),
  );
  throw new Refusal(409, 'Conflict', conflictMessage(conflicts), { causes });
}

const describe = ({ manager, subresource, apiVersion, operation }: Entry): string => {
  const through = subresource === undefined ? '' : ` with subresource "${subresource}"`;
  return `"${manager}"${through}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
};

/** In the words of structured-merge-diff's `merge/conflict.go`. */
function conflictMessage(conflicts: readonly { readonly with: string; readonly field: string }[]): string {
  const [only] = conflicts;
  if (only !== undefined && conflicts.length === 1)
    return `Apply failed with 1 conflict: conflict with ${only.with}: ${only.field}`;
  const managers = [...new Set(conflicts.map(({ with: manager }) => manager))].sort();
  const told = managers.map((manager) => {
    const fields = conflicts.filter((conflict) => conflict.with === manager).map(({ field }) => `- ${field}`);
    return `conflicts with ${manager}:\n${fields.join('\n')}`;
  });
  return `Apply failed with ${conflicts.length} conflicts: ${told.join('\n')}`;
}

function merge(live: unknown, wanted: unknown, schema: Schema, pattern: string): unknown {
  const rule = ruleFor(schema, pattern);
  if (Array.isArray(live) && Array.isArray(wanted) && rule?.kind === 'items') {
    const keyOf = (item: unknown) => JSON.stringify(keysOf(item, rule));
    const byKey = new Map(wanted.map((item) => [keyOf(item), item]));
    const kept = live.map((item) =>
      byKey.has(keyOf(item)) ? merge(item, byKey.get(keyOf(item)), schema, `${pattern}.*`) : item,
    );
    const known = new Set(live.map(keyOf));
    return [...kept, ...wanted.filter((item) => !known.has(keyOf(item)))];
  }
  if (Array.isArray(live) && Array.isArray(wanted) && rule?.kind === 'values')
    return [...live, ...wanted.filter((value) => !live.includes(value))];
  if (isJson(live) && isJson(wanted) && rule?.kind !== 'whole') {
    const inner = (field: string) => (pattern === '' ? field : `${pattern}.${field}`);
    const fields = Object.entries(wanted).map(([field, value]) => [field, merge(live[field], value, schema, inner(field))]);
    return { ...live, ...Object.fromEntries(fields) };
  }
  return wanted;
}

function removeAt(object: Json, path: string): void {
  const steps = path.split('\n');
  const last = steps.pop() ?? '';
  let at: unknown = object;
  for (const step of steps) at = child(at, step);
  if (Array.isArray(at)) {
    const index = at.indexOf(child(at, last));
    if (index !== -1) at.splice(index, 1);
  } else if (isJson(at)) {
    delete at[last.slice(2)];
  }
}

function child(value: unknown, step: string): unknown {
  const rest = step.slice(2);
  if (step.startsWith('f:')) return isJson(value) ? value[rest] : undefined;
  if (!Array.isArray(value)) return undefined;
  const wanted: unknown = JSON.parse(rest);
  if (step.startsWith('v:')) return value.find((item) => item === wanted);
  // A key that an item leaves out has its default there.
  return value.find((item) =>
    Object.entries(wanted as Json).every(([key, text]) => (item as Json)[key] === undefined || (item as Json)[key] === text),
  );
}
