import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { load } from 'js-yaml';
import { actionNames, discoverPages } from '../../../scripts/discover-actions.js';
import { type SandboxFixture, sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { image, releaseBed } from '../cluster/release-bed.js';
import { problemsOfSuiteSteps } from '../docs/suite-steps.js';

jest.setTimeout(120_000);
let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

interface Step {
  readonly uses: string;
  readonly with: Readonly<Record<string, unknown>>;
}
const pages = await discoverPages(process.cwd());
const exampleOf = (action: string): string => pages.get(action)?.example ?? '';

test.each(actionNames(process.cwd()))('the example of %s uses what there is', (action) => {
  const steps = exampleOf(action).replace(/^/gm, '      ');
  expect(problemsOfSuiteSteps(`jobs:\n  release:\n    steps:\n${steps}`)).toEqual([]);
  expect(readFileSync(`${action}/README.md`, 'utf8')).toContain(exampleOf(action));
});

test('the examples of the action pages work as they are, one after the other', async () => {
  const bed = await releaseBed(fixture, { route: true }, {});
  const values = new Map([
    ['steps.build.outputs.image', image('v2')],
    ['secrets.KUBECONFIG', readFileSync(fixture.bed.kubeconfig, 'utf8')],
  ]);
  const filled = (value: unknown) => String(value).replace(/^\$\{\{ (.+) \}\}$/, (_, name: string) => values.get(name) ?? name);
  const run = (action: string, others: Record<string, string> = {}) => {
    const [step] = (load(exampleOf(action)) as Step[]).filter(({ uses }) => uses.includes(`/${action}@`));
    const inputs = Object.entries(step?.with ?? {}).map(([name, value]) => [name, filled(value)] as const);
    // The context of a user's kubeconfig names the namespace.
    return bed.step(action, { namespace: bed.namespace, ...others, ...Object.fromEntries(inputs) });
  };
  const QUICK = { settle: '500ms', 'prove-timeout': '5s' };
  const clients = await fixture.startLoad(bed.namespace, { rps: 300, route: 'restaurant' });
  expect(await run('canary-step', QUICK)).toMatchObject({
    exitCode: 0,
    outputs: { phase: 'holding', 'weight-proven': 'true' },
  });
  expect(await run('status')).toMatchObject({ exitCode: 0, outputs: { 'in-flight': 'true', weight: '10' } });
  expect(await run('verify-slo')).toMatchObject({ exitCode: 0, outputs: { verdict: 'pass' } });
  expect(await run('rollback', QUICK)).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
  await clients.stop();
});
