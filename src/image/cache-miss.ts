import type { BuildStep } from './build-account.js';
import type { Dockerfile } from './review/dockerfile.js';

/** Where a build left the cache. */
export interface CacheMiss {
  /** The first step that was not there, as the engine writes it. */
  readonly step: string;
  /** As far as the engine says it: it names the step, and not what in it is new. */
  readonly why: string;
  /** In the step and all that build on it, in milliseconds. */
  readonly lostMs: number;
  /** How many those are. */
  readonly following: number;
}

/** What a step may have been built anew for. */
export interface Rebuilt {
  readonly noCache: boolean;
  /** Stages that are to be built again. */
  readonly noCacheFilters: readonly string[];
  /** Names of the build arguments that were given. */
  readonly buildArgs: readonly string[];
  /** Undefined: not to be read here, or one of several. */
  readonly dockerfile: Dockerfile | undefined;
}

/**
 * The step that the others were built again for; of several that have nothing to do with each other, the one that cost most.
 * @returns undefined when everything that was needed came from the cache, or nothing was built
 */
export function firstMiss(steps: readonly BuildStep[], rebuilt: Rebuilt): CacheMiss | undefined {
  const instructions = steps.filter(({ name }) => !/\] FROM /.test(name));
  const missed = instructions.filter(({ cached, durationMs }) => !cached && durationMs !== undefined);
  const before = ancestors(instructions);
  const found = missed
    .filter((step) => !missed.some((other) => before(step).has(other)))
    .map((step) => {
      const following = missed.filter((other) => before(other).has(step));
      const lostMs = [step, ...following].reduce((sum, { durationMs = 0 }) => sum + durationMs, 0);
      const isAll = missed.length === instructions.length;
      return { step: step.name, why: reason(step.name, isAll, rebuilt), lostMs, following: following.length };
    });
  return found.sort((one, other) => other.lostMs - one.lostMs)[0];
}

/** All that a step builds on. An engine that does not say builds one after the other. */
function ancestors(steps: readonly BuildStep[]): (step: BuildStep) => ReadonlySet<BuildStep> {
  const byId = new Map(steps.flatMap((step) => (step.id === undefined ? [] : [[step.id, step] as const])));
  const known = new Map<BuildStep, Set<BuildStep>>();
  const of = (step: BuildStep): ReadonlySet<BuildStep> => {
    const seen = known.get(step);
    if (seen !== undefined) return seen;
    const own = new Set<BuildStep>();
    known.set(step, own);
    const direct = step.needs?.flatMap((id) => byId.get(id) ?? []) ?? steps.slice(0, steps.indexOf(step));
    for (const one of direct) for (const each of [one, ...of(one)]) own.add(each);
    return own;
  };
  return of;
}

function reason(step: string, isAll: boolean, { noCache, noCacheFilters, buildArgs, dockerfile }: Rebuilt): string {
  const [, stage = '', instruction = ''] = /^\[(?:\S+\/\S+ )?(?:(\S+) )?\d+\/\d+\] (.*)$/s.exec(step) ?? [];
  if (noCache || noCacheFilters.includes(stage)) return `${noCache ? 'no-cache' : 'no-cache-filters'} asks for it.`;
  if (isAll)
    return 'This builder has built none of it before, or its base image is another one. A builder that is new for each run keeps nothing by itself: cache-from and cache-to do.';
  const [keyword = '', ...words] = instruction.split(/\s+/);
  const lost = 'or the cache has lost it.';
  if (/^(COPY|ADD)$/.test(keyword)) {
    const from = /--from=(\S+)/.exec(instruction)?.[1];
    const paths = words.filter((word) => !word.startsWith('--')).slice(0, -1);
    if (from !== undefined) return `The instruction is another one, ${paths.join(', ')} of ${from} has changed, ${lost}`;
    return `${paths.join(', ')} has changed in the context (content, mode, or what lies in it), ${lost}`;
  }
  const seen = dockerfile === undefined ? [] : argumentsIn(dockerfile, stage).filter((name) => buildArgs.includes(name));
  const argument = seen.length === 0 ? '' : `the value of ${seen.join(' or ')} has changed, `;
  return `The instruction or an ENV before it is another one, ${argument}${lost}`;
}

/** ARGs of a stage; BuildKit calls one without a name `stage-N`, or nothing where there is only one. */
function argumentsIn({ stages }: Dockerfile, name: string): string[] {
  const stage = stages.find((one, index) => (one.name ?? `stage-${index}`).toLowerCase() === name.toLowerCase()) ?? stages.at(-1);
  const declared = (stage?.instructions ?? []).filter(({ keyword }) => keyword === 'ARG');
  return declared.flatMap(({ text }) => [...text.matchAll(/(?:^|\s)(\w+)(?==|\s|$)/g)].map(([, one = '']) => one));
}
