import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { load } from 'js-yaml';

interface Workflow {
  readonly jobs: Readonly<
    Record<string, { readonly steps: ReadonlyArray<{ readonly uses?: string; readonly with?: Record<string, unknown> }> }>
  >;
}
interface Manifest {
  readonly inputs: Readonly<Record<string, { readonly required?: boolean }>>;
}

const readme = readFileSync('README.md', 'utf8');
const [, quickStart = ''] = /<!-- quick-start -->\n+```yaml\n([\s\S]*?)```/.exec(readme) ?? [];

test('the quick start is one that a user can paste: every step exists, with inputs that it has and all that it needs', () => {
  const steps = Object.values((load(quickStart) as Workflow).jobs).flatMap((job) => job.steps);
  const ours = steps.filter(({ uses }) => uses?.startsWith('org/d9-actions/'));
  expect(ours.length).toBeGreaterThanOrEqual(5);
  for (const { uses, with: given = {} } of ours) {
    const name = /^org\/d9-actions\/([a-z-]+)@v1$/.exec(uses ?? '')?.[1] ?? '';
    const { inputs } = load(readFileSync(`${name}/action.yml`, 'utf8')) as Manifest;
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(given)));
    const needed = Object.entries(inputs).filter(([, { required }]) => required);
    expect(Object.keys(given)).toEqual(expect.arrayContaining(needed.map(([input]) => input)));
  }
});

test('the quick start is under 25 lines', () => {
  expect(quickStart.trim().split('\n').length).toBeLessThan(25);
});

test('no link of the README leads nowhere', () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path = '']) => path);
  expect(links.filter((path) => !existsSync(path))).toEqual([]);
});
