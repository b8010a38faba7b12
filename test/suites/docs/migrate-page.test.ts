import { globSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { canaryStep } from '../../../actions/canary-step/action.js';
import type { ActionDefinition } from '../../../src/kernel/define.js';

const page = readFileSync('docs/migrate.md', 'utf8');
const section = (title: string) => page.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
const inputs = new Set(
  globSync('*/action.yml').flatMap((file) => Object.keys((load(readFileSync(file, 'utf8')) as { inputs: object }).inputs)),
);
/** What else stands there as code: keys of slo.yml, of a workflow, verdict of a name that is no input. */
const OTHERS = ['max', 'rule-out', 'ratio', 'histogram', 'status', 'environment', 'sleep', 'surge', 'compare'];

test('every input of Azure/k8s-deploy 7 has its place', () => {
  const theirs =
    'namespace manifests images imagepullsecrets pull-images strategy route-method version-switch-buffer traffic-split-method traffic-split-annotations baseline-and-canary-replicas percentage action force token annotate-resources annotate-namespace private-cluster resource-group name resource-type skip-tls-verify server-side timeout';
  const named = [...section('Azure/k8s-deploy').matchAll(/`([a-z-]+)[`:]/g)].map(([, input]) => input);
  expect(theirs.split(' ').filter((input) => !named.includes(input))).toEqual([]);
  const { inputs: ours, elsewhere = {}, missing = {} } = canaryStep as ActionDefinition;
  expect(theirs.split(' ').filter((input) => !(input in ours || input in elsewhere || input in missing))).toEqual([]);
});

test.each(['Azure/k8s-deploy', 'Argo Rollouts', 'Flagger'])('what %s users are told to write here exists', (title) => {
  const ours = section(title)
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| Theirs'))
    .map((line) => line.split(' | ')[1] ?? '');
  expect(ours.length).toBeGreaterThan(15);
  const named = ours.flatMap((cell) => [...cell.matchAll(/`([a-z-]+)(?::[^`]*)?`/g)].map(([, word = '']) => word));
  expect(named.filter((word) => !inputs.has(word) && !OTHERS.includes(word))).toEqual([]);
});
