import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { KubeObject } from '../../../testbed/client/objects.js';
import { type ClusterFixture, collections } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import type { StepEnd } from '../bundles/run-bundle.js';
import { image, onceStdout, type ReleaseBed, releaseBed } from '../cluster/release-bed.js';

/** A runner that the operating system stops for longer than its lock lasts; test/suites/faults does it at every request, in virtual time. */
jest.setTimeout(180_000);
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

const ANOTHER_RUN = { env: { GITHUB_RUN_ID: '4712', RUNNER_NAME: 'runner-2' } };

/** Starts a step, and resolves once the operating system was told to stop it. */
function stopAt(bed: ReleaseBed, text: RegExp, inputs: Record<string, string>): Promise<Stopped> {
  return new Promise((resolve, reject) => {
    let child: Pick<ChildProcess, 'kill'> | undefined;
    const end = bed.step('canary-step', inputs, {
      onStart: (process) => {
        child = process;
      },
      ...onceStdout(text, () => {
        child?.kill('SIGSTOP');
        resolve({ end, goOn: () => void child?.kill('SIGCONT') });
      }),
    });
    end.then(({ stdout }) => reject(new Error(`It was never stopped:\n${stdout}`)), reject);
  });
}

interface Stopped {
  readonly end: Promise<StepEnd>;
  goOn(): void;
}

/** The version of every object that a release could touch. */
async function versions({ namespace }: ReleaseBed): Promise<Record<string, string | undefined>> {
  const kinds = ['deployments', 'services', 'budgets', 'httpRoutes', 'leases'] as const;
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      const { items } = await fixture.api.get<{ items: KubeObject[] }>(collections[kind](namespace));
      return items.map(({ metadata }) => [`${kind}/${metadata.name}`, metadata.resourceVersion] as const);
    }),
  );
  return Object.fromEntries(lists.flat());
}

test('a step that was stopped past its lock, while another run rolled its release back, writes nothing more and says who did', async () => {
  const bed = await releaseBed(fixture);
  const frozen = await stopAt(bed, /PATCH \S+\/httproutes\/restaurant: 200/, { weight: '30', image: image('v2') });
  expect(await bed.step('rollback', { scope: 'any' }, ANOTHER_RUN)).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
  const before = await versions(bed);

  frozen.goOn();
  const end = await frozen.end;
  expect(end.exitCode).toBe(1);
  expect(end.errors.join()).toMatch(
    /lost its lock on the release record: .*Workflow run 4712 of \S+ has taken Lease \S+\/d9-restaurant over and has given it back since \(the release of \S+:v2 is aborted now, by \S+\/runs\/4712\)/,
  );
  expect(await bed.post('canary-step', end, { weight: '30' })).toMatchObject({ exitCode: 0 });
  expect(await versions(bed)).toEqual(before);
  expect(await bed.leftovers()).toEqual([]);
});

test('a step that was stopped past its lock, and wakes up while another run is at work, leaves that one alone and names it', async () => {
  const bed = await releaseBed(fixture);
  const frozen = await stopAt(bed, /PATCH \S+\/httproutes\/restaurant: 200/, { weight: '30', image: image('v2') });
  const rival = { weight: '10', image: image('v3'), 'take-over': 'true', settle: '8s' };
  let wakeUp: () => void = () => undefined;
  const isAtWork = new Promise<void>((resolve) => {
    wakeUp = resolve;
  });
  const other = bed.step('canary-step', rival, { ...ANOTHER_RUN, ...onceStdout(/Canary at 10 %/, wakeUp) });
  const early = await Promise.race([isAtWork, other]);
  expect(early).toBeUndefined();

  frozen.goOn();
  const end = await frozen.end;
  expect(end.exitCode).toBe(1);
  expect(end.errors.join()).toMatch(
    /lost its lock .*Workflow run 4712 of shop\/restaurant has taken Lease \S+\/d9-restaurant over/,
  );
  expect(await other).toMatchObject({ exitCode: 0, outputs: { phase: 'holding' } });
  expect(await bed.canaryWeight()).toBe(10);
  expect(await bed.record()).toMatchObject({ phase: 'holding', weight: 10 });
});
