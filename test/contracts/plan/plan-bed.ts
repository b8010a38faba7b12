import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { V1ObjectMeta } from '@kubernetes/client-node';
import { load } from 'js-yaml';
import { canaryStep } from '../../../actions/canary-step/action.js';
import { rollback as rollbackDefinition } from '../../../actions/rollback/action.js';
import { inputVariable, readInputs } from '../../../src/hosts/github-actions/read-inputs.js';
import { systemClock } from '../../../src/kernel/clock.js';
import { readEnvironment } from '../../../src/kernel/environment.js';
import type { Runtime } from '../../../src/kernel/runtime.js';
import { readWorkflowRun } from '../../../src/kernel/workflow-run.js';
import { connect } from '../../../src/platforms/kubernetes/access/connect.js';
import { kubeconfigOf } from '../../../src/platforms/kubernetes/access/kubeconfig.js';
import type { Change, Cluster } from '../../../src/platforms/kubernetes/api/cluster.js';
import { FENCE_LABEL } from '../../../src/platforms/kubernetes/api/fence-mark.js';
import { FIELD_MANAGER } from '../../../src/platforms/kubernetes/api/ownership.js';
import { PlannedCluster } from '../../../src/platforms/kubernetes/api/planned-cluster.js';
import { RELEASE_LABEL } from '../../../src/platforms/kubernetes/canary-objects/canary-objects.js';
import { UNFINISHED } from '../../../src/platforms/kubernetes/first-deployment/is-first.js';
import { step } from '../../../src/platforms/kubernetes/steps/canary-step/step.js';
import { rollback } from '../../../src/platforms/kubernetes/steps/rollback/rollback.js';
import type { KubeObject } from '../../../testbed/client/objects.js';
import { type ClusterFixture, collections } from '../../../testbed/fixture.js';
import { RecordingLog } from '../../src/platforms/kubernetes/bed.js';
import { RecordingCluster } from './recording-cluster.js';

export type Inputs = Readonly<Record<string, string>>;

/** One step of a job, in this process. */
export interface PlayedStep {
  readonly action?: 'canary-step' | 'rollback';
  readonly inputs: Inputs;
}

/** An app that is released, and the steps that do it or plan it. */
export interface PlanBed {
  /** Does the step. @param cutAfter it is cancelled once it has made so many changes */
  does(order: PlayedStep, cutAfter?: number): Promise<readonly string[]>;
  /** What the step would do. */
  plans(order: PlayedStep): Promise<readonly string[]>;
  /** Each object without what its controllers write there, which goes on by itself. */
  written(): Promise<Readonly<Record<string, object>>>;
}

/** Nobody sends requests, and no proxy has to hear of anything. */
const QUICK: Inputs = { settle: '0s', 'prove-timeout': '10ms' };

export function planBed(fixture: ClusterFixture, namespace: string, usual: Inputs = {}): PlanBed {
  const kubeconfig = kubeconfigOf(load(readFileSync(fixture.bed.kubeconfig, 'utf8')), 'the kubeconfig', tmpdir());
  const at = (dryRun: boolean): Cluster =>
    connect({ kubeconfig, namespace }, { clock: systemClock, log: new RecordingLog(), environment: environmentOf({}), dryRun });
  return {
    async does(order, cutAfter = Number.POSITIVE_INFINITY) {
      const cut = new AbortController();
      const cluster = new RecordingCluster(at(false), ({ length }) => length >= cutAfter && cut.abort(new Error('cut')));
      await play(order, { namespace, kubeconfig: fixture.bed.kubeconfig, ...usual }, cluster, cut.signal).catch(
        (error: unknown) => {
          if (!cut.signal.aborted) throw error;
        },
      );
      return cluster.changes.map(asText);
    },
    async plans(order) {
      const cluster = new PlannedCluster(at(true));
      const inputs = order.action === 'rollback' ? order.inputs : { ...order.inputs, 'dry-run': 'true' };
      await play(
        { ...order, inputs },
        { namespace, kubeconfig: fixture.bed.kubeconfig, ...usual },
        cluster,
        new AbortController().signal,
      );
      return cluster.plan.changes.map(asText);
    },
    async written() {
      const { deployments, services, leases, budgets, httpRoutes, traefikServices } = collections;
      const places = [deployments, services, leases, budgets, httpRoutes, traefikServices].map((place) => place(namespace));
      places.push(
        `/api/v1/namespaces/${namespace}/configmaps`,
        `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`,
      );
      const written = async (place: string) => {
        const { items } = await fixture.api.get<{ items: KubeObject[] }>(place);
        return items.map((object) => [`${place}/${object.metadata.name}`, asWritten(object)]);
      };
      return Object.fromEntries((await Promise.all(places.map(written))).flat());
    },
  };
}

