import { describe, expect, test } from '@jest/globals';
import type { BakeTarget } from '../../../../src/image/bake/definition.js';
import { hasProvenance, type Overrides, override } from '../../../../src/image/bake/overrides.js';
import { plainPlan } from '../plain-plan.js';

const withInputs = (target: BakeTarget, given: Partial<Overrides> = {}, variables = {}) =>
  override('web', target, { ...plainPlan, ...given }, variables);

test('lists and names are added to those of the file, and the same name is the input’s', () => {
  const target = {
    args: { A: '1', B: '2' },
    labels: { x: '1' },
    contexts: { base: 'target:base' },
    annotations: ['a=b'],
    ssh: ['default'],
  };
  const given = { buildArgs: ['B=3', 'C'], labels: ['y=2'], buildContexts: ['lib=lib'], annotations: ['c=d'], ssh: ['git=/k'] };
  expect(withInputs(target, given, { C: 'from env' })).toMatchObject({
    args: { A: '1', B: '3', C: 'from env' },
    labels: { x: '1', y: '2' },
    contexts: { base: 'target:base', lib: 'lib' },
    annotations: ['a=b', 'c=d'],
    ssh: ['default', 'git=/k'],
  });
});

test('a build argument without a value anywhere leaves that of the Dockerfile', () => {
  expect(withInputs({}, { buildArgs: ['C'] }).args).toEqual({});
});

test('platforms, caches and switches take the place of the file’s; without them it stays as it is', () => {
  const target = { platforms: ['linux/amd64'], 'cache-from': ['type=gha'], network: 'none', 'shm-size': '1g' };
  expect(withInputs(target)).toMatchObject(target);
  const given = {
    platforms: ['linux/arm64'],
    cacheFrom: ['type=gha,scope={target}'],
    cacheTo: ['type=registry,ref=r/{target}:cache'],
    network: 'host',
    shmSize: '2g',
    noCache: true,
    pull: true,
    addHosts: ['db:10.0.0.1', 'six=::1'],
  };
  expect(withInputs(target, given)).toMatchObject({
    platforms: ['linux/arm64'],
    'cache-from': ['type=gha,scope=web'],
    'cache-to': ['type=registry,ref=r/web:cache'],
    network: 'host',
    'shm-size': '2g',
    'no-cache': true,
    pull: true,
    'extra-hosts': { db: '10.0.0.1', six: '::1' },
  });
});

test('fields that are not known here are handed back', () => {
  expect(withInputs({ description: 'later' } as BakeTarget)).toMatchObject({ description: 'later' });
});

test('the value of a secret does not go into the definition', () => {
  const secrets = [{ id: 'npm', from: 'value', value: 'hunter2-hunter2' }] as const;
  const target = withInputs({ secret: [{ id: 'pip', env: 'PIP' }] }, { secrets });
  expect(target.secret).toEqual([{ id: 'pip', env: 'PIP' }, 'id=npm,env=D9_BUILD_SECRET_0']);
});

describe('attestations', () => {
  const attestOf = (target: BakeTarget, given: Partial<Overrides> = {}) => withInputs(target, given).attest;

  test('without any, there is no provenance, so that an unchanged image keeps its digest', () => {
    expect(attestOf({})).toEqual(['type=provenance,disabled=true']);
    expect(hasProvenance(withInputs({}))).toBe(false);
  });

  test('what the file asks for is kept', () => {
    const target = { attest: [{ type: 'provenance', mode: 'max' }, 'type=sbom'] };
    expect(attestOf(target)).toEqual(['type=provenance,mode=max', 'type=sbom']);
    expect(hasProvenance(withInputs(target))).toBe(true);
  });

  test('what an input asks for takes its place', () => {
    const target = { attest: ['type=provenance,mode=max', 'type=sbom'] };
    expect(attestOf(target, { provenance: 'mode=min', sbom: 'true', attests: ['type=sbom,generator=x'] })).toEqual([
      'type=provenance,mode=min',
      'type=sbom',
      'type=sbom,generator=x',
    ]);
  });
});

test('a reproducible image has the time of the commit, unless the file sets one', () => {
  expect(withInputs({}, { sourceDateEpoch: 17 }).args).toEqual({ SOURCE_DATE_EPOCH: '17' });
  expect(withInputs({ args: { SOURCE_DATE_EPOCH: '5' } }, { sourceDateEpoch: 17 }).args).toEqual({ SOURCE_DATE_EPOCH: '5' });
});
