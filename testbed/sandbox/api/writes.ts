import { randomInt, randomUUID } from 'node:crypto';
import { Admission } from './admission.js';
import { applyConfiguration, trackUpdate, type Writer } from './managed-fields.js';
import {
  type ApiObject,
  compact,
  isJson,
  isSame,
  type Json,
  type ManagedFields,
  type Metadata,
  sorted,
  timestamp,
} from './object.js';
import { jsonPatch, mergePatch, strategicMergePatch } from './patches.js';
import { alreadyExists, badRequest, invalid, missingUid, modified, notFound, Refusal, unmetPrecondition } from './refusal.js';
import { apiVersionOf, namespaces, pods, type Resource, services } from './resources.js';
import type { Store } from './store.js';
import { validateMetadata } from './validation.js';

export interface WriteOptions {
  /** Field manager. */
  readonly manager: string;
  /** Says what would be, and keeps nothing. */
  readonly dryRun?: boolean;
  readonly subresource?: 'status' | undefined;
}

export interface Deletion {
  readonly gracePeriodSeconds?: number;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

/** What an object is to become, and who is recorded to own which of its fields. */
interface Target {
  readonly object: ApiObject;
  readonly managedFields: ManagedFields[] | undefined;
}

/** Letters of generated names: no vowels, nothing that reads like something else (apimachinery `pkg/util/rand`). */
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
export const randomLetters = (count: number): string =>
  Array.from({ length: count }, () => LETTERS[randomInt(LETTERS.length)]).join('');

/** Everything that changes objects, with the API server's rules for each kind. */
export class Writes {
  /** Webhooks that change what is written. */
  readonly admission = new Admission();
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** @throws Refusal 404 without the namespace, 409 when the name is taken, 422 for what is not valid */
  create(resource: Resource, namespace: string | undefined, body: Json, options: WriteOptions): ApiObject {
    const filled = this.#newObject(resource, namespace, body);
    refuseFlaws(resource, filled, undefined);
    this.#refuseMissingNamespace(namespace);
    const { name } = filled.metadata;
    if (this.#store.read(resource, namespace, name) !== undefined) throw alreadyExists(resource, name);
    // The status of a new object is nobody's doing.
    const { status: _, ...own } = filled;
    const written = resource.hasStatus ? { ...own, status: resource.empty.status } : filled;
    const managedFields = trackUpdate(resource.empty, written, undefined, writerOf(resource, options), resource.schema);
    return this.#keepNew(resource, filled, managedFields, options);
  }

  /** PUT. @throws Refusal 409 when the object was changed since */
  replace(resource: Resource, live: ApiObject, body: Json, options: WriteOptions): ApiObject {
    const given = decode(resource, body);
    return this.#update(resource, live, given, given.metadata.managedFields, options);
  }

  /** @throws Refusal 422 when a JSON patch can't be carried out, 409 when the object was changed since */
  patch(resource: Resource, live: ApiObject, patch: unknown, type: string, options: WriteOptions): ApiObject {
    const given = decode(resource, patched(resource, live, patch, type) as Json);
    return this.#update(resource, live, given, given.metadata.managedFields, options);
  }

  /** Server-side apply. @returns the object, and whether it is new */
  apply(
    resource: Resource,
    { namespace, name }: { readonly namespace: string | undefined; readonly name: string },
    body: Json,
    options: WriteOptions & { readonly force: boolean },
  ): { readonly object: ApiObject; readonly isNew: boolean } {
    const configuration = decodeConfiguration(resource, name, body);
    const live = this.#store.read(resource, namespace, name);
    const { uid } = (configuration.metadata ?? {}) as Partial<Metadata>;
    if (live === undefined && uid !== undefined) throw missingUid(resource, name, uid);
    if (live !== undefined) refuseStale(resource, live, configuration as ApiObject);
    const how = { writer: writerOf(resource, options), schema: resource.schema, force: options.force };
    const target = applyConfiguration(live, live?.metadata.managedFields, configuration, how);
    if (live !== undefined) {
      const object = fill(resource, target.object);
      return { object: this.#finish(resource, live, { ...target, object }, options), isNew: false };
    }
    const filled = this.#newObject(resource, namespace, target.object);
    refuseFlaws(resource, filled, undefined);
    this.#refuseMissingNamespace(namespace);
    return { object: this.#keepNew(resource, filled, target.managedFields, options), isNew: true };
  }

  /** What the kind's controller says of it; annotations may come along, as the deployment controller's do. */
  updateStatus(
    resource: Resource,
    live: ApiObject,
    status: Json,
    manager: string,
    annotations?: Record<string, string>,
  ): ApiObject {
    const object = { ...live, status, metadata: { ...live.metadata, ...(annotations && { annotations }) } };
    return this.#update(resource, live, object, live.metadata.managedFields, { manager, subresource: 'status' }, true);
  }

  /** @returns what the answer shows; pods with a grace period, and what has finalizers, are still there then */
  remove(
    resource: Resource,
    live: ApiObject,
    deletion: Deletion,
    { dryRun = false }: Pick<WriteOptions, 'dryRun'> = {},
  ): ApiObject | undefined {
    const { name, uid, resourceVersion, finalizers = [] } = live.metadata;
    const { preconditions = {} } = deletion;
    if (preconditions.uid !== undefined && preconditions.uid !== uid) {
      const meant = `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`;
      throw unmetPrecondition(resource, name, meant);
    }
    if (preconditions.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
      const meant = `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`;
      throw unmetPrecondition(resource, name, meant);
    }
    if (resource === pods) return this.#removePod(live, deletion, dryRun);
    if (finalizers.length > 0) return this.#markAsLeaving(resource, live, dryRun);
    if (!dryRun) this.#store.remove(resource, live);
    return resource === services ? live : undefined;
  }

  /** A pod that runs is asked to go; its kubelet deletes it once it has. */
  #removePod(live: ApiObject, { gracePeriodSeconds }: Deletion, dryRun: boolean): ApiObject {
    const spec = live.spec as { terminationGracePeriodSeconds?: number; nodeName?: string };
    const usual = spec.nodeName === undefined ? 0 : (spec.terminationGracePeriodSeconds ?? 30);
    const seconds = Math.min(gracePeriodSeconds ?? usual, live.metadata.deletionGracePeriodSeconds ?? Number.POSITIVE_INFINITY);
    const generation = (live.metadata.generation ?? 1) + (live.metadata.deletionTimestamp === undefined ? 1 : 0);
    const deletionTimestamp = timestamp(new Date(Date.now() + seconds * 1000));
    const metadata = { ...live.metadata, generation, deletionTimestamp, deletionGracePeriodSeconds: seconds };
    const leaving = { ...live, metadata };
    if (dryRun) return leaving;
    const isAsked = live.metadata.deletionTimestamp !== undefined && seconds === live.metadata.deletionGracePeriodSeconds;
    const asked = isAsked ? live : this.#store.write(pods, leaving);
    if (seconds === 0 && !live.metadata.finalizers) this.#store.remove(pods, asked);
    return asked;
  }

  /** What has finalizers goes when the last is taken off (apiserver `registry/generic/registry/store.go`, `markAsDeleting`). */
  #markAsLeaving(resource: Resource, live: ApiObject, dryRun: boolean): ApiObject {
    if (live.metadata.deletionTimestamp !== undefined) return live;
    const { generation } = live.metadata;
    const raised = generation === undefined ? {} : { generation: generation + 1 };
    const metadata = { ...live.metadata, ...raised, deletionTimestamp: timestamp(), deletionGracePeriodSeconds: 0 };
    const leaving = inOrder(resource, { ...live, metadata });
    return dryRun ? leaving : this.#store.write(resource, leaving);
  }

  #newObject(resource: Resource, namespace: string | undefined, body: Json): ApiObject {
    const { metadata, ...rest } = decode(resource, body);
    if (namespace !== undefined && metadata.namespace !== undefined && metadata.namespace !== namespace)
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
    const { generateName, labels, annotations, ownerReferences, finalizers } = metadata;
    const name = metadata.name || (generateName === undefined ? '' : generateName + randomLetters(5));
    const given = compact({ name, generateName, namespace, labels, annotations, ownerReferences, finalizers });
    const defaulted = resource.defaults(rest);
    const status = resource.initialStatus ?? (resource.hasStatus ? undefined : defaulted.status);
    return withoutEmpty(resource, { ...defaulted, metadata: given, status });
  }