async function play({ action, inputs }: PlayedStep, usual: Inputs, cluster: Cluster, signal: AbortSignal): Promise<void> {
  const given: Inputs = { app: 'restaurant', ...QUICK, ...usual, ...inputs };
  const { 'prove-timeout': _, router: __, ...undoing } = given;
  const environment = environmentOf(action === 'rollback' ? undoing : given);
  const runtime: Runtime = {
    environment,
    workflowRun: readWorkflowRun(environment),
    clock: systemClock,
    log: new RecordingLog(),
    signal,
    state: { save: () => undefined, read: () => '' },
  };
  const { failure } =
    action === 'rollback'
      ? await rollback(await readInputs(rollbackDefinition, environment), { ...runtime, cluster })
      : await step(await readInputs(canaryStep, environment), { ...runtime, cluster });
  if (failure) throw new Error(failure.text);
}

const workspace = mkdtempSync(join(tmpdir(), 'd9-plan-'));

/** Writes a manifest, and gives its name. */
export function manifestOf(name: string, objects: readonly object[]): string {
  writeFileSync(join(workspace, name), objects.map((object) => JSON.stringify(object)).join('\n---\n'));
  return name;
}

function environmentOf(inputs: Inputs) {
  const run = { GITHUB_REPOSITORY: 'shop/restaurant', GITHUB_RUN_ID: '4711', GITHUB_RUN_ATTEMPT: '1', GITHUB_JOB: 'release' };
  const given = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [inputVariable(name), value]));
  return readEnvironment({ GITHUB_WORKSPACE: workspace, ...run, ...given }, workspace);
}

/** What counts of a change: who it is, what is done, and what the object then is, without what the server and its controllers keep there. */
function asText({ verb, kind, name, sent, after }: Change): string {
  const what = `${verb} ${kind} ${['Pod', 'Event'].includes(kind) ? '' : name}`.trim();
  if (kind === 'Event' || after === undefined) return what;
  const { metadata = {}, status: _, ...rest } = after as typeof after & { status?: unknown };
  const { [FENCE_LABEL]: fence, [RELEASE_LABEL]: release, ...labels } = metadata.labels ?? {};
  const { 'deployment.kubernetes.io/revision': __, [UNFINISHED]: first, ...annotations } = metadata.annotations ?? {};
  const marks = [
    fence === undefined ? '' : 'marked',
    release === undefined ? '' : 'of a release',
    first === undefined ? '' : 'unfinished',
  ];
  const own = kind === 'Pod' ? {} : rest;
  const { 'pod-template-hash': ___, ...others } = labels;
  return `${what} ${JSON.stringify(sorted({ body: withoutGiven(sent), own, labels: others, annotations, marks }))}`;
}

/** Our own claims on fields count as written, and those of controllers do not. */
function asWritten(object: KubeObject): object {
  const { status: _, metadata, ...rest } = object as KubeObject & { readonly status?: unknown };
  const { resourceVersion: __, managedFields = [], annotations = {}, ...kept } = metadata as object as V1ObjectMeta;
  const { 'deployment.kubernetes.io/revision': ___, ...others } = annotations;
  const claims = managedFields.filter(({ manager }) => manager === FIELD_MANAGER).map(({ fieldsV1 }) => fieldsV1);
  return { ...rest, metadata: { ...kept, annotations: others }, claims };
}

/** What the server or chance gives, as a key of an object or as the end of a patch's path. */
const GIVEN = new Set(['resourceVersion', 'uid', 'time', FENCE_LABEL, RELEASE_LABEL, UNFINISHED]);

/** A request's body, with what only the server or chance can know taken as given. */
function withoutGiven(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutGiven);
  if (typeof value !== 'object' || value === null) return value;
  const { path } = value as { readonly path?: unknown };
  const end = typeof path === 'string' ? (path.split('/').at(-1) ?? '').replaceAll('~1', '/') : '';
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const named = key === 'value' && end !== '' ? end : key;
      if (named === 'managedFields') return [key, ourClaims(inner)];
      return [key, GIVEN.has(named) ? 'given' : withoutGiven(inner)];
    }),
  );
}

/** What controllers claim is theirs to say, and comes and goes. */
const ourClaims = (value: unknown): unknown =>
  Array.isArray(value) ? value.filter(({ manager }) => manager === FIELD_MANAGER) : value;

/** Addresses are given out anew each time. */
const GIVEN_OUT = ['clusterIP', 'clusterIPs'];

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !GIVEN_OUT.includes(key))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
};
