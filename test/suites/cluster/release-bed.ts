import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseFlavours } from '../../../testbed/app/flavours.js';
import type { Api } from '../../../testbed/client/api.js';
import type * as objects from '../../../testbed/client/objects.js';
import type { KubeObject } from '../../../testbed/client/objects.js';
import { type ClusterFixture, collections, connectBed } from '../../../testbed/fixture.js';
import type { RestaurantOptions } from '../../../testbed/restaurant.js';
import { runBundle, type StepEnd, type StepStart } from '../bundles/run-bundle.js';

export type HttpRoute = objects.HttpRoute & {
  readonly metadata: { readonly managedFields?: ReadonlyArray<{ readonly manager?: string }> };
};
export type Deployment = objects.Deployment & {
  readonly spec: {
    readonly template: {
      readonly spec: { readonly containers: ReadonlyArray<{ readonly name: string; readonly image: string }> };
    };
  };
};

/** @throws Error naming a flavour of the app (docs/testbed.md) that there is not */
export function image(tag: string): string {
  parseFlavours(tag);
  return `registry.test/restaurant:${tag}`;
}

const SLO = `
objectives:
  - name: errors
    ratio: { bad: 'http_requests_total{status=~"5.."}', total: http_requests_total }
    max: 1%
  - name: latency-p95
    histogram: http_request_duration_seconds
    quantile: 0.95
    max: 500ms
warm-up: 1s
`;

/** A namespace with the restaurant in it, and the committed bundles to release it with. */
export interface ReleaseBed extends ReleaseState {
  readonly fixture: ClusterFixture;
  readonly namespace: string;
  /** Runs a bundle as a step of the workflow; inputs that every step needs are filled in. */
  step(action: string, inputs?: Record<string, string>, start?: StepStart): Promise<StepEnd>;
  /** Runs a step's `post`, as the runner does after a failed or cancelled job. */
  post(action: string, after: StepEnd, inputs?: Record<string, string>, start?: StepStart): Promise<StepEnd>;
}

/** For a bed without a router: what is routed acts at once, and nothing is to be waited for where nobody sends requests. */
const withoutRouter = { settle: '500ms', 'prove-timeout': '1s' };

/**
 * Deploys the restaurant into a new namespace of the running bed; leaves it `empty` for a test that deploys its own.
 * @param usual inputs that every step gets, unless a step says otherwise
 */
export async function releaseBed(
  fixture: ClusterFixture = connectBed(),
  options: RestaurantOptions | 'empty' = { route: true },
  usual: Readonly<Record<string, string>> = withoutRouter,
): Promise<ReleaseBed> {
  const namespace = await fixture.createNamespace();
  if (options !== 'empty') await fixture.deployRestaurant(namespace, options);
  const { api } = fixture;
  const workspace = mkdtempSync(join(fixture.bed.directory, 'workspace-'));
  writeFileSync(join(workspace, 'slo.yml'), SLO);

  const run = (action: string, inputs: Record<string, string>, start: StepStart) =>
    runBundle(action, {
      cwd: workspace,
      ...start,
      env: { KUBECONFIG: fixture.bed.kubeconfig, ...start.env },
      // What only reads the record has no traffic to speak of.
      inputs: { app: 'restaurant', namespace, ...(action === 'status' ? {} : usual), ...inputs },
    });
  return {
    fixture,
    namespace,
    step: (action, inputs = {}, start = {}) => run(action, inputs, start),
    post: (action, after, inputs = {}, start = {}) => run(action, inputs, { ...start, state: after.state }),
    ...releaseState(api, namespace),
  };
}

/** Ends a step once it has printed something that matches. */
export function cancelAfter(text: RegExp): { signal: AbortSignal; onStdout: (soFar: string) => void } {
  const controller = new AbortController();
  return { signal: controller.signal, onStdout: (soFar) => text.test(soFar) && controller.abort() };
}

/** Calls back once a step has printed something that matches; for acting in the middle of it. */
export function onceStdout(text: RegExp, callback: () => void): Pick<StepStart, 'onStdout'> {
  let isDone = false;
  const onStdout = (soFar: string) => {
    if (isDone || !text.test(soFar)) return;
    isDone = true;
    callback();
  };
  return { onStdout };
}

/** For beds to which nobody sends requests: there is nothing to wait for. */
export const QUICK = { settle: '50ms', 'prove-timeout': '100ms' };

/** The debug line of the request that changes stable's image. */
export const STABLE_IS_WRITTEN = /PATCH \S+\/deployments\/restaurant: 200/;

/** What a release has made of an app so far. */
export interface ReleaseState {
  stable(): Promise<Deployment>;
  stableImage(): Promise<string | undefined>;
  route(): Promise<HttpRoute>;
  /** The release record's newest entry. */
  record(): Promise<
    | {
        phase: string;
        weight: number;
        strategy: { stage?: string };
        steps: ReadonlyArray<{ readonly weight: number; readonly verdict?: string }>;
      }
    | undefined
  >;
  /** Names of objects that carry the suite's label, besides the record. */
  leftovers(): Promise<string[]>;
  /** The share that the route gives the canary: its weight of 100, in this one of its rules. */
  canaryWeight(rule?: number): Promise<number>;
}

/** Looks at the restaurant in a namespace. */
export function releaseState(api: Api, namespace: string): ReleaseState {
  const stable = () => api.get<Deployment>(`${collections.deployments(namespace)}/restaurant`);
  const route = () => api.get<HttpRoute>(`${collections.httpRoutes(namespace)}/restaurant`);
  return {
    stable,
    route,
    stableImage: async () => (await stable()).spec.template.spec.containers[0]?.image,
    async record() {
      const lease = await api.get<KubeObject>(`${collections.leases(namespace)}/d9-restaurant`).catch(() => undefined);
      const json = lease?.metadata.annotations?.['d9.dev/release'];
      return json === undefined ? undefined : JSON.parse(json).latest;
    },
    async leftovers() {
      const paths = [collections.deployments(namespace), collections.services(namespace), collections.budgets(namespace)];
      const query = '?labelSelector=app.kubernetes.io%2Fmanaged-by%3Dd9-actions';
      const lists = await Promise.all(paths.map((path) => api.get<{ items: KubeObject[] }>(`${path}${query}`)));
      const claims = [claimOn('the route', await route().catch(() => undefined)), claimOn('stable', await stable())];
      return [...lists.flatMap(({ items }) => items.map(({ metadata }) => metadata.name)), ...claims.flat()];
    },
    async canaryWeight(rule = 0) {
      const backends = (await route()).spec.rules?.[rule]?.backendRefs ?? [];
      return backends.find(({ name }) => name === 'restaurant-canary')?.weight ?? 0;
    },
  };
}

function claimOn(what: string, object: KubeObject | undefined): string[] {
  const { managedFields = [] } = (object?.metadata ?? {}) as { managedFields?: ReadonlyArray<{ manager?: string }> };
  return managedFields.some(({ manager }) => manager === 'd9-actions') ? [`a claim on ${what}`] : [];
}
