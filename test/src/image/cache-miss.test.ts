import { describe, expect, test } from '@jest/globals';
import type { BuildStep } from '../../../src/image/build-account.js';
import { type CacheMiss, firstMiss, type Rebuilt } from '../../../src/image/cache-miss.js';
import { parseDockerfile } from '../../../src/image/review/dockerfile.js';

const plain: Rebuilt = { noCache: false, noCacheFilters: [], buildArgs: [], dockerfile: undefined };
const built = (name: string, seconds: number, id = name, needs: readonly string[] = []): BuildStep => ({
  ...{ id, needs, name, cached: false, durationMs: seconds * 1000, error: undefined, lastLines: [] },
});
const cached = (name: string, id = name, needs: readonly string[] = []): BuildStep => ({
  ...built(name, 0, id, needs),
  cached: true,
});

const FROM = cached('[base 1/2] FROM docker.io/library/node:24', 'from');
const BASE = cached('[base 2/2] WORKDIR /app', 'base', ['from']);
const LOCK = '[deps 1/2] COPY package.json package-lock.json ./';
const INSTALL = '[deps 2/2] RUN npm ci';
const SOURCE = '[builder 2/3] COPY . .';
const BUILD = '[builder 3/3] RUN npm run build';

function nextjs(states: { readonly lock: boolean; readonly source: boolean; readonly build: boolean }): BuildStep[] {
  const step = (isCached: boolean, name: string, seconds: number, id: string, needs: readonly string[]) =>
    isCached ? cached(name, id, needs) : built(name, seconds, id, needs);
  const { lock, source, build } = states;
  return [
    FROM,
    BASE,
    step(lock, LOCK, 1, 'lock', ['base']),
    step(lock, INSTALL, 30, 'install', ['lock']),
    step(lock, '[builder 1/3] COPY --from=deps /app/node_modules ./node_modules', 4, 'packages', ['base', 'install']),
    step(source, SOURCE, 1, 'source', ['packages']),
    step(build, BUILD, 40, 'build', ['source']),
    step(build, '[runner 1/1] COPY --from=builder /app/public ./public', 2, 'public', ['base', 'build']),
  ];
}

test('everything from the cache has no miss, and neither has a build of nothing', () => {
  expect(firstMiss(nextjs({ lock: true, source: true, build: true }), plain)).toBeUndefined();
  expect(firstMiss([], plain)).toBeUndefined();
});

test.each<[string, Parameters<typeof nextjs>[0], Partial<CacheMiss>]>([
  ['a changed lock file', { lock: false, source: false, build: false }, { step: LOCK, lostMs: 78_000, following: 5 }],
  ['a changed source', { lock: true, source: false, build: false }, { step: SOURCE, lostMs: 43_000, following: 2 }],
  ['a changed argument', { lock: true, source: true, build: false }, { step: BUILD, lostMs: 42_000, following: 1 }],
])('%s is the step that all others were built again for', (_, states, miss) => {
  expect(firstMiss(nextjs(states), plain)).toMatchObject(miss);
});

test('of several that do not build on each other it is the one that cost most', () => {
  const steps = [
    FROM,
    cached('[c 1/1] COPY c /', 'c', ['from']),
    built('[a 1/1] RUN a', 1, 'a', ['from']),
    built('[b 1/1] RUN b', 9, 'b', ['from']),
  ];
  expect(firstMiss(steps, plain)).toMatchObject({ step: '[b 1/1] RUN b', lostMs: 9000, following: 0 });
});

test('steps that took no time, and that the engine tells in another order, come from the first one too', () => {
  const steps = [FROM, built('[a 2/2] RUN late', 0, 'late', ['early']), built('[a 1/2] RUN early', 0, 'early', ['from'])];
  expect(firstMiss(steps, plain)).toMatchObject({ step: '[a 1/2] RUN early', following: 1 });
});

test('an engine that does not say what builds on what builds one after the other', () => {
  const steps = [cached('[1/3] COPY a /'), built('[2/3] RUN b', 2), built('[3/3] RUN c', 3)].map(
    ({ id, needs, ...step }) => step,
  );
  expect(firstMiss(steps, plain)).toMatchObject({ step: '[2/3] RUN b', lostMs: 5000, following: 1 });
});

describe('why', () => {
  const why = (step: BuildStep, rebuilt: Partial<Rebuilt> = {}, others = [FROM, BASE]) =>
    firstMiss([...others, step], { ...plain, ...rebuilt })?.why;

  test('names the files that a COPY takes', () => {
    expect(why(built(LOCK, 1))).toMatch(/^package\.json, package-lock\.json has changed/);
    expect(why(built('[linux/arm64 deps 1/2] COPY --chown=1000 a b /', 1))).toMatch(/^a, b has changed/);
  });

  test('names the stage that a COPY takes from', () => {
    expect(why(built('[runner 1/1] COPY --from=builder /app/public ./', 1))).toContain('/app/public of builder has changed');
  });

  const dockerfile = parseDockerfile('FROM a AS builder\nARG API_URL=\nARG DEBUG\nRUN npm run build\nFROM a\nARG VERSION\n');
  test('names the arguments that were given and that a RUN sees', () => {
    expect(why(built(BUILD, 1), { dockerfile, buildArgs: ['API_URL', 'VERSION'] })).toContain('the value of API_URL has changed');
    expect(why(built('[stage-1 2/2] RUN x', 1), { dockerfile, buildArgs: ['API_URL', 'VERSION'] })).toContain(
      'the value of VERSION has',
    );
    expect(why(built(BUILD, 1), { dockerfile })).not.toContain('the value of');
  });

  test('is the builder or its base image where nothing was cached', () => {
    expect(why(built('[base 2/2] WORKDIR /app', 1), {}, [FROM])).toContain('cache-from and cache-to');
  });

  test('is what was asked for', () => {
    expect(why(built(BUILD, 1), { noCache: true })).toBe('no-cache asks for it.');
    expect(why(built(BUILD, 1), { noCacheFilters: ['builder'] })).toBe('no-cache-filters asks for it.');
    expect(why(built(LOCK, 1), { noCacheFilters: ['builder'] })).not.toContain('asks for it');
  });
});
