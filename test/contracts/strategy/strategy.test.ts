import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { leaseName, RECORD_ANNOTATION } from '../../../src/platforms/kubernetes/ledger/lease-record.js';
import { kubernetes } from '../../../src/platforms/kubernetes/memory.js';
import { loadStrategy, STRATEGIES } from '../../../src/platforms/kubernetes/strategies/index.js';
import { parseRecord } from '../../../src/release/record/format.js';
import type { Release } from '../../../src/release/record/record.js';
import type { StrategyDescription } from '../../../src/release/strategy.js';
import type { KubeObject } from '../../../testbed/client/objects.js';
import { collections } from '../../../testbed/fixture.js';
import { type SandboxFixture, sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { type Inputs, type PlanBed, planBed } from '../plan/plan-bed.js';
import type { StrategyBed } from './bed.js';

/** What a step relies on of whatever releases an app. A kind that is registered is tried here without a further line. */
const all = STRATEGIES as readonly StrategyDescription[];

let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

/** Whatever is done and undone leaves our claims, and is counted. */
const asFound = ({ metadata: { generation: _, ...metadata }, ...rest }: KubeObject & { metadata: { generation?: number } }) => ({
  ...rest,
  metadata,
  claims: [],
});

test('no two kinds have one name, and each stands in the folder of its name and has a bed to be tried on', () => {
  const kinds = all.map(({ kind }) => kind);
  expect(kinds).toEqual([...new Set(kinds)]);
  for (const kind of kinds) {
    expect(kind).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect([kind, existsSync(`src/platforms/kubernetes/strategies/${kind}/index.ts`)]).toEqual([kind, true]);
    expect([kind, existsSync(`test/contracts/strategy/${kind}.ts`)]).toEqual([kind, true]);
  }
});

describe.each(all.map((description) => [description.kind, description] as const))('%s', (kind, description) => {
  interface Tried {
    readonly bed: PlanBed;
    to(weight: number, tag?: string, cutAfter?: number): Promise<readonly string[]>;
    latest(): Promise<Release | undefined>;
    /** The app and what stands around it, without our claims on fields and without the record. */
    around(): Promise<Readonly<Record<string, object>>>;
  }
  let own: StrategyBed;
  beforeAll(async () => {
    ({ bed: own } = (await import(`./${kind}.js`)) as { bed: StrategyBed });
  });

  async function tried(): Promise<Tried> {
    const namespace = await fixture.createNamespace();
    await fixture.deployRestaurant(namespace, { route: true });
    const bed = planBed(fixture, namespace);
    const leases = collections.leases(namespace);
    return {
      bed,
      to: (weight, tag, cutAfter) => bed.does({ inputs: inputsFor(weight, tag) }, cutAfter),
      async latest() {
        const lease = await fixture.api.get<KubeObject>(`${leases}/${leaseName('restaurant')}`);
        const json = lease.metadata.annotations?.[RECORD_ANNOTATION];
        return json === undefined ? undefined : parseRecord(json, 'the Lease', kubernetes).latest;
      },
      async around() {
        const objects = Object.entries(await bed.written()).filter(([place]) => !place.startsWith(leases));
        return Object.fromEntries(objects.map(([place, object]) => [place, asFound(object as KubeObject)]));
      },
    };
  }

  const inputsFor = (weight: number, tag?: string): Inputs => ({
    ...own.inputs,
    weight: String(weight),
    ...(tag !== undefined && { image: `registry.test/restaurant:${tag}` }),
  });

  test('says what it is, and refuses what it can not do', async () => {
    expect(description.summary).toMatch(/^(an? |the )/);
    const strategy = await loadStrategy(kind);
    expect(own.refused.length).toBeGreaterThan(0);
    for (const { asked, place, code } of own.refused)
      expect(() => strategy.refuse(asked, place)).toThrow(expect.objectContaining({ code }));
  });

  test('gives each share that is asked for, and all of it for good', async () => {
    const { to, latest } = await tried();
    await to(10, 'v2');
    for (const weight of [50, 20]) {
      await to(weight);
      expect(await latest()).toMatchObject({ phase: 'holding', weight, strategy: { kind } });
    }
    await to(100);
    expect(await latest()).toMatchObject({ phase: 'promoted', weight: 0, strategy: { kind } });
    expect((await latest())?.strategy.stage).toBeUndefined();
  });

  /** A run of the step for each of its changes, cut after that one, side by side. */
  async function eachCut<T>(weight: number, atFirst: number, look: (release: Tried, before: object) => Promise<T>): Promise<T[]> {
    const whole = await tried();
    await whole.to(atFirst, 'v2');
    const { length } = await whole.to(weight);
    expect(length).toBeGreaterThan(1);
    const cuts = Array.from({ length: length - 1 }, async (_, index) => {
      const release = await tried();
      const before = await release.around();
      await release.to(atFirst, 'v2');
      await release.to(weight, undefined, index + 1);
      return look(release, before);
    });
    return Promise.all(cuts);
  }

  test('is undone to what was there from each of its stages', async () => {
    const met = await eachCut(100, 20, async ({ to, latest, around }, before) => {
      const stage = (await latest())?.strategy.stage;
      await to(0);
      expect([stage, (await latest())?.phase]).toEqual([stage, 'aborted']);
      expect([stage, await around()]).toEqual([stage, before]);
      return stage;
    });
    expect([...new Set(met)].filter((stage) => stage !== undefined)).toEqual(description.stages);
  });

  test('is undone once, however often that is cut and asked for', async () => {
    await eachCut(0, 50, async ({ to, latest, around, bed }, before) => {
      expect((await latest())?.phase).toBe('aborting');
      await to(0);
      expect(await around()).toEqual(before);
      const undone = await bed.written();
      expect(await to(0)).toEqual([]);
      expect(await bed.written()).toEqual(undone);
    });
  });
});
