import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { PLATFORMS } from '../../../src/platforms/index.js';
import type { PlatformAction } from '../../../src/release/platform.js';
import { serializeRecord } from '../../../src/release/record/format.js';
import { EMPTY_RECORD, withRelease } from '../../../src/release/record/record.js';
import { someRelease } from '../../src/release/releases.js';
import { triedHere } from '../tried-here.js';
import type { PlatformApp, PlatformBed } from './bed.js';
import { Job } from './job.js';

/** What a workflow relies on of wherever its app runs. A platform that is registered is tried here without a further line. */
describe.each(PLATFORMS.filter(({ kind }) => triedHere(kind)).map((platform) => [platform.kind, platform] as const))(
  '%s',
  (kind, platform) => {
    let bed: PlatformBed;
    let app: PlatformApp;
    beforeAll(async () => {
      const { startBed } = (await import(`./${kind}.js`)) as { startBed(): Promise<PlatformBed> };
      bed = await startBed();
    });
    afterAll(() => bed.close());
    beforeEach(async () => {
      app = await bed.createApp();
    });
    const job = (run?: { readonly run?: string; readonly attempt?: string }) => new Job(platform, app, run);
    const canary = (version: string, weight: number) => ({ ...app.release(version), weight: String(weight) });

    test('has of each action what it takes there, and no input that all platforms have', () => {
      for (const action of Object.values<PlatformAction>(platform.actions)) {
        expect(Object.keys(action.inputs)).not.toEqual([]);
        expect(Object.keys(action.inputs)).not.toContain('app');
        const { keeps = [], neededToUndo = [] } = action;
        for (const name of [...keeps, ...neededToUndo]) expect(Object.keys(action.inputs)).toContain(name);
      }
    });

    test('gives a canary its share, more of it, and then all, and leaves nothing of it behind', async () => {
      const [stable, next] = app.versions;
      expect(await app.serving()).toEqual({ [stable]: 100 });
      expect((await job().canaryStep(canary(next, 10))).outputs).toMatchObject({
        phase: 'holding',
        weight: '10',
        revision: next,
      });
      expect(await app.serving()).toEqual({ [stable]: 90, [next]: 10 });
      await job().canaryStep(canary(next, 40));
      expect(await app.serving()).toEqual({ [stable]: 60, [next]: 40 });
      const { outputs } = await job().canaryStep(canary(next, 100));
      expect(outputs).toMatchObject({ phase: 'promoted', revision: next, 'previous-revision': stable });
      expect(await app.serving()).toEqual({ [next]: 100 });
      expect(await app.left()).toEqual([]);
    });

    test('puts a canary back, and once more changes nothing', async () => {
      const [stable, next] = app.versions;
      await job().canaryStep(canary(next, 25));
      expect((await job().canaryStep({ weight: '0' })).outputs.phase).toBe('aborted');
      expect(await app.serving()).toEqual({ [stable]: 100 });
      expect(await app.left()).toEqual([]);
      await job().canaryStep({ weight: '0' });
      expect(await app.serving()).toEqual({ [stable]: 100 });
    });

    test('takes back what its run has promoted, and of another run only when it is asked to', async () => {
      const [stable, next] = app.versions;
      await job().canaryStep(canary(next, 20));
      await job().canaryStep(canary(next, 100));
      expect((await job({ run: '9' }).rollback({ scope: 'run' })).outputs.phase).toBe('none');
      expect(await app.serving()).toEqual({ [next]: 100 });
      expect((await job({ run: '9' }).rollback({ scope: 'any' })).outputs).toMatchObject({
        phase: 'rolled-back',
        'rolled-back-to': stable,
      });
      expect(await app.serving()).toEqual({ [stable]: 100 });
    });

    test('finds nothing to do for a run that is run again', async () => {
      const [, next] = app.versions;
      await job().canaryStep(canary(next, 20));
      await job().canaryStep(canary(next, 100));
      const again = await job({ attempt: '2' }).canaryStep(canary(next, 20));
      expect(again.failure).toBeUndefined();
      expect(await app.serving()).toEqual({ [next]: 100 });
      expect(await app.left()).toEqual([]);
    });

    test("refuses to work on another run's release, and puts it back where that is asked for", async () => {
      const [stable, next, newer] = app.versions;
      await job().canaryStep(canary(next, 30));
      const other = job({ run: '9' });
      await expect(other.canaryStep(canary(newer, 10))).rejects.toThrow(/4711/);
      expect(await app.serving()).toEqual({ [stable]: 70, [next]: 30 });
      await other.canaryStep({ ...canary(newer, 10), 'take-over': 'true' });
      expect(await app.serving()).toEqual({ [stable]: 90, [newer]: 10 });
    });

    test('puts back in post what its own job has left in flight, and nothing else', async () => {
      const [stable, next] = app.versions;
      const own = job();
      await own.canaryStep(canary(next, 30));
      await job({ run: '9' }).post();
      expect(await app.serving()).toEqual({ [stable]: 70, [next]: 30 });
      await own.post();
      expect(await app.serving()).toEqual({ [stable]: 100 });
      expect(await app.left()).toEqual([]);
    });

    test('calls no way back a success that has left a version in the traffic whose record was lost', async () => {
      const [stable, next] = app.versions;
      for (const undo of [
        (undoing: Job) => undoing.rollback({ scope: 'any' }),
        (undoing: Job) => undoing.canaryStep({ weight: '0' }),
      ]) {
        await job().canaryStep(canary(next, 30));
        await app.forget();
        const said = await undo(job()).then(({ failure }) => failure, String);
        const { [stable]: ofStable } = await app.serving();
        expect(said ?? '').toMatch(ofStable === 100 ? /^/ : /No release .* is in flight on record, and it is shared by/);
        app = await bed.createApp();
      }
    });

    test('says what is on record', async () => {
      const [stable, next] = app.versions;
      expect((await job().status()).outputs).toMatchObject({ phase: 'none', 'in-flight': 'false' });
      await job().canaryStep(canary(next, 30));
      expect((await job().status()).outputs).toMatchObject({
        phase: 'holding',
        'in-flight': 'true',
        weight: '30',
        revision: next,
        'previous-revision': stable,
      });
    });

    test("leaves another platform's record alone, and says whose it is", async () => {
      const [stable, next] = app.versions;
      const release = { ...someRelease(), platform: { kind: 'elsewhere', memory: {} } };
      const elsewhere = { ...platform, kind: 'elsewhere', memory: () => [] };
      await app.forge(serializeRecord(withRelease(EMPTY_RECORD, release), elsewhere));
      await expect(job().canaryStep(canary(next, 10))).rejects.toThrow(/another platform.*elsewhere/s);
      expect(await app.serving()).toEqual({ [stable]: 100 });
    });
  },
);
