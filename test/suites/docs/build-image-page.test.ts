import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { buildImage } from '../../../actions/build-image/action.js';
import { deriveTags } from '../../../src/image/derive-names.js';
import type { BuildEvent } from '../../../src/image/event.js';
import { WRONG_PLATFORM } from '../../../src/image/platforms/compare.js';
import { LITERAL_SECRET } from '../../../src/image/review/literal-secrets.js';
import { OWN_RULES, unknownRule } from '../../../src/image/review/rule-names.js';
import { SECRET_IN_INPUT } from '../../../src/image/secret-values.js';
import { problemsOfSuiteSteps, suiteSteps } from './suite-steps.js';

const page = readFileSync('docs/build-image.md', 'utf8');
const [, workflow = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];

test('the workflow that the page shows can be pasted', () => {
  expect(suiteSteps(workflow).length).toBe(2);
  expect(problemsOfSuiteSteps(workflow)).toEqual([]);
});

test.each([
  ['tag `v1.2.3`', { ref: 'refs/tags/v1.2.3' }],
  ['tag `v0.4.1`', { ref: 'refs/tags/v0.4.1' }],
  ['tag `v1.2.3-rc.1`', { ref: 'refs/tags/v1.2.3-rc.1' }],
  ['another tag, such as `nightly`', { ref: 'refs/tags/nightly' }],
  ['merge queue', { ref: 'refs/heads/gh-readonly-queue/main/pr-1' }],
  ['pull request', { ref: 'refs/pull/17/merge', pullRequest: 17 }],
])('the row of %s names the tags that are derived', (row, event) => {
  const line = page.split('\n').find((text) => text.startsWith(`| ${row} |`)) ?? '';
  const named = [...(line.split('|')[2] ?? '').matchAll(/`([^`]+)`/g)].map(([, tag]) => tag);
  const known = {
    sha: 'abcdef0123',
    aboutCommit: true,
    defaultBranch: 'main',
    pullRequest: undefined,
    ...event,
  } as unknown as BuildEvent;
  expect(named).toEqual(deriveTags(known));
});

test('a rule that can be ignored is on the page', () => {
  const directory = 'src/image/review';
  const sources = readdirSync(directory).map((file) => readFileSync(`${directory}/${file}`, 'utf8'));
  const rules = sources.flatMap((source) => [...source.matchAll(/rule: '(\w+)'/g)].map(([, rule = '']) => rule));
  expect(new Set(rules).size).toBeGreaterThan(15);
  const pages = page + readFileSync('docs/bake.md', 'utf8');
  const known = new Set([...rules, LITERAL_SECRET, SECRET_IN_INPUT, WRONG_PLATFORM]);
  expect([...known].filter((rule) => !pages.includes(`\`${rule}\``))).toEqual([]);
  expect([...known].filter((rule) => unknownRule(rule) !== undefined)).toEqual([]);
  expect(OWN_RULES.filter((rule) => !known.has(rule))).toEqual([]);
});

test('docker/build-push-action 7.3.0 has no input that is missing here', () => {
  const theirs =
    'add-hosts allow annotations attests build-args build-contexts builder cache-from cache-to call cgroup-parent context file labels load network no-cache no-cache-filters outputs platforms provenance pull push sbom secrets secret-envs secret-files shm-size ssh tags target ulimit github-token';
  expect(Object.keys(buildImage.inputs)).toEqual(expect.arrayContaining(theirs.split(' ')));
});

test('no link of the page leads nowhere', () => {
  const links = [...page.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path = '']) => `docs/${path}`);
  expect(links.filter((path) => !existsSync(path))).toEqual([]);
});
