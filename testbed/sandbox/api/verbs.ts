import type { Lists } from './lists.js';
import { type ApiObject, isJson, type Json } from './object.js';
import { type Nodes, readPodLog } from './pod-subresources.js';
import { badRequest, detailsOf, methodNotAllowed, noSuchResource, notFound, notInSandbox, Refusal } from './refusal.js';
import type { Address, Verb } from './request.js';
import { pods } from './resources.js';
import { selection } from './selectors.js';
import type { Store } from './store.js';
import { refuseUnknownFields } from './strict-fields.js';
import { type Deletion, refuseUnknownBody, refuseUnknownPatch, type WriteOptions, type Writes } from './writes.js';

/** One request that may be answered: who asks for what. */
export interface Call {
  readonly address: Address;
  readonly verb: Exclude<Verb, 'watch'>;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  readonly contentType: string;
  /** Field manager, unless the query names one: the program that asks, without its version. */
  readonly agent: string;
}

export interface Answer {
  readonly status: number;
  /** JSON, or text as it is. */
  readonly body: Json | string;
}

export interface Backend {
  readonly store: Store;
  readonly writes: Writes;
  readonly lists: Lists;
  readonly nodes: Nodes;
}

/** Carries a request out. @throws Refusal, which is the answer then */
export function answer(call: Call, backend: Backend): Answer {
  const { address, verb, query } = call;
  const { resource, namespace, name = '', subresource } = address;
  if (verb !== 'patch' && call.body.length > 0) refuseUnknownBody(call.contentType);
  if (subresource === 'log' && resource === pods && verb === 'get')
    return { status: 200, body: readPodLog(backend.store, backend.nodes, namespace ?? '', name, query) };
  if (subresource !== undefined && !(subresource === 'status' && resource.hasStatus)) throw refuseSubresource(subresource);
  switch (verb) {
    case 'get':
      return { status: 200, body: liveObject(backend, address) };
    case 'list':
      return { status: 200, body: backend.lists.list(resource, namespace, query) };
    case 'create':
      return create(call, backend);
    case 'update':
    case 'patch':
      return change(call, backend);
    case 'delete':
      return remove(call, backend);
    case 'deletecollection':
      return removeAll(call, backend);
  }
}

/** @throws Refusal 404 */
function liveObject({ store }: Backend, { resource, namespace, name = '' }: Address): ApiObject {
  const object = store.read(resource, namespace, name);
  if (object === undefined) throw notFound(resource, name);
  return object;
}

const optionsOf = ({ address, query, agent }: Call, kind: string): WriteOptions => ({
  manager: query.get('fieldManager') ?? agent,
  dryRun: isDryRun(query, kind),
  subresource: address.subresource === 'status' ? 'status' : undefined,
});

function create(call: Call, { writes }: Backend): Answer {
  const { resource, namespace, name } = call.address;
  if (name !== undefined || (resource.isNamespaced && namespace === undefined)) throw methodNotAllowed();
  const body = json(call.body);
  if (call.query.get('fieldValidation') === 'Strict') refuseUnknownFields(resource, body);
  const object = writes.create(resource, namespace, body, optionsOf(call, 'CreateOptions'));
  return { status: 201, body: object };
}

function change(call: Call, backend: Backend): Answer {
  const { address, verb, body, contentType } = call;
  const { resource, name } = address;
  if (name === undefined) throw methodNotAllowed();
  if (verb === 'update') {
    const options = optionsOf(call, 'UpdateOptions');
    return { status: 200, body: backend.writes.replace(resource, liveObject(backend, address), json(body), options) };
  }
  refuseUnknownPatch(contentType, resource);
  const options = optionsOf(call, 'PatchOptions');
  if (contentType === 'application/apply-patch+yaml') return apply(call, backend, options);
  const live = liveObject(backend, address);
  return { status: 200, body: backend.writes.patch(resource, live, json(body), contentType, options) };
}

function apply({ address, query, body }: Call, { writes }: Backend, options: WriteOptions): Answer {
  if (options.subresource !== undefined) throw notInSandbox('server-side apply to a status');
  if (!query.get('fieldManager')) {
    const message = 'Required value: is required for apply patch';
    throw invalidOptions('PatchOptions', { reason: 'FieldValueRequired', message, field: 'fieldManager' });
  }
  const { resource, namespace, name = '' } = address;
  const force = query.get('force') === 'true';
  const { object, isNew } = writes.apply(resource, { namespace, name }, json(body), { ...options, force });
  return { status: isNew ? 201 : 200, body: object };
}

function remove({ address, query, body }: Call, backend: Backend): Answer {
  const { resource } = address;
  const deletion = deletionIn(query, body);
  const live = liveObject(backend, address);
  const shown = backend.writes.remove(resource, live, deletion, { dryRun: isDryRun(query, 'DeleteOptions') });
  const details = { ...detailsOf(resource, live.metadata.name), uid: live.metadata.uid };
  return { status: 200, body: shown ?? { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } };
}

function removeAll({ address: { resource, namespace }, query, body }: Call, { store, writes, lists }: Backend): Answer {
  const deletion = deletionIn(query, body);
  const dryRun = isDryRun(query, 'DeleteOptions');
  const list = lists.list(resource, namespace, query);
  for (const object of store.list(resource, namespace).filter(selection(query, resource)))
    writes.remove(resource, object, deletion, { dryRun });
  return { status: 200, body: list };
}

/** @throws Refusal 400 for what is no JSON object or list; server-side apply is understood as JSON only, which is YAML too */
export function json(body: Buffer): Json {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (isJson(value) || Array.isArray(value)) return value as Json;
    throw new Error('neither an object nor a list');
  } catch (error) {
    throw badRequest(`the object provided is unrecognized: json parse error: ${(error as Error).message}`);
  }
}

/** Deletions name their options in the body or in the query. @throws Refusal 501 for what is not simply deleted */
function deletionIn(query: URLSearchParams, body: Buffer): Deletion {
  const options = (body.length === 0 ? {} : json(body)) as Deletion & { readonly propagationPolicy?: string };
  const policy = options.propagationPolicy ?? query.get('propagationPolicy') ?? 'Background';
  if (policy !== 'Background') throw notInSandbox(`deletion with propagationPolicy ${policy}`);
  const grace = options.gracePeriodSeconds ?? query.get('gracePeriodSeconds');
  return { ...options, ...(grace !== null && { gracePeriodSeconds: Number(grace) }) };
}

/** @param kind whose field the message names. @throws Refusal 422 for another value than All */
function isDryRun(query: URLSearchParams, kind: string): boolean {
  const given = query.getAll('dryRun').filter((value) => value !== '');
  if (given.some((value) => value !== 'All')) {
    const message = `Unsupported value: ${JSON.stringify(given)}: supported values: "All"`;
    throw invalidOptions(kind, { reason: 'FieldValueNotSupported', message, field: 'dryRun' });
  }
  return given.length > 0;
}

function invalidOptions(kind: string, cause: Readonly<Record<'reason' | 'message' | 'field', string>>): Refusal {
  const what = `${kind}.meta.k8s.io "" is invalid: ${cause.field}: ${cause.message}`;
  return new Refusal(422, 'Invalid', what, { group: 'meta.k8s.io', kind, causes: [cause] });
}

/** Subresources that the real API server has and the sandbox doesn't. */
const NOT_HERE = new Set(['scale', 'exec', 'attach', 'portforward', 'eviction', 'binding', 'ephemeralcontainers', 'resize']);

const refuseSubresource = (subresource: string): Refusal =>
  NOT_HERE.has(subresource) ? notInSandbox(`the subresource ${subresource}`) : noSuchResource();