  #keepNew(
    resource: Resource,
    filled: ApiObject,
    managedFields: ManagedFields[] | undefined,
    { dryRun }: WriteOptions,
  ): ApiObject {
    const metadata: Metadata = {
      ...filled.metadata,
      uid: randomUUID(),
      creationTimestamp: timestamp(),
      ...(resource.raisesGeneration && { generation: 1 }),
      ...(managedFields && { managedFields }),
    };
    const admitted = this.admission.admit(resource, { ...filled, metadata });
    const object = inOrder(resource, assign(resource, admitted));
    return dryRun ? object : this.#store.write(resource, object);
  }

  #update(
    resource: Resource,
    live: ApiObject,
    given: ApiObject,
    managedFields: ManagedFields[] | undefined,
    options: WriteOptions,
    keepsAnnotations = false,
  ): ApiObject {
    refuseStale(resource, live, given);
    const ofStatus = keepsAnnotations ? given.metadata : live.metadata;
    const next: ApiObject =
      options.subresource === 'status'
        ? { ...live, status: given.status ?? {}, metadata: { ...ofStatus } }
        : { ...given, ...(resource.hasStatus && { status: live.status }) };
    const object = fill(resource, next);
    const edited = managedFields ?? live.metadata.managedFields;
    const kept = isForgetting(edited) ? undefined : edited;
    // An object whose managers have all been forgotten has none until something is applied to it.
    const isTracked = live.metadata.managedFields !== undefined;
    const tracked = isTracked ? trackUpdate(live, object, kept, writerOf(resource, options), resource.schema) : undefined;
    return this.#finish(resource, live, { object, managedFields: tracked }, options);
  }

  /** Writes what differs from what is there; nothing when nothing does. */
  #finish(
    resource: Resource,
    live: ApiObject,
    { object, managedFields }: Target,
    { dryRun, subresource }: WriteOptions,
  ): ApiObject {
    const { labels, annotations, ownerReferences, finalizers } = object.metadata;
    const fixed = without(live.metadata, ['labels', 'annotations', 'ownerReferences', 'finalizers', 'managedFields']);
    const metadata = compact({ ...fixed, labels, annotations, ownerReferences, finalizers, managedFields }) as Metadata;
    const asked: ApiObject = { ...object, apiVersion: live.apiVersion, kind: live.kind, metadata };
    const after = subresource === undefined ? this.admission.admit(resource, asked) : asked;
    refuseFlaws(resource, after, live);
    if (subresource === undefined && resource.raisesGeneration?.(live, after))
      metadata.generation = (metadata.generation ?? 0) + 1;
    const ordered = inOrder(resource, after);
    if (isSame(timeless(ordered), timeless(live))) return live;
    if (dryRun) return ordered;
    const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
    const isLast = live.metadata.finalizers !== undefined && metadata.finalizers === undefined;
    if (!isLast || deletionTimestamp === undefined || deletionGracePeriodSeconds !== 0)
      return this.#store.write(resource, ordered);
    this.#store.remove(resource, ordered);
    return ordered;
  }

  #refuseMissingNamespace(namespace: string | undefined): void {
    if (namespace !== undefined && this.#store.read(namespaces, undefined, namespace) === undefined)
      throw notFound(namespaces, namespace);
  }
}

