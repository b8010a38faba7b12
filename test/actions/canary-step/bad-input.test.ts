import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canaryStep } from '../../../actions/canary-step/action.js';
import { inputVariable, readInputs } from '../../../src/hosts/github-actions/read-inputs.js';
import { readEnvironment } from '../../../src/kernel/environment.js';
import { UserError } from '../../../src/kernel/errors.js';
import { readWorkflowRun } from '../../../src/kernel/workflow-run.js';
import { step } from '../../../src/platforms/kubernetes/steps/canary-step/step.js';
import { ManualClock } from '../../manual-clock.js';
import { RecordingLog } from '../../src/platforms/kubernetes/bed.js';
import { type Flaw, INPUT_FLAWS, soundWorld, WORLD_FLAWS } from './flaws.js';
import { StillCluster } from './still-cluster.js';

let workspace: string;
beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'd9-inputs-'));
  const objective = '  - { name: errors, ratio: { bad: bad_total, total: all_total }, max: 1% }\n';
  writeFileSync(join(workspace, 'slo.yml'), `objectives:\n${objective}`);
  writeFileSync(join(workspace, 'wrong.yml'), 'objectives: [oops\n');
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const KUBECONFIG = JSON.stringify({
  'current-context': 'test',
  clusters: [{ name: 'test', cluster: { server: 'https://cluster.test' } }],
  contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
  users: [{ name: 'test', user: { token: 'x' } }],
});
const SOUND = { app: 'restaurant', weight: '10', image: 'restaurant:2', kubeconfig: KUBECONFIG };

/** Runs a step with these flaws; nothing else is wrong. */
async function attempt(flaws: readonly Flaw[], replicas: number): Promise<{ error: unknown; attempts: readonly string[] }> {
  const cluster = new StillCluster();
  const world = soundWorld(cluster, replicas);
  for (const { spoil } of flaws) spoil?.(world);
  const inputs: Record<string, string> = Object.assign({}, SOUND, ...flaws.map((flaw) => flaw.inputs ?? {}));
  const variables = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [inputVariable(name), value]));
  const environment = readEnvironment(variables, workspace);
  const runtime = {
    environment,
    workflowRun: readWorkflowRun(environment),
    clock: new ManualClock(),
    log: new RecordingLog(),
    signal: new AbortController().signal,
    state: { save: () => undefined, read: () => '' },
  };
  const error = await (async () => step(await readInputs(canaryStep, environment), { ...runtime, cluster }))().then(
    () => 'it went on',
    (reason: unknown) => reason,
  );
  return { error, attempts: cluster.attempts };
}

const replicas = fc.integer({ min: 1, max: 50 });
const one = (all: ReadonlyArray<fc.Arbitrary<Flaw>>): fc.Arbitrary<Flaw> => fc.oneof(...all);

test('without a flaw the step goes on to its first change', async () => {
  expect((await attempt([], 3)).attempts).toEqual(['create leases']);
});

test('every single mistake is refused in words that name it, and nothing is changed', async () => {
  await fc.assert(
    fc.asyncProperty(one([...INPUT_FLAWS, ...WORLD_FLAWS]), replicas, async (flaw, pods) => {
      const { error, attempts } = await attempt([flaw], pods);
      expect(attempts).toEqual([]);
      expect(error).toBeInstanceOf(UserError);
      expect((error as UserError).message).toMatch(flaw.says);
    }),
    { numRuns: 600 },
  );
});

test('objectives that are wrong are one mistake, and not one more in what needs them', async () => {
  const inputs = { slo: 'wrong.yml', hold: '1m', 'evidence-file': 'evidence.jsonl' };
  const { error } = await attempt([{ name: 'wrong objectives', inputs, says: /./ }], 3);
  expect((error as UserError).message).toMatch(/^Input `slo`: wrong\.yml:\d+:\d+: this is not YAML[^\n]*$/);
});

test('several mistakes in the inputs are reported together', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(one(INPUT_FLAWS.slice(0, 20)), { minLength: 2, maxLength: 5, selector: inputOf }),
      async (flaws) => {
        const { error, attempts } = await attempt(flaws, 3);
        expect(attempts).toEqual([]);
        for (const { says } of flaws) expect((error as UserError).message).toMatch(says);
      },
    ),
    { numRuns: 200 },
  );
});

test('several mistakes in the cluster never make a right, and nothing is changed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(one(WORLD_FLAWS), { minLength: 2, maxLength: 4, selector: ({ name }) => name }),
      async (flaws) => {
        const { error, attempts } = await attempt(flaws, 3);
        expect(attempts).toEqual([]);
        expect(error).toBeInstanceOf(UserError);
      },
    ),
    { numRuns: 600 },
  );
});

const inputOf = ({ inputs }: Flaw): string => Object.keys(inputs ?? {}).join();
