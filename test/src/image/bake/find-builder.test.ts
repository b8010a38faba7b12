import { expect, test } from '@jest/globals';
import { findBaker } from '../../../../src/image/bake/find-builder.js';

const environment = { variables: {}, workspace: '/w', temporary: '/t', debug: false };

test('without buildx the failure says what is missing, what to do, and that nothing else will do', () => {
  const none = () => ({
    program: undefined,
    missing: 'Docker is at /usr/bin/docker, but its buildx plugin is missing.',
    advice: 'Install it.',
  });
  expect(() => findBaker('auto', { environment }, none)).toThrow(
    /^Bake and Compose files need buildx; .*\nDocker is at .*, but its buildx plugin is missing\.\nInstall it\.$/,
  );
});

test('buildah is refused even where buildx is', () => {
  expect(() => findBaker('buildah', { environment }, () => ({ program: '/b' }))).toThrow(
    /buildah builds from a Dockerfile alone/,
  );
});
