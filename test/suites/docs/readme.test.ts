import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { unsafeParts } from '../../../scripts/checks/workflows.js';
import { readSlo } from '../../../src/slo/file/read-slo.js';
import { markedBlock } from './marked-block.js';
import { problemsOfSuiteSteps, suiteSteps } from './suite-steps.js';

const readme = readFileSync('README.md', 'utf8');
const quickStart = markedBlock(readme, 'quick-start');

test('the quick start is one that a user can paste: every step exists, with inputs that it has and all that it needs', () => {
  expect(suiteSteps(quickStart).length).toBeGreaterThanOrEqual(5);
  expect(problemsOfSuiteSteps(quickStart)).toEqual([]);
  expect(unsafeParts(quickStart)).toEqual([]);
});

test('the quick start logs in, reaches the cluster, and ends: nothing is left for the user to find out', () => {
  interface Workflow {
    readonly concurrency?: object;
    readonly jobs: { readonly release: Record<string, unknown> & { readonly steps: ReadonlyArray<{ readonly uses: string }> } };
  }
  const { concurrency, jobs } = load(quickStart) as Workflow;
  const { release } = jobs;
  expect(concurrency).toBeDefined();
  expect(release).toMatchObject({
    'timeout-minutes': expect.any(Number),
    environment: expect.any(String),
    permissions: expect.anything(),
  });
  const others = release.steps.filter(({ uses }) => !uses.startsWith('org/d9-actions/'));
  expect(others.map(({ uses }) => uses.split('@')[0])).toEqual(['actions/checkout']);
  const [build, ...inCluster] = suiteSteps(quickStart);
  expect(build?.with).toMatchObject({ username: expect.anything(), password: expect.anything() });
  for (const step of inCluster) expect(step.with).toMatchObject({ kubeconfig: `$\{{ secrets.KUBECONFIG }}` });
});

test('the objectives that the quick start shows are ones that the gate reads', () => {
  expect(readSlo(markedBlock(readme, 'slo'), 'slo.yml').objectives.map(({ name }) => name)).toEqual(['errors']);
});

test('no link of the README leads nowhere', () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path = '']) => path);
  expect(links.filter((path) => !existsSync(path))).toEqual([]);
});
