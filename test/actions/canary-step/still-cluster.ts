import type { ApiRequest, ApiResponse, Cluster } from '../../../src/platforms/kubernetes/api/cluster.js';
import type { Kind } from '../../../src/platforms/kubernetes/api/kinds.js';

/** A cluster that only shows what it holds. Every attempt to change it is noted and refused. */
export class StillCluster implements Cluster {
  readonly server = 'https://cluster.test';
  readonly namespace = 'shop';
  readonly credentialsExpireAt = undefined;
  readonly clockAheadMs = 0;
  /** Plural of a kind → its objects. */
  readonly objects = new Map<string, unknown[]>();
  /** `verb resource` that the credentials may not. */
  readonly forbidden = new Set<string>();
  readonly attempts: string[] = [];

  fencedBy(): Cluster {
    return this;
  }

  read<T>(kind: Kind<T>, name: string): Promise<T | undefined> {
    const named = (object: unknown) => (object as { metadata?: { name?: string } }).metadata?.name === name;
    return Promise.resolve(this.#of(kind).find(named));
  }

  list<T>(kind: Kind<T>): Promise<T[]> {
    return Promise.resolve(this.#of(kind));
  }

  request({ method, path, query }: ApiRequest): Promise<ApiResponse> {
    const answer = (status: number, body: object) => Promise.resolve({ status, headers: {}, body: JSON.stringify(body) });
    if (path === '/apis') return answer(200, { groups: [{ name: 'apps' }] });
    if (path.endsWith('/selfsubjectrulesreviews')) return answer(201, { status: { resourceRules: this.#rules() } });
    if (path.endsWith('/selfsubjectreviews')) return answer(201, { status: { userInfo: { username: 'ci' } } });
    if (query?.dryRun === 'All') return answer(201, {});
    if (method !== 'GET') return this.#refuse(`${method} ${path}`);
    return answer(404, {});
  }

  create = <T>(kind: Kind<T>, _object: T): Promise<T> => this.#refuse(`create ${kind.plural}`);
  apply = <T>(kind: Kind<T>): Promise<T> => this.#refuse(`apply ${kind.plural}`);
  patch = <T>(kind: Kind<T>): Promise<T> => this.#refuse(`patch ${kind.plural}`);
  merge = <T>(kind: Kind<T>): Promise<T> => this.#refuse(`merge ${kind.plural}`);
  remove = <T>(kind: Kind<T>): Promise<T | undefined> => this.#refuse(`remove ${kind.plural}`);
  until = <T, R>(kind: Kind<T>): Promise<R> => this.#refuse(`wait for ${kind.plural}`);

  #of<T>({ plural }: Kind<T>): T[] {
    return (this.objects.get(plural) ?? []) as T[];
  }

  #refuse(attempt: string): Promise<never> {
    this.attempts.push(attempt);
    return Promise.reject(new Error(`nothing may be done, and this was tried: ${attempt}`));
  }

  /** Everything is allowed but what is forbidden. */
  #rules(): object[] {
    const resources = [...this.forbidden].map((each) => each.split(' ')[1] ?? '');
    if (resources.length === 0) return [{ apiGroups: ['*'], resources: ['*', '*/proxy', '*/log'], verbs: ['*'] }];
    const all = [
      'deployments',
      'services',
      'pods',
      'pods/log',
      'pods/proxy',
      'events',
      'replicasets',
      'endpointslices',
      'leases',
    ];
    const rest = ['horizontalpodautoscalers', 'poddisruptionbudgets', 'networkpolicies', 'ingresses', 'httproutes', 'configmaps'];
    const verbs = ['get', 'list', 'watch', 'create', 'patch', 'delete'];
    return [...all, ...rest].map((resource) => ({
      apiGroups: ['*'],
      resources: [resource],
      verbs: verbs.filter((verb) => !this.forbidden.has(`${verb} ${resource}`)),
    }));
  }
}
