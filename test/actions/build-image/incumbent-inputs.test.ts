import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { isBakeFile } from '../../../src/image/bake/bake-file.js';
import { planned } from './planned.js';

/** What docker/build-push-action and bake-action take, in a workflow of theirs. */
let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'd9-incumbent-'));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

const IN_A_RUN = {
  GITHUB_SERVER_URL: 'https://github.example',
  GITHUB_REPOSITORY: 'shop/menu',
  GITHUB_RUN_ID: '7',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_SHA: 'c0ffee',
  GITHUB_REF: 'refs/heads/main',
};

const plan = (given: Record<string, string>, variables: Record<string, string> = IN_A_RUN) =>
  planned({ tags: 'ghcr.io/o/a:1', ...given }, variables, workspace);
const write = (name: string, content = 'FROM scratch\n') => writeFileSync(join(workspace, name), content);

test.each(['{{defaultContext}}:docs', '{{ defaultContext }}:docs'])(
  '%s is the repository at the commit, with or without blanks',
  async (context) => {
    const url = 'https://github.example/shop/menu.git#c0ffee:docs';
    expect((await plan({ context, file: 'x' })).context).toEqual({ kind: 'remote', url });
    write('Dockerfile');
    expect((await plan({ 'build-contexts': `src=${context}` })).buildContexts).toEqual([`src=${url}`]);
  },
);

test('of a pull request it is the commit that the event is about, whatever its branch is by now', async () => {
  const payload = join(workspace, 'event.json');
  writeFileSync(payload, JSON.stringify({ pull_request: { number: 7, head: { sha: 'beef'.repeat(10) } } }));
  const given = { ...IN_A_RUN, GITHUB_REF: 'refs/pull/7/merge', GITHUB_EVENT_PATH: payload };
  const url = `https://github.example/shop/menu.git#${'beef'.repeat(10)}`;
  expect((await plan({ context: '{{defaultContext}}', file: 'x' }, given)).context).toEqual({ kind: 'remote', url });
});

test('provenance names the attempt of the run as its builder, unless it names one itself', async () => {
  write('Dockerfile');
  const id = 'builder-id=https://github.example/shop/menu/actions/runs/7/attempts/2';
  const provenanceOf = async (provenance: string, variables?: Record<string, string>) =>
    (await plan({ provenance }, variables)).provenance;
  expect(await provenanceOf('true')).toBe(id);
  expect(await provenanceOf('mode=max')).toBe(`mode=max,${id}`);
  expect(await provenanceOf('mode=max,builder-id=mine')).toBe('mode=max,builder-id=mine');
  expect(await provenanceOf('false')).toBe('false');
  expect(await provenanceOf('true', {})).toBe('true');
});

test('the token of the run goes to its own GitHub and to no other host', async () => {
  write('Dockerfile');
  const secretsOf = async (given: Record<string, string>) =>
    (await plan({ file: 'x', 'github-token': 'ghs_1', ...given })).secrets;
  const token = { id: 'GIT_AUTH_TOKEN.github.example', from: 'value', value: 'ghs_1' };
  expect(await secretsOf({ context: '{{defaultContext}}' })).toEqual([token]);
  for (const context of ['https://gitlab.example/a/b.git', 'https://github.example.evil.example/a.git'])
    expect(await secretsOf({ context })).toEqual([]);
  expect(await secretsOf({ context: '{{defaultContext}}', secrets: 'GIT_AUTH_TOKEN=own' })).toMatchObject([
    { id: 'GIT_AUTH_TOKEN' },
  ]);
});

test('a Dockerfile is found by the names that BuildKit and buildah look for', async () => {
  await expect(plan({})).rejects.toThrow(/There is no Dockerfile/);
  for (const name of ['Containerfile', 'dockerfile', 'Dockerfile']) {
    write(name);
    expect((await plan({})).file).toBe(join(workspace, name));
  }
});

test('a file that names its frontend is built by that, whatever it is called', () => {
  write('spec.yml', '# syntax=ghcr.io/project-dalec/dalec/frontend:latest\nname: menu\n');
  write('compose.yml', '# the services\nservices: {}\n');
  expect(isBakeFile('spec.yml', join(workspace, 'spec.yml'))).toBe(false);
  expect(isBakeFile('compose.yml', join(workspace, 'compose.yml'))).toBe(true);
});

test('a context outside of the workspace is built where that is said to be meant, and nowhere else', async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'd9-elsewhere-'));
  writeFileSync(join(elsewhere, 'Dockerfile'), 'FROM scratch\n');
  await expect(plan({ context: elsewhere })).rejects.toThrow(/lies outside the workspace.*`context-outside-workspace: true`/);
  const { context, file } = await plan({ context: elsewhere, 'context-outside-workspace': 'true' });
  expect([context, file]).toMatchObject([{ kind: 'directory', path: elsewhere }, join(elsewhere, 'Dockerfile')]);
  mkdirSync(join(workspace, 'inside'));
  await expect(plan({ context: 'nowhere' })).rejects.toThrow(/there is no file "nowhere"/);
  rmSync(elsewhere, { recursive: true });
});
