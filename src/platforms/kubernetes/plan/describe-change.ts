import type { V1ConfigMap, V1Deployment, V1Pod, V2HorizontalPodAutoscaler } from '@kubernetes/client-node';
import type { Change, PlannedObject } from '../api/cluster.js';
import { FENCE_LABEL } from '../api/fence-mark.js';
import { isPlanned } from '../api/planned-cluster.js';
import { isOfSuite } from '../canary-objects/canary-objects.js';

/** One change in words, for whoever decides by them whether it may be made. */
export function describeChange(change: Change): string {
  const { verb, kind, name, before, after } = change;
  if (verb === 'remove') return `Remove ${kind} ${name}`;
  const words = WORDS[kind]?.(change);
  if (words !== undefined) return words;
  if (before === undefined) return `Create ${kind} ${name}`;
  if (changedIn(before, after).length === 0) return describeClaim(change);
  return `Change ${kind} ${name}: ${changedIn(before, after).join(', ')}`;
}

/** The mark keeps an earlier process of the suite out; it and all claims of ours are gone when the release is over. */
function describeClaim({ kind, name, after }: Change): string {
  const isMarked = after?.metadata?.labels?.[FENCE_LABEL] !== undefined;
  return isMarked ? `Mark ${kind} ${name} as this step's to change` : `Give up every claim on ${kind} ${name}`;
}

/** @returns undefined where the change is like that of any other object */
type Words = (change: Change) => string | undefined;

const WORDS: Readonly<Record<string, Words>> = {
  Deployment: (change) => (isOurs(change) ? ofCanary(change) : ofStable(change)),
  Service: (change) => (isOurs(change) ? `Put Service ${change.name} in front of the canary's pods` : undefined),
  PodDisruptionBudget: ({ name }) => `Give the canary PodDisruptionBudget ${name}, like stable's`,
  ConfigMap: (change) => (isOurs(change) ? undefined : ofContent(change)),
  HorizontalPodAutoscaler: ofAutoscaler,
  Pod: ofPod,
  HTTPRoute: ofSplit,
  TraefikService: ofSplit,
};

const isOurs = ({ after }: Change): boolean => after !== undefined && isOfSuite(after);

function ofCanary({ name, after }: Change): string {
  const { replicas = 1, template } = (after as V1Deployment).spec ?? {};
  return `Run ${replicas} canary ${replicas === 1 ? 'pod' : 'pods'} of ${imagesOf(template).join(', ')} in Deployment ${name}`;
}

function ofStable({ name, before, after }: Change): string | undefined {
  if (!before) return undefined;
  const [was, is] = [(before as V1Deployment).spec, (after as V1Deployment).spec];
  const [old, images] = [imagesOf(was?.template), imagesOf(is?.template)];
  const moved = images.filter((image) => !old.includes(image));
  const said = [
    ...(moved.length > 0 ? [`Update Deployment ${name} to ${moved.join(', ')}`] : []),
    ...(moved.length === 0 && !isSame(was?.template, is?.template) ? [`Give Deployment ${name} another pod template`] : []),
    ...(was?.replicas === is?.replicas ? [] : [`Scale Deployment ${name} to ${is?.replicas}`]),
    ...(Boolean(was?.paused) === Boolean(is?.paused) ? [] : [`${is?.paused ? 'Pause' : 'Resume'} Deployment ${name}`]),
  ];
  return said.length === 0 ? undefined : said.join('; ');
}

const imagesOf = (template: NonNullable<V1Deployment['spec']>['template'] | undefined): string[] =>
  (template?.spec?.containers ?? []).map(({ image }) => image ?? '');

function ofContent({ name, before, after }: Change): string | undefined {
  const content = (object: PlannedObject | undefined) => [(object as V1ConfigMap)?.data, (object as V1ConfigMap)?.binaryData];
  return before && !isSame(content(before), content(after)) ? `Change the content of ConfigMap ${name}` : undefined;
}

function ofAutoscaler({ name, before, after }: Change): string | undefined {
  const [was, is] = [before, after].map((object) => (object as V2HorizontalPodAutoscaler | undefined)?.spec?.minReplicas ?? 1);
  return was === is ? undefined : `Change minReplicas of HorizontalPodAutoscaler ${name} from ${was} to ${is}`;
}

/** By a label its Service no longer selects it, or does again. The server names a pod when it makes it. */
function ofPod({ name, before, after }: Change): string {
  const labels = (object: PlannedObject | undefined) => Object.keys((object as V1Pod | undefined)?.metadata?.labels ?? {});
  const which = after && isPlanned(after) ? 'a pod that is yet to be made' : `pod ${name}`;
  return labels(after).length < labels(before).length ? `Take ${which} out of the endpoints` : `List ${which} in the endpoints`;
}

interface Weighted {
  readonly name: string;
  readonly weight?: number;
}

/** What splits the traffic has lists of weighted backends, of whatever kind it is. */
function ofSplit({ kind, name, before, after }: Change): string | undefined {
  const [was, is] = [before, after].map(listsIn);
  if (!was || !is || isSame(was, is)) return undefined;
  const known = new Set(is.map(wordsOf));
  return `Set the weights in ${kind} ${name}: ${[...known].join('; ')}`;
}

const wordsOf = (list: readonly Weighted[]): string => list.map(({ name, weight = 1 }) => `${name} ${weight}`).join(', ');

function listsIn(value: unknown): Weighted[][] {
  if (typeof value !== 'object' || value === null) return [];
  const children = Object.entries(value).filter(([key]) => key !== 'metadata' && key !== 'status');
  const own = Array.isArray(value) && value.length > 0 && value.every(isBackend) ? [value as Weighted[]] : [];
  return [...own, ...children.flatMap(([, child]) => listsIn(child))];
}

const isBackend = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'name' in value && ('weight' in value || 'port' in value);

/** Paths of what differs, two levels deep; what the server and the suite keep of their own is no difference. */
function changedIn(before: PlannedObject | undefined, after: PlannedObject | undefined): string[] {
  const fields = (object: PlannedObject | undefined): Record<string, unknown> => {
    const { metadata, status: _, ...rest } = (object ?? {}) as PlannedObject & Record<string, unknown>;
    const { [FENCE_LABEL]: __, ...labels } = metadata?.labels ?? {};
    const nested = Object.entries(rest).flatMap(([key, value]) =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).map(([inner, each]) => [`${key}.${inner}`, each])
        : [[key, value]],
    );
    return Object.fromEntries([...nested, ['labels', labels], ['annotations', metadata?.annotations ?? {}]]);
  };
  const [was, is] = [fields(before), fields(after)];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((path) => !isSame(was[path], is[path]));
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
