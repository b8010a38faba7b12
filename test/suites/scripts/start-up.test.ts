import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { actionNames } from '../../../scripts/discover-actions.js';

const root = process.cwd();

/** Modules and packages that a compiled module loads before it does anything: everything but what it gets by `import()`. */
function loadedAtStart(entry: string, seen = new Set<string>()): Set<string> {
  if (seen.has(entry)) return seen;
  seen.add(entry);
  if (!entry.endsWith('.js')) return seen;
  const code = readFileSync(join(root, entry), 'utf8');
  for (const [, specifier = ''] of code.matchAll(/^(?:import|export)\b[^;]*?from ['"]([^'"]+)['"]/gm)) {
    const isOurs = specifier.startsWith('.');
    loadedAtStart(isOurs ? resolve('/', dirname(entry), specifier).slice(1) : specifier, seen);
  }
  return seen;
}

// The bench has the figure (`npm run bench -- cold-start`); this names the import that would spoil it.
test.each(actionNames(root))('%s loads no library before it knows that it needs it', (name) => {
  const loaded = [...loadedAtStart(`build/actions/${name}/index.js`)];
  expect(loaded.length).toBeGreaterThan(20);
  const early =
    /^(js-yaml|node:https?|node:tls|@actions\/(?!core$|exec$).*|@kubernetes\/.*|@octokit\/.*|@aws-sdk\/.*|@smithy\/.*)$/;
  expect(loaded.filter((module) => early.test(module))).toEqual([]);
  // A platform that a step doesn't work on costs it no more than its inputs.
  expect(loaded.filter((module) => /\/platforms\/[^/]+\/(steps\/[^/]+\/start|survey\/)/.test(module))).toEqual([]);
});

test.each([
  ['canary-step', 'survey'],
  ['verify-slo', 'undo-survey'],
  ['rollback', 'undo-survey'],
])('%s looks at the cluster, by %s, before it loads what changes or judges it', (name, survey) => {
  const loaded = [...loadedAtStart(`build/src/platforms/kubernetes/steps/${name}/start.js`)];
  expect(loaded).toContain(`build/src/platforms/kubernetes/survey/${survey}.js`);
  const later =
    /\/(raise|promote|abort|rollback|open|preflight|settle-in-flight|gate|trial|read-slo|read-manifest|.*-summary)\.js$/;
  expect(loaded.filter((module) => later.test(module))).toEqual([]);
});

test.each([
  ['kubernetes', /^(@aws-sdk|@smithy)\/|\/platforms\/aws/],
  ['aws-lambda', /^@kubernetes\/|\/platforms\/kubernetes\//],
])('what a step does on %s loads no code of another platform', (kind, foreign) => {
  const folder = kind === 'kubernetes' ? 'steps/canary-step/start' : 'steps/canary-step';
  const loaded = [...loadedAtStart(`build/src/platforms/${kind}/${folder}.js`)];
  expect(loaded.length).toBeGreaterThan(20);
  expect(loaded.filter((module) => foreign.test(module))).toEqual([]);
});
