import type { Backends, Child } from './objects.js';
import { isService } from './objects.js';

/** Traefik keeps weights as Go's `int` and reads them from JSON, where larger numbers are not exact any more. */
const MAX_WEIGHT = Number.MAX_SAFE_INTEGER;

/** The weight that a child had before the release; null when it was left to its default. */
export interface ChildMemory {
  /** Identifies the child when others add, remove or reorder children meanwhile. */
  readonly child: string;
  readonly weight: number | null;
}

/** What tells a child from the others whatever its place. Two that are alike have no difference to remember but their weights. */
const childIdentity = ({ kind = 'Service', namespace = '', name, port = '' }: Child): string =>
  [kind, namespace, name, port].join('/');

/** The weights of a list before the release. */
export const rememberWeights = (children: readonly Child[]): ChildMemory[] =>
  children.map((child) => ({ child: childIdentity(child), weight: child.weight ?? null }));

const weightOf = ({ weight }: Child): number => weight ?? 1;

/** What a child gets of its list's traffic, in the list's own measure: alone in a rule of an IngressRoute, even a weight of 0 gets all. */
export const portionOf = (child: Child, children: readonly Child[], isRule: boolean): number =>
  isRule && children.length === 1 ? weightOf(child) || 1 : weightOf(child);

/** The list as it is without our edit, and what was taken out. */
interface Parted {
  readonly others: readonly Child[];
  readonly canaries: readonly Child[];
}

function part(children: readonly Child[], { canary, namespace }: Backends): Parted {
  const isCanary = (child: Child) => isService(child, canary, namespace);
  return { others: children.filter((child) => !isCanary(child)), canaries: children.filter(isCanary) };
}

/** The canary stands beside each stable child with that one's port: an app may be listed by several ports. */
function pairs({ others, canaries }: Parted, { stable, namespace }: Backends): Map<Child, Child | undefined> {
  const free = [...canaries];
  return new Map(
    others
      .filter((child) => isService(child, stable, namespace))
      .map((child) => {
        const at = free.findIndex(({ port }) => String(port) === String(child.port));
        return [child, at < 0 ? undefined : free.splice(at, 1)[0]];
      }),
  );
}

export interface ListEdit {
  readonly backends: Backends;
  /** Of this list. */
  readonly memory: readonly ChildMemory[];
  /** Whether the list is a rule of an IngressRoute, where one child alone needs no weight. */
  readonly isRule: boolean;
}

/**
 * The list with the canary's share written in: stable's own weight W becomes W × (100 − percent), the canary's W × percent, and all other
 * weights grow by the same 100. At 0 the canary is not listed at all: Traefik drops a route of which any child has no endpoints, whatever its weight.
 * @throws RangeError when a weight would exceed what Traefik takes
 */
export function withCanaryShare(found: readonly Child[], edit: ListEdit, percent: number): Child[] {
  if (percent === 0) return withoutCanary(found, edit);
  const children = isLeftScaled(found, edit) ? withoutCanary(found, edit) : found;
  const parted = part(children, edit.backends);
  const paired = pairs(parted, edit.backends);
  const isScaled = parted.canaries.length > 0;
  // A list that its owner has switched stable off in has no share to give.
  if (!isScaled && [...paired.keys()].every((stable) => portionOf(stable, children, edit.isRule) === 0)) return [...children];
  return parted.others.flatMap((child) => {
    if (!paired.has(child)) return [{ ...child, weight: checked(weightOf(child) * (isScaled ? 1 : 100)) }];
    const listed = paired.get(child);
    const original = originalPortion(child, listed, children, edit);
    if (original === 0) return [child];
    const canary = { ...child, ...listed, name: edit.backends.canary, weight: checked(original * percent) };
    return [{ ...child, weight: checked(original * (100 - percent)) }, canary];
  });
}

/** The list as it would be had there been no release: the canary gone, the weights back; edits of others stay. */
export function withoutCanary(children: readonly Child[], edit: ListEdit): Child[] {
  const parted = part(children, edit.backends);
  if (isLeftScaled(children, edit))
    return children.map((child) => restored(child, rememberedPortion(child, edit) ?? 1, edit.memory));
  if (parted.canaries.length === 0) return [...children];
  const paired = pairs(parted, edit.backends);
  return parted.others.map((child) => {
    if (!paired.has(child)) return restored(child, weightOf(child) / 100, edit.memory);
    return restored(child, originalPortion(child, paired.get(child), children, edit), edit.memory);
  });
}

const rememberedPortion = (child: Child, { memory }: ListEdit): number | undefined => {
  const remembered = memory.find(({ child: identity }) => identity === childIdentity(child));
  return remembered && (remembered.weight ?? 1);
};

/** Whether somebody took the canary out and left our weights: then stable's share beside other services is not what it was. */
function isLeftScaled(children: readonly Child[], edit: ListEdit): boolean {
  const { backends } = edit;
  if (children.some((child) => isService(child, backends.canary, backends.namespace))) return false;
  const isOther = (child: Child) => !isService(child, backends.stable, backends.namespace);
  const others = children.filter((child) => isOther(child) && rememberedPortion(child, edit) !== 0);
  if (others.length === 0 || others.length === children.length) return false;
  return children.every((child) => {
    const portion = rememberedPortion(child, edit);
    if (portion === undefined) return false;
    return isOther(child)
      ? weightOf(child) === portion * 100
      : weightOf(child) <= portion * 100 && weightOf(child) % portion === 0;
  });
}

/** A weight that is no multiple of 100 is not one of ours: whoever wrote it means it. */
function restored(child: Child, portion: number, memory: readonly ChildMemory[]): Child {
  if (!Number.isInteger(portion)) return child;
  const { weight: _, ...rest } = child;
  const remembered = memory.find(({ child: identity }) => identity === childIdentity(child));
  if (remembered?.weight === null && portion === 1) return rest;
  // It was alone in a rule, where 0 is as good as 1.
  if (remembered?.weight === 0 && portion === 1) return { ...child, weight: 0 };
  return { ...child, weight: portion };
}

function originalPortion(stable: Child, listed: Child | undefined, children: readonly Child[], edit: ListEdit): number {
  const { isRule, memory, backends } = edit;
  if (listed) {
    // With the canary beside it, the sum is 100 times the original: the list itself says so, whatever became of the record.
    const sum = weightOf(stable) + weightOf(listed);
    if (sum > 0 && sum % 100 === 0) return sum / 100;
  } else if (!children.some((child) => isService(child, backends.canary, backends.namespace))) {
    return portionOf(stable, children, isRule);
  }
  // A list whose weights or ports somebody changed in the middle of the release.
  const remembered = memory.find(({ child }) => child === childIdentity(stable));
  const sum = weightOf(stable) + (listed ? weightOf(listed) : 0);
  if (remembered) return (remembered.weight ?? 1) || (isRule && memory.length === 1 ? 1 : 0);
  return sum === 0 ? 0 : Math.max(1, Math.round(sum / 100));
}

function checked(weight: number): number {
  if (weight > MAX_WEIGHT)
    throw new RangeError(`a service would need weight ${weight}, above the ${MAX_WEIGHT} that stays exact`);
  return weight;
}
