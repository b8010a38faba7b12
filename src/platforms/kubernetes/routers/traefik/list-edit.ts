import type { TraefikMemory } from './kind.js';
import type { Backends, Child, TraefikService } from './objects.js';
import { isService } from './objects.js';
import { withoutCanary as withoutWeights, withCanaryShare as withWeights } from './weights.js';

export interface Edit {
  readonly backends: Backends;
  readonly memory: Pick<TraefikMemory, 'children' | 'nativeLB'>;
}

export const childrenOf = ({ spec }: TraefikService): readonly Child[] => spec?.weighted?.services ?? [];

/**
 * The list with the canary's share written in. Traefik drops a whole route of which one child has no endpoints, at weight 0 too, so neither version may
 * be listed where its pods may be gone: the canary is asked through its Service's address, which Traefik takes as it is, and at 100 stable is not listed.
 * @throws RangeError when a weight would exceed what Traefik takes
 */
export function withShare(found: readonly Child[], edit: Edit, percent: number): Child[] {
  const shared = withWeights(withStable(found, edit), listEdit(edit), percent);
  return shared
    .filter((child) => percent < 100 || !isStable(child, edit))
    .map((child) => (isCanary(child, edit) ? { ...child, nativeLB: true } : child));
}

/**
 * The list as it would be had there been no release; edits of others stay. One that somebody has emptied, by taking out a canary that had all traffic, gets
 * stable back as it was: nobody would be served.
 */
export function withoutShare(found: readonly Child[], edit: Edit): Child[] {
  if (found.length === 0) return rememberedStable(edit);
  return withoutWeights(withStable(found, edit), listEdit(edit));
}

/** Stable's children as far as they are remembered: their ports and weights. */
function rememberedStable({ backends, memory: { children, nativeLB } }: Edit): Child[] {
  return children.flatMap(({ child, weight }) => {
    const [, , name, port = ''] = child.split('/');
    if (name !== backends.stable) return [];
    const number = Number(port);
    return [
      {
        name,
        ...(port !== '' && { port: Number.isInteger(number) ? number : port }),
        ...(weight !== null && { weight }),
        ...(nativeLB !== null && { nativeLB }),
      },
    ];
  });
}

const listEdit = ({ backends, memory }: Edit) => ({ backends, memory: memory.children, isRule: false });

const isStable = (child: Child, { backends }: Edit): boolean => isService(child, backends.stable, backends.namespace);
const isCanary = (child: Child, { backends }: Edit): boolean => isService(child, backends.canary, backends.namespace);

/** Stable at weight 0 beside each canary that has all its traffic, so that the weights say what they were. */
function withStable(found: readonly Child[], edit: Edit): readonly Child[] {
  if (found.some((child) => isStable(child, edit))) return found;
  const { nativeLB } = edit.memory;
  return found.flatMap((child) => {
    if (!isCanary(child, edit)) return [child];
    const { nativeLB: _, ...rest } = child;
    const stable = { ...rest, name: edit.backends.stable, weight: 0, ...(nativeLB !== null && { nativeLB }) };
    return [stable, child];
  });
}
