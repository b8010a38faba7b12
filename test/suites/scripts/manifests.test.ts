import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { discoverActions, discoverPages, loadAction } from '../../../scripts/discover-actions.js';
import { discoverProblems } from '../../../scripts/discover-problems.js';
import { actionYml, rootActionYml } from '../../../scripts/generate/action-yml.js';
import { drift, generatedFiles, writeGenerated } from '../../../scripts/generate/generated-files.js';
import { actionReadme, withActionsTable } from '../../../scripts/generate/pages.js';
import type { ActionDefinition } from '../../../src/kernel/define.js';
import { duration, oneOf, percent, text } from '../../../src/kernel/input-kinds.js';
import { inFolder } from './temporary-folder.js';

const example: ActionDefinition = {
  name: 'water-plants',
  summary: 'Waters: every plant, # or none.',
  post: true,
  inputs: {
    share: percent({ text: 'How much.', required: true }),
    retries: text({ text: 'A number that must reach the action as text.', default: '10' }),
    wait: duration({ text: 'How long.', default: '0s' }),
    strategy: oneOf(['drip', 'flood'], { text: 'Either `drip` | or\nflood.', default: 'drip' }),
    token: text({ text: 'Opens the tap.', secret: true }),
  },
  outputs: { litres: 'What was used.' },
};

test('the committed manifests, pages and tables say what the definitions say', async () => {
  const root = process.cwd();
  expect(
    drift(root, generatedFiles(root, await discoverActions(root), await discoverPages(root), await discoverProblems(root))),
  ).toEqual([]);
});

test('the runner finds every input with its default as text, and both halves of the step', () => {
  expect(load(actionYml(example))).toMatchObject({
    description: 'Waters: every plant, # or none.',
    inputs: {
      share: { required: true },
      retries: { required: false, default: '10' },
      strategy: { default: 'drip', description: 'Either `drip` | or\nflood.' },
    },
    outputs: { litres: { description: 'What was used.' } },
    runs: {
      using: 'node24',
      main: '../dist/water-plants/index.js',
      post: '../dist/water-plants/index.js',
      'post-if': 'failure() || cancelled()',
    },
  });
});

test('an action without post starts no second process', () => {
  const { post, ...single } = example;
  expect(post).toBe(true);
  expect(load(actionYml(single))).toHaveProperty('runs', { using: 'node24', main: '../dist/water-plants/index.js' });
});

test('who uses the root as an action is told the real paths', () => {
  expect(rootActionYml(['a', 'b'])).toContain('Use one of: org/d9-actions/a@v1, org/d9-actions/b@v1.');
});

test('a bar or a line break in a text does not break the table', () => {
  expect(actionReadme(example)).toContain('| `strategy` | drip \\| flood | `drip` | Either `drip` \\| or<br>flood. |');
});

test('the table of actions is renewed between its markers, and nothing else in the page is touched', () => {
  const page = '# Hi\n<!-- actions:begin -->\nold\n<!-- actions:end -->\nrest\n';
  const renewed = withActionsTable(page, [example]);
  expect(renewed).toMatch(/^# Hi\n<!-- actions:begin -->\n\| Action/);
  expect(renewed).toMatch(/\n<!-- actions:end -->\nrest\n$/);
  expect(renewed).not.toContain('old');
  expect(withActionsTable('no markers', [example])).toBe('no markers');
});

test('drift is named file by file, and writing mends it', async () => {
  await inFolder({ 'action.yml': 'old', 'README.md': '<!-- actions:begin --><!-- actions:end -->' }, (root) => {
    const files = generatedFiles(root, [example]);
    expect(drift(root, files)).toEqual([
      'water-plants/action.yml is missing',
      'water-plants/README.md is missing',
      'action.yml differs from what the definitions say',
      'docs/reference.md is missing',
      'README.md differs from what the definitions say',
    ]);
    writeGenerated(root, files);
    expect(drift(root, generatedFiles(root, [example]))).toEqual([]);
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain('water-plants/README.md');
  });
});

test('the manifest of an action that was removed does not stay usable', async () => {
  await inFolder({ 'keep/action.yml': 'name: written by hand' }, (root) => {
    writeGenerated(root, generatedFiles(root, [example]));
    expect(drift(root, generatedFiles(root, []))).toContain('water-plants/action.yml belongs to no action any more');
    writeGenerated(root, generatedFiles(root, []));
    expect(existsSync(join(root, 'water-plants'))).toBe(false);
    expect(existsSync(join(root, 'keep/action.yml'))).toBe(true);
  });
});

test('a room that is called otherwise than its folder is refused', async () => {
  const definition = `export const x = { name: 'other', summary: '', inputs: {}, outputs: {} };`;
  await inFolder({ 'package.json': '{"type":"module"}', 'build/actions/mine/action.js': definition }, async (root) => {
    await expect(loadAction(root, 'mine')).rejects.toThrow('actions/mine/action.ts calls its action "other"');
  });
});
