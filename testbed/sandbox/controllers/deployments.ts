import { createHash } from 'node:crypto';
import { isSame, sorted } from '../api/object.js';
import { deployments, replicaSets } from '../api/resources.js';
import { condition, deploymentStatus, untilOverdue, withCondition } from './deployment-status.js';
import { boundsOf, newReplicas, oldReplicas } from './rolling-update.js';
import { WorkQueue } from './work-queue.js';
import {
  CONTROLLER_MANAGER,
  type Controls,
  controlledBy,
  controllerOf,
  type Deployment,
  HASH_LABEL,
  isLeaving,
  keyOf,
  ownedBy,
  type PodTemplate,
  type ReplicaSet,
  splitKey,
} from './workloads.js';

const REVISION = 'deployment.kubernetes.io/revision';
const HISTORY = 'deployment.kubernetes.io/revision-history';
const DESIRED = 'deployment.kubernetes.io/desired-replicas';
const MAXIMUM = 'deployment.kubernetes.io/max-replicas';

/** Rolls Deployments out as the deployment controller does (pkg/controller/deployment). @returns how to stop */
export function runDeployments(controls: Controls): () => void {
  const { store } = controls;
  const queue = new WorkQueue((key) => {
    const { namespace, name } = splitKey(key);
    const deployment = store.read(deployments, namespace, name) as Deployment | undefined;
    if (deployment === undefined) return;
    new Rollout(controls, deployment).step();
    const after = store.read(deployments, namespace, name) as Deployment;
    const leftMs = untilOverdue(after);
    if (leftMs !== undefined) queue.addAfter(key, Math.max(0, leftMs) + 1);
  });
  const stops = [
    store.listen(deployments, ({ type, object }) => type !== 'DELETED' && queue.add(keyOf(object.metadata))),
    store.listen(replicaSets, ({ object }) => {
      const owner = controllerOf(object);
      if (owner?.kind === 'Deployment') queue.add(`${object.metadata.namespace}/${owner.name}`);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
}

const revisionOf = ({ metadata }: ReplicaSet | Deployment): number => Number(metadata.annotations?.[REVISION] ?? 0);

function withoutHash({ metadata = {}, ...rest }: PodTemplate): PodTemplate {
  const { [HASH_LABEL]: _, ...labels } = metadata.labels ?? {};
  return { ...rest, metadata: { ...metadata, labels } };
}

const isSameTemplate = (a: PodTemplate, b: PodTemplate): boolean => isSame(withoutHash(a), withoutHash(b));

/** Letters like those that the real controller makes of its hash. */
function hashOf(template: PodTemplate): string {
  const digest = createHash('sha256')
    .update(JSON.stringify(sorted(template)))
    .digest();
  return [...digest.subarray(0, 10)].map((byte) => 'bcdfghjklmnpqrstvwxz2456789'[byte % 27]).join('');
}

/** One look at one Deployment: does what is to be done next, and says how it stands. */
class Rollout {
  readonly #controls: Controls;
  #deployment: Deployment;

  constructor(controls: Controls, deployment: Deployment) {
    this.#controls = controls;
    this.#deployment = deployment;
  }

  step(): void {
    // One that is being deleted is only counted (`syncDeployment`): not even a new size reaches its ReplicaSets.
    if (isLeaving(this.#deployment)) this.#tellStatus();
    else this.#roll();
  }

  #roll(): void {
    this.#notePause();
    const isResized = this.#sets().some(
      ({ spec, metadata }) => spec.replicas > 0 && Number(metadata.annotations?.[DESIRED]) !== this.#deployment.spec.replicas,
    );
    const newest = this.#deployment.spec.paused ? this.#current() : this.#newest();
    if (isResized) this.#resize(newest);
    else if (newest && !this.#deployment.spec.paused && !this.#scaleUp(newest)) this.#scaleDown();
    this.#cleanUp();
    this.#tellStatus();
  }

  #tellStatus(): void {
    this.#save(deploymentStatus(this.#deployment, this.#current(), this.#sets()));
  }

  /** A pause is said once, and so is its end (`checkPausedConditions`). */
  #notePause(): void {
    const { paused = false } = this.#deployment.spec;
    const { conditions = [] } = this.#deployment.status ?? {};
    const reason = conditions.find(({ type }) => type === 'Progressing')?.reason;
    if (paused === (reason === 'DeploymentPaused') || reason === 'ProgressDeadlineExceeded') return;
    const said = paused
      ? condition('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused')
      : condition('Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed');
    this.#save({ ...this.#deployment.status, conditions: withCondition(conditions, said) });
  }

  /** Oldest revision first. */
  #sets(): ReplicaSet[] {
    const sets = ownedBy<ReplicaSet>(this.#controls.store, replicaSets, this.#deployment);
    return sets.sort((a, b) => revisionOf(a) - revisionOf(b));
  }

  #current(): ReplicaSet | undefined {
    return this.#sets().find(({ spec }) => isSameTemplate(spec.template, this.#deployment.spec.template));
  }

  #old(): ReplicaSet[] {
    const current = this.#current();
    return this.#sets().filter(({ metadata }) => metadata.uid !== current?.metadata.uid);
  }

  /** The set of the present template: found, or made; it has the highest revision, and the Deployment has the same. */
  #newest(): ReplicaSet {
    const highest = Math.max(0, ...this.#old().map(revisionOf));
    const found = this.#current();
    if (found === undefined) return this.#create(highest + 1);
    const before = revisionOf(found);
    if (before > highest) return found;
    const history = [found.metadata.annotations?.[HISTORY], String(before)].filter(Boolean).join(',');
    const moved = this.#annotate(found, { [REVISION]: String(highest + 1), [HISTORY]: history });
    this.#announce(moved);
    return moved;
  }

  #create(revision: number): ReplicaSet {
    const { metadata, spec } = this.#deployment;
    const hash = hashOf(spec.template);
    const label = { [HASH_LABEL]: hash };
    const template = {
      ...spec.template,
      metadata: { ...spec.template.metadata, labels: { ...spec.template.metadata?.labels, ...label } },
    };
    const body = {
      metadata: {
        name: `${metadata.name}-${hash}`,
        labels: template.metadata.labels,
        annotations: { ...this.#sizes(), [REVISION]: String(revision) },
        ownerReferences: [controlledBy(deployments, this.#deployment)],
      },
      spec: {
        replicas: newReplicas(this.#deployment, undefined, this.#sets()),
        ...(spec.minReadySeconds !== undefined && { minReadySeconds: spec.minReadySeconds }),
        selector: { matchLabels: { ...spec.selector.matchLabels, ...label } },
        template,
      },
    };
    const created = this.#controls.writes.create(replicaSets, metadata.namespace, body, {
      manager: CONTROLLER_MANAGER,
    }) as ReplicaSet;
    this.#announce(
      created,
      condition('Progressing', 'True', 'NewReplicaSetCreated', `Created new replica set "${created.metadata.name}"`),
    );
    return created;
  }

  /** The revision comes with a write of the status, so that it raises no generation. */
  #announce(
    newest: ReplicaSet,
    progress = this.#deployment.status?.conditions?.find(({ type }) => type === 'Progressing'),
  ): void {
    const annotations = { ...this.#deployment.metadata.annotations, [REVISION]: String(revisionOf(newest)) };
    const conditions = withCondition(this.#deployment.status?.conditions ?? [], progress ?? foundCondition(newest));
    this.#save({ ...this.#deployment.status, conditions }, annotations);
  }

  #sizes(): Record<string, string> {
    const { replicas } = this.#deployment.spec;
    return { [DESIRED]: String(replicas), [MAXIMUM]: String(replicas + boundsOf(this.#deployment).surge) };
  }

  /** After `spec.replicas` changed: the active set follows at once; in the middle of a rollout the update rules do the rest. */
  #resize(newest: ReplicaSet | undefined): void {
    const active = this.#sets().filter(({ spec }) => spec.replicas > 0);
    const only = active.length <= 1 ? (active[0] ?? newest) : undefined;
    for (const set of active.length === 0 && newest ? [newest] : active)
      this.#scale(set, set.metadata.uid === only?.metadata.uid ? this.#deployment.spec.replicas : set.spec.replicas);
  }

  /** @returns whether there was something to do */
  #scaleUp(newest: ReplicaSet): boolean {
    const { strategy, replicas } = this.#deployment.spec;
    const old = this.#old();
    const isOldGone = old.every(({ spec, status }) => spec.replicas === 0 && !status?.replicas && !status?.terminatingReplicas);
    if (strategy.type === 'Recreate' && !isOldGone) {
      const running = old.filter(({ spec }) => spec.replicas > 0);
      for (const set of running) this.#scale(set, 0);
      return true;
    }
    const wanted = newest.spec.replicas > replicas ? replicas : newReplicas(this.#deployment, newest, this.#sets());
    if (wanted === newest.spec.replicas) return false;
    this.#scale(newest, wanted);
    return true;
  }

  #scaleDown(): void {
    const newest = this.#current();
    const old = this.#old().filter(({ spec }) => spec.replicas > 0);
    if (newest === undefined || old.length === 0) return;
    for (const [set, replicas] of oldReplicas(this.#deployment, newest, old))
      if (replicas !== set.spec.replicas) this.#scale(set, replicas);
  }

  #scale(set: ReplicaSet, replicas: number): void {
    const annotations = { ...set.metadata.annotations, ...this.#sizes() };
    const next = { ...set, metadata: { ...set.metadata, annotations }, spec: { ...set.spec, replicas } };
    this.#controls.writes.replace(replicaSets, set, next, { manager: CONTROLLER_MANAGER });
  }

  #annotate(set: ReplicaSet, annotations: Record<string, string>): ReplicaSet {
    const next = { ...set, metadata: { ...set.metadata, annotations: { ...set.metadata.annotations, ...annotations } } };
    return this.#controls.writes.replace(replicaSets, set, next, { manager: CONTROLLER_MANAGER }) as ReplicaSet;
  }

  /** Old sets without pods go beyond `revisionHistoryLimit`, the oldest first. */
  #cleanUp(): void {
    const empty = this.#old().filter(({ spec, status }) => spec.replicas === 0 && !status?.replicas);
    const surplus = empty.length - this.#deployment.spec.revisionHistoryLimit;
    for (const set of empty.slice(0, Math.max(0, surplus))) this.#controls.writes.remove(replicaSets, set, {});
  }

  #save(status: NonNullable<Deployment['status']>, annotations?: Record<string, string>): void {
    const { writes } = this.#controls;
    this.#deployment = writes.updateStatus(deployments, this.#deployment, status, CONTROLLER_MANAGER, annotations) as Deployment;
  }
}

const foundCondition = ({ metadata }: ReplicaSet) =>
  condition('Progressing', 'True', 'FoundNewReplicaSet', `Found new replica set "${metadata.name}"`);
