import { noSuchResource, Refusal } from './refusal.js';
import { findResource, isServed, namespaces, type Resource } from './resources.js';

/** What a path means. */
export interface Address {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  /** What follows a `proxy` subresource, from its slash on. */
  readonly rest: string;
}

/** The API's own words for what a request does (RBAC verbs). */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/**
 * Reads a path: https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris
 * @throws Refusal 404 for a group, version or kind that is not there
 */
export function readPath(path: string): Address {
  const [root, ...steps] = path.split('/').slice(1).map(decodeURIComponent);
  const group = root === 'apis' ? (steps.shift() ?? '') : '';
  const version = steps.shift() ?? '';
  if (!['api', 'apis'].includes(root ?? '') || !isServed(group, version)) throw pageNotFound();
  const isInNamespace = steps[0] === 'namespaces' && steps.length > 2;
  const namespace = isInNamespace ? steps[1] : undefined;
  const [plural = '', name, subresource, ...rest] = isInNamespace ? steps.slice(2) : steps;
  const resource = findResource(group, version, plural);
  if (resource === undefined || (resource === namespaces && subresource !== undefined)) throw noSuchResource();
  return { resource, namespace, name, subresource, rest: `/${rest.join('/')}` };
}

/** An unknown group is answered before the API has its say: in plain text. */
export class PageNotFound extends Refusal {}
const pageNotFound = () => new PageNotFound(404, 'NotFound', '404 page not found');

export function verbOf(method: string, { name }: Pick<Address, 'name'>, query: URLSearchParams): Verb | undefined {
  const isWatch = ['1', 'true'].includes(query.get('watch') ?? '');
  switch (method) {
    case 'GET':
      return name !== undefined ? 'get' : isWatch ? 'watch' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return name !== undefined ? 'delete' : 'deletecollection';
    default:
      return undefined;
  }
}
