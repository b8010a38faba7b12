import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix, win32 } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { InputDefinition } from '../../../src/kernel/define.js';
import type { Environment } from '../../../src/kernel/environment.js';
import { UserError } from '../../../src/kernel/errors.js';
import {
  dnsLabel,
  duration,
  flag,
  integer,
  isBelow,
  lines,
  oneOf,
  percent,
  resolveInWorkspace,
  text,
  workspaceFile,
  workspaceOutput,
} from '../../../src/kernel/input-kinds.js';

const environmentIn = (workspace: string): Environment => ({ variables: {}, workspace, temporary: tmpdir(), debug: false });
const nowhere = environmentIn('/nowhere');
const options = { text: 't' };
const port = integer({ text: 't', min: 1, max: 65535 });
const app = dnsLabel({ text: 't', maxLength: 56 });
const router = oneOf(['auto', 'replicas'], options);

test.each<[string, InputDefinition<unknown>, string, unknown]>([
  ['text', text(options), 'as it is', 'as it is'],
  ['a list', lines(options), ' a \n\n b\n', ['a', 'b']],
  ['percent', percent(options), '0', 0],
  ['percent', percent(options), '100', 100],
  ['an integer', port, '65535', 65535],
  ['a duration', duration(options), '1m30s', 90_000],
  ['a flag', flag(options), 'True', true],
  ['a flag', flag(options), 'FALSE', false],
  ['one of', router, 'replicas', 'replicas'],
  ['a name', app, 'a'.repeat(56), 'a'.repeat(56)],
])('%s takes %#', (_kind, input, raw, value) => {
  expect(input.parse(raw, nowhere)).toEqual(value);
});

test.each<[string, InputDefinition<unknown>, string, RegExp]>([
  ['percent', percent(options), '30%', /"30%" is not a whole number from 0 to 100; write it without the % sign/],
  ['percent', percent(options), 'abc', /"abc" is not a whole number from 0 to 100$/],
  ['percent', percent(options), '-1', /from 0 to 100/],
  ['percent', percent(options), '101', /from 0 to 100/],
  ['percent', percent(options), '1e1', /from 0 to 100/],
  ['percent', percent(options), '12.5', /from 0 to 100/],
  ['an integer', port, '0', /"0" is not a whole number from 1 to 65535/],
  ['an integer', port, '65536', /from 1 to 65535/],
  ['an integer', port, '9'.repeat(400), /from 1 to 65535/],
  ['an integer', port, '0x50', /from 1 to 65535/],
  ['a duration', duration(options), '30', /write a number and a unit/],
  ['a flag', flag(options), 'yes', /"yes" is neither true nor false/],
  ['one of', router, 'Auto', /"Auto" is not one of auto, replicas/],
  ['a name', app, 'My_App', /use lower-case letters, digits and "-"/],
  ['a name', app, 'app-', /starting and ending with a letter or digit/],
  ['a name', app, 'a'.repeat(57), /has 57 characters; at most 56/],
])('%s refuses %#: what is wrong and what is allowed', (_kind, input, raw, message) => {
  expect(() => input.parse(raw, nowhere)).toThrow(RangeError);
  expect(() => input.parse(raw, nowhere)).toThrow(message);
});

