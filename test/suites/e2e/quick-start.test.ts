import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { connectBed, type Fixture } from '../../../testbed/fixture.js';
import type { Load } from '../../../testbed/load/load.js';
import { type ExampleBed, exampleBed } from './example-bed.js';

/** README's quick start, as it is printed, in a repository that has an app and nothing of this suite. */
let fixture: Fixture;
let bed: ExampleBed;
let load: Load;

beforeAll(() => {
  fixture = connectBed();
});
afterAll(() => fixture.close());
beforeEach(async () => {
  bed = await exampleBed(fixture, 'quick start');
  load = await bed.startLoad(200);
});
afterEach(() => bed.remove());

test('takes a good version to all of the traffic, changes nothing when it is run again, puts the bad one after it back, and loses no request', async () => {
  await bed.repository.commit('Salt the soup');
  expect(await bed.run('release.yml')).toMatchObject({ exitCode: 0, jobs: { release: { result: 'success' } } });
  expect(await bed.record()).toMatchObject({ phase: 'promoted' });
  const promoted = await bed.stableImage();

  const again = await bed.run('release.yml');
  expect(again).toMatchObject({ exitCode: 0, jobs: { release: { result: 'success' } } });
  expect(await bed.stableImage()).toBe(promoted);

  await bed.commitBadVersion();
  expect(await bed.run('release.yml')).toMatchObject({ exitCode: 1, jobs: { release: { result: 'failure' } } });
  expect([await bed.stableImage(), await bed.leftovers()]).toEqual([promoted, []]);
  const { notOk } = await load.stop();
  expect(bed.misses(notOk.filter(({ verdict }) => verdict === 'lost'))).toEqual([]);
});
