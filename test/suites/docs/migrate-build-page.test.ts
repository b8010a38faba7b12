import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { buildImage } from '../../../actions/build-image/action.js';

const page = readFileSync('docs/migrate-build.md', 'utf8');
const rowsOf = (action: string): string[][] => {
  const [, section = ''] = new RegExp(`## docker/${action}\n([\\s\\S]*?)(\n## |$)`).exec(page) ?? [];
  return [...section.matchAll(/^\| `([a-z-]+)` \| (.*?) \|/gm)].map(([, theirs = '', ours = '']) => [theirs, ours]);
};

/** Of docker/build-push-action 7, docker/bake-action 7 and docker/login-action 4, as their action.yml have them. */
const THEIRS = {
  'build-push-action':
    'add-hosts allow annotations attests build-args build-contexts builder cache-from cache-to call cgroup-parent context file github-token labels load network no-cache no-cache-filters outputs platforms provenance pull push sbom secret-envs secret-files secrets shm-size ssh tags target ulimit',
  'bake-action': 'allow builder call files github-token load no-cache provenance pull push sbom set source targets workdir',
  'metadata-action': 'annotations bake-target context flavor github-token images labels sep-annotations sep-labels sep-tags tags',
  'login-action': 'ecr logout password registry registry-auth scope username',
};

test.each(Object.entries(THEIRS))('every input of %s has a row, and what is named beside it exists here', (action, inputs) => {
  const rows = rowsOf(action);
  expect(rows.map(([theirs]) => theirs).sort()).toEqual(inputs.split(' '));
  for (const [theirs = '', ours = ''] of rows) {
    const name = ours === 'the same' ? theirs : ours.replaceAll('`', '');
    if (ours !== '–') expect(Object.keys(buildImage.inputs)).toContain(name);
  }
});

test('what is called otherwise here, or is missing, is answered by the message too', () => {
  const rows = Object.keys(THEIRS)
    .flatMap(rowsOf)
    .filter(([theirs = '']) => !(theirs in buildImage.inputs));
  expect(rows.length).toBeGreaterThan(8);
  for (const [theirs = '', ours = ''] of rows) {
    expect([theirs, buildImage.elsewhere?.[theirs] ?? buildImage.missing?.[theirs] ?? '']).toEqual([
      theirs,
      ours === '–' ? expect.stringMatching(/\.$/) : ours.replaceAll('`', ''),
    ]);
  }
});