const without = (metadata: Metadata, fields: readonly string[]): Metadata =>
  Object.fromEntries(Object.entries(metadata).filter(([field]) => !fields.includes(field))) as unknown as Metadata;

/** `[]` and `[{}]`: how a client says that all ownership is to be forgotten. */
const isForgetting = (managedFields: readonly ManagedFields[] = []): boolean =>
  managedFields.every((entry) => Object.keys(entry).length === 0);

const writerOf = (resource: Resource, { manager, subresource }: WriteOptions): Writer => ({
  manager,
  apiVersion: apiVersionOf(resource),
  subresource,
});

/** @throws Refusal 400 for an object of another kind or version */
function decode(resource: Resource, body: Json): ApiObject {
  const { kind, group, version } = resource;
  const expected = apiVersionOf({ group, version });
  const { apiVersion = expected, kind: given = kind, metadata } = body;
  if (apiVersion !== expected)
    throw badRequest(`the API version in the data (${apiVersion}) does not match the expected API version (${expected})`);
  if (given !== kind) throw badRequest(`${given} in version "${version}" cannot be handled as a ${kind}`);
  const { name = '', ...rest } = (isJson(metadata) ? metadata : {}) as Partial<Metadata>;
  return { ...body, apiVersion: expected, kind, metadata: { name, ...rest } };
}

function decodeConfiguration(resource: Resource, name: string, body: Json): Json {
  const { metadata } = body as { metadata?: Partial<Metadata> };
  if (body.kind !== resource.kind || body.apiVersion === undefined)
    throw badRequest(`invalid object type: ${body.apiVersion ?? '/'}, Kind=${body.kind ?? ''}`);
  if (metadata?.managedFields !== undefined) throw badRequest('metadata.managedFields must be nil');
  if (metadata?.name !== undefined && metadata.name !== name)
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  const { status: _, ...configuration } = decode(resource, body);
  return compact({ ...configuration, metadata: { ...configuration.metadata, name } });
}

