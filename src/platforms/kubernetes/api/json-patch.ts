import { isDeepStrictEqual } from 'node:util';
import { ApiError, type JsonPatchOperation } from './cluster.js';

type Container = Record<string, unknown> | unknown[];

/**
 * The object that a JSON patch (RFC 6902) makes of another, which stays as it is.
 * @throws ApiError 422, as the API server answers, when a test fails or a path leads nowhere
 */
export function patchedBy<T>(object: T, operations: readonly JsonPatchOperation[]): T {
  const root: Record<string, unknown> = { whole: structuredClone(object) };
  for (const operation of operations) perform(root, operation);
  return root.whole as T;
}

function perform(root: Record<string, unknown>, operation: JsonPatchOperation): void {
  const keys = ['whole', ...operation.path.split('/').slice(1).map(unescaped)];
  const key = keys.pop() ?? '';
  const parent = keys.reduce<unknown>((value, each) => child(value, each), root);
  if (typeof parent !== 'object' || parent === null) throw refused(operation);
  const isThere = child(parent, key) !== undefined;
  if (operation.op !== 'add' && operation.op !== 'test' && !isThere) throw refused(operation);
  if (operation.op === 'test') {
    if (!isDeepStrictEqual(child(parent, key), operation.value)) throw refused(operation);
  } else if (operation.op === 'remove') remove(parent as Container, key);
  else write(parent as Container, key, operation);
}

const child = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;

function remove(parent: Container, key: string): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}

function write(parent: Container, key: string, { op, value }: Extract<JsonPatchOperation, { value: unknown }>): void {
  const own = structuredClone(value);
  if (!Array.isArray(parent)) parent[key] = own;
  else if (op === 'add') parent.splice(key === '-' ? parent.length : Number(key), 0, own);
  else parent[Number(key)] = own;
}

/** RFC 6901. */
const unescaped = (token: string): string => token.replaceAll('~1', '/').replaceAll('~0', '~');

const refused = ({ op, path }: JsonPatchOperation): ApiError =>
  new ApiError(422, 'Invalid', `the server rejected our request: ${op} of ${path} can't be done`);

/** What a merge patch (RFC 7386) makes of a value. */
export function mergedWith(value: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const merged: Record<string, unknown> =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  for (const [key, inner] of Object.entries(patch))
    if (inner === null) delete merged[key];
    else merged[key] = mergedWith(merged[key], inner);
  return merged;
}
