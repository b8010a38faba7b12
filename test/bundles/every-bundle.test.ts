import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { actionNames, loadAction } from '../../scripts/discover-actions.js';
import { runBundle } from './run-bundle.js';

const root = process.cwd();
const bundles = existsSync(join(root, 'dist')) ? readdirSync(join(root, 'dist')).sort() : [];
const actions = actionNames(root);
const chunks = ['kube-auth', 'tool-cache'];

test('a release without bundles, or without one of them, is not shipped', () => {
  expect(actions).not.toEqual([]);
  expect(bundles.filter((name) => !chunks.includes(name))).toEqual(actions);
});

describe.each(actions)('the bundle of %s', (name) => {
  test('starts and names every input that is missing', async () => {
    const { inputs } = await loadAction(root, name);
    const required = Object.entries(inputs).flatMap(([input, { required }]) => (required ? [input] : []));
    const { exitCode, errors, stderr } = await runBundle(name);

    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    for (const input of required) expect(errors.join('\n')).toContain(`Input \`${input}\` is missing.`);
    expect(errors.join('\n')).not.toContain('Unexpected error');
  });

  test('points from a misspelt input to the one that was meant', async () => {
    const [meant = ''] = Object.keys((await loadAction(root, name)).inputs);
    const misspelt = `${meant}x`;
    const { exitCode, errors } = await runBundle(name, { inputs: { [misspelt]: 'anything' } });

    expect(exitCode).toBe(1);
    expect(errors.join('\n')).toContain(`Input \`${misspelt}\` is unknown. Did you mean \`${meant}\`?`);
  });
});

test.each(bundles.filter((name) => !actions.includes(name)))(
  'the shared chunk %s loads and has something to give, so that a rare way to log in does not end in an import error',
  async (name) => {
    const chunk: object = await import(pathToFileURL(resolve('dist', name, 'index.js')).href);
    expect(Object.keys(chunk)).not.toEqual([]);
  },
);