function refuseStale(resource: Resource, live: ApiObject, { metadata }: ApiObject): void {
  const { name } = live.metadata;
  if (metadata.name !== '' && metadata.name !== name)
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  if (metadata.uid !== undefined && metadata.uid !== live.metadata.uid) {
    const message = `Invalid value: ${JSON.stringify(metadata.uid)}: field is immutable`;
    throw invalid(resource, name, [{ field: 'metadata.uid', reason: 'FieldValueInvalid', message }]);
  }
  const { resourceVersion } = metadata;
  if (resourceVersion !== undefined && resourceVersion !== live.metadata.resourceVersion) throw modified(resource, name);
}

function refuseFlaws(resource: Resource, object: ApiObject, before: ApiObject | undefined): void {
  const flaws = [...validateMetadata(object, before), ...resource.validate(object, before)];
  if (flaws.length > 0) throw invalid(resource, object.metadata.name, flaws);
}

/** Empty maps and lists that the API server's structures leave out (`omitempty`). */
const OMITTED = new Set(['labels', 'annotations', 'ownerReferences', 'finalizers', 'managedFields', 'data', 'nodeSelector']);

/** With the kind's defaults, and without what its structures don't keep. */
const fill = (resource: Resource, object: Json): ApiObject => withoutEmpty(resource, resource.defaults(object));

function withoutEmpty(resource: Resource, object: Json): ApiObject {
  const isEmpty = (value: unknown) => typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  const clean = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(clean);
    if (!isJson(value)) return value;
    const kept = Object.entries(value).filter(([field, inner]) => inner !== undefined && !(OMITTED.has(field) && isEmpty(inner)));
    return Object.fromEntries(kept.map(([field, inner]) => [field, clean(inner)]));
  };
  return clean(resource.isCustom ? object : compact(object)) as ApiObject;
}

/** When a manager wrote last is no change by itself (apiserver `fieldmanager/equality.go`). */
function timeless(object: ApiObject): ApiObject {
  const managedFields = object.metadata.managedFields?.map(({ time: _, ...entry }) => entry);
  return { ...object, metadata: { ...object.metadata, ...(managedFields && { managedFields }) } };
}

function inOrder(resource: Resource, object: ApiObject): ApiObject {
  if (resource.isCustom) return sorted(object);
  const { kind, apiVersion, metadata, ...rest } = object;
  return { kind, apiVersion, metadata, ...rest };
}

/** What the API server itself gives to a new object. */
function assign(resource: Resource, object: ApiObject): ApiObject {
  if (resource === namespaces) {
    const labels = { 'kubernetes.io/metadata.name': object.metadata.name, ...object.metadata.labels };
    return { ...object, spec: { finalizers: ['kubernetes'] }, metadata: { ...object.metadata, labels } };
  }
  if (resource !== services || object.spec?.clusterIP !== undefined) return object;
  const clusterIP = `10.96.${randomInt(256)}.${randomInt(1, 255)}`;
  const assigned = { clusterIP, clusterIPs: [clusterIP], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' };
  return { ...object, spec: { ...object.spec, ...assigned } };
}

function patched({ schema }: Resource, live: ApiObject, patch: unknown, type: string): unknown {
  if (type === 'application/json-patch+json') return jsonPatch(live, patch);
  return type === 'application/merge-patch+json' ? mergePatch(live, patch) : strategicMergePatch(live, patch, schema);
}

/** @throws Refusal 415 for a body that is not JSON */
export function refuseUnknownBody(type: string): void {
  if (type.split(';')[0] === 'application/json') return;
  const known = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
  const message = `the body of the request was in an unknown format - accepted media types include: ${known}`;
  throw new Refusal(415, 'UnsupportedMediaType', message);
}

const patchTypes = ['json-patch+json', 'merge-patch+json', 'strategic-merge-patch+json', 'apply-patch+yaml'];

/** @throws Refusal 415; custom resources know no strategic merge patch */
export function refuseUnknownPatch(type: string, { isCustom }: Resource): void {
  const isKnown = patchTypes.some((known) => type === `application/${known}`) && !(isCustom && type.includes('strategic'));
  if (!isKnown) throw new Refusal(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
}
