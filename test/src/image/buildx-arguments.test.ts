import { expect, test } from '@jest/globals';
import { type BuildPlan, buildArguments, readableArguments } from '../../../src/image/buildx-arguments.js';
import { parseReference } from '../../../src/image/reference.js';

const plan: BuildPlan = {
  context: '/w/shop',
  file: '/w/shop/Dockerfile',
  target: undefined,
  platforms: [],
  buildArgs: [],
  labels: [],
  tags: [parseReference('localhost:5000/shop/app:1')],
  push: true,
  load: false,
  provenance: 'false',
  noCache: false,
  pull: false,
};
const files = { metadata: '/t/metadata.json', imageId: '/t/image-id' };

test('a plain build asks for nothing that was not asked for', () => {
  expect(buildArguments(plan, files)).toEqual([
    ...['build', '--progress=plain', '--provenance=false', '--file', '/w/shop/Dockerfile'],
    ...[
      '--metadata-file',
      '/t/metadata.json',
      '--iidfile',
      '/t/image-id',
      '--tag',
      'localhost:5000/shop/app:1',
      '--push',
      '/w/shop',
    ],
  ]);
});

test('every input reaches buildx', () => {
  const args = buildArguments(
    {
      ...plan,
      target: 'runtime',
      platforms: ['linux/amd64', 'linux/arm64'],
      buildArgs: ['VERSION=1', 'TOKEN'],
      labels: ['a=b,c'],
      tags: [...plan.tags, parseReference('localhost:5000/shop/app:2')],
      push: false,
      load: true,
      provenance: 'mode=max',
      noCache: true,
      pull: true,
    },
    files,
  );
  expect(args.slice(2)).toEqual([
    ...[
      '--provenance=mode=max',
      '--file',
      '/w/shop/Dockerfile',
      '--metadata-file',
      '/t/metadata.json',
      '--iidfile',
      '/t/image-id',
    ],
    ...['--target', 'runtime', '--platform', 'linux/amd64,linux/arm64', '--build-arg', 'VERSION=1', '--build-arg', 'TOKEN'],
    ...['--label', 'a=b,c', '--tag', 'localhost:5000/shop/app:1', '--tag', 'localhost:5000/shop/app:2'],
    ...['--load', '--no-cache', '--pull', '/w/shop'],
  ]);
});

test('the values of build arguments stay out of the log', () => {
  const shown = readableArguments(buildArguments({ ...plan, buildArgs: ['NPM_TOKEN=hunter2=\nx'] }, files));
  expect(shown).toContain('--build-arg NPM_TOKEN=… ');
  expect(shown).not.toContain('hunter2');
});