describe('a file that the user names', () => {
  let base: string;
  let workspace: Environment;

  beforeAll(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'd9-workspace-')));
    const at = (...path: string[]) => join(base, ...path);
    for (const folder of [['work', 'deploy'], ['work', '..data'], ['work-of-another']])
      mkdirSync(at(...folder), { recursive: true });
    writeFileSync(at('work', 'deploy', 'slo.yml'), 'objectives: []');
    writeFileSync(at('work', '..data', 'slo.yml'), 'objectives: []');
    writeFileSync(at('secret'), 'outside');
    writeFileSync(at('work-of-another', 'slo.yml'), 'outside');
    symlinkSync('deploy/slo.yml', at('work', 'inner-link.yml'));
    symlinkSync(at('secret'), at('work', 'outer-link.yml'));
    symlinkSync(base, at('work', 'outer-folder'));
    symlinkSync('loop', at('work', 'loop'));
    symlinkSync(at('work'), at('work-link'));
    workspace = environmentIn(at('work'));
  });
  afterAll(() => rmSync(base, { recursive: true }));

  test.each(['deploy/slo.yml', './deploy/../deploy/slo.yml', 'inner-link.yml'])('%s is found', (path) => {
    expect(resolveInWorkspace(path, workspace)).toBe(join(base, 'work', 'deploy', 'slo.yml'));
  });

  test('an absolute path into the workspace, and a workspace that is itself a link, are fine', () => {
    expect(resolveInWorkspace(join(base, 'work', 'deploy', 'slo.yml'), workspace)).toMatch(/slo\.yml$/);
    expect(resolveInWorkspace('deploy/slo.yml', environmentIn(join(base, 'work-link')))).toMatch(/slo\.yml$/);
  });

  test.each([
    '../secret',
    'deploy/../../secret',
    'outer-link.yml',
    'outer-folder/secret',
    '../work-of-another/slo.yml',
    '/etc/passwd',
    '..',
  ])('%s leads out of the workspace and is refused', (path) => {
    expect(() => resolveInWorkspace(path, workspace)).toThrow(UserError);
    expect(() => resolveInWorkspace(path, workspace)).toThrow(`"${path}" lies outside the workspace`);
  });

  test.each(['gone.yml', 'deploy/slo.yml/deeper', 'loop'])('%s is missing, and the forgotten checkout is pointed out', (path) => {
    expect(() => resolveInWorkspace(path, workspace)).toThrow(UserError);
    expect(() => resolveInWorkspace(path, workspace)).toThrow('is the repository checked out before this step?');
  });

  test('a folder whose name begins with two dots, as Kubernetes mounts them, is not taken for the way out', () => {
    expect(resolveInWorkspace('..data/slo.yml', workspace)).toBe(join(base, 'work', '..data', 'slo.yml'));
  });

  test('its content is handed on with the path as the user wrote it', async () => {
    const file = workspaceFile('file', options, async () => (content, path) => `${path}: ${content}`);
    expect(await file.parse('inner-link.yml', workspace)).toBe('inner-link.yml: objectives: []');
  });

  test('a folder where a file belongs is a mistake of the user, not a defect', async () => {
    const file = workspaceFile('file', options, async () => (content) => content);
    await expect(file.parse('deploy', workspace)).rejects.toThrow(UserError);
  });

  test.each([
    ['deploy', '"deploy" is a folder with slo.yml. This input takes one file'],
    ['deploy/*.yml', 'is a pattern. This input takes one file'],
    ['deploy/a.yml,deploy/b.yml', 'is a list. This input takes one file'],
    ['deploy/a.yml\ndeploy/b.yml', 'is a list. This input takes one file'],
    ['https://shop.test/app.yml', 'is an address; fetch it in a step before this one'],
    ['outer-folder', 'lies outside the workspace'],
  ])('%j, as other tools take it, is told from a file that is missing', async (given, message) => {
    const file = workspaceFile('file', options, async () => (content) => content);
    await expect(file.parse(given, workspace)).rejects.toThrow(UserError);
    await expect(file.parse(given, workspace)).rejects.toThrow(message);
  });

  test.each([
    ['deploy/slo.yaml', 'did you mean "deploy/slo.yml"?'],
    ['deploy/SLO.yml', 'did you mean "deploy/slo.yml"?'],
    ['ci/inner-link.yml', 'did you mean "inner-link.yml"?'],
    ['deploy/objectives.yml', 'is the repository checked out before this step?'],
    ['outer-folder/secert', 'is the repository checked out before this step?'],
    ['../secert', 'is the repository checked out before this step?'],
  ])('of %s, which is not there, it is said which one was meant, if one of the workspace was', async (given, message) => {
    const file = workspaceFile('file', options, async () => (content) => content);
    const error = (await (async () => file.parse(given, workspace))().catch((thrown: unknown) => thrown)) as Error;
    expect(error.message).toBe(`there is no file "${given}" in the workspace; ${message}`);
  });

  test('a file to write need not be there yet, but stays in the workspace', () => {
    const output = workspaceOutput(options);
    expect(output.parse('evidence.jsonl', workspace)).toBe(join(base, 'work', 'evidence.jsonl'));
    expect(output.parse('deploy/slo.yml', workspace)).toBe(join(base, 'work', 'deploy', 'slo.yml'));
    for (const path of ['../evidence.jsonl', 'outer-folder/evidence.jsonl', '/etc/evidence.jsonl'])
      expect(() => output.parse(path, workspace)).toThrow('lies outside the workspace');
    expect(output.parse('gone/deeper/evidence.jsonl', workspace)).toBe(join(base, 'work', 'gone', 'deeper', 'evidence.jsonl'));
    for (const path of ['outer-folder/gone/evidence.jsonl', 'gone/../../evidence.jsonl', 'loop/evidence.jsonl'])
      expect(() => output.parse(path, workspace)).toThrow(/can't be written|lies outside/);
    expect(() => output.parse('deploy/slo.yml/evidence.jsonl', workspace)).toThrow('is a file and no folder');
    for (const path of ['deploy', 'outer-link.yml', 'loop'])
      expect(() => output.parse(path, workspace)).toThrow('is there and is no file');
  });
});

test.each([
  [win32, 'C:\\work', 'C:\\work\\slo.yml', true],
  [win32, 'C:\\work', 'C:\\work\\..slo.yml', true],
  [win32, 'C:\\work', 'C:\\secrets\\slo.yml', false],
  [win32, 'C:\\work', 'D:\\work\\slo.yml', false],
  [posix, '/repo', '/repo/deploy/slo.yml', true],
  [posix, '/repo', '/repo-of-another/slo.yml', false],
])('a file is looked for below the workspace as paths are written there (%#)', (system, folder, file, expected) => {
  expect(isBelow(folder, file, system)).toBe(expected);
});
