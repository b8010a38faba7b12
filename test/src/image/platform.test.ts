import { expect, test } from '@jest/globals';
import { parsePlatform, refuseRepeated } from '../../../src/image/platform.js';

test.each([
  'linux/amd64',
  'linux/arm64',
  'linux/arm/v7',
  'linux/amd64/v3',
  'windows/amd64',
  'darwin/arm64',
  'openbsd/amd64',
  'local',
])('%s can be built for', (platform) => {
  expect(parsePlatform(platform)).toBe(platform);
});

test.each([
  ['linux/bogus99', /not a known platform; known are linux\/386, linux\/amd64/],
  ['notaplatform', /not a known platform/],
  ['linux/x86_64', /did you mean linux\/amd64\?/],
  ['Linux/AMD64', /did you mean linux\/amd64\?/],
  ['linux/ARM/v7', /did you mean linux\/arm\/v7\?/],
  ['linux/amd46', /did you mean linux\/amd64\?/],
  ['arm64', /did you mean linux\/arm64\?/],
  ['arm/v7', /did you mean linux\/arm\/v7\?/],
  ['aarch64', /did you mean linux\/arm64\?/],
  ['linux-amd64', /did you mean linux\/amd64\?/],
  ['all', /not a known platform; known are/],
  ['linux/arm/v9', /linux\/arm has v5, v6, v7, v8/],
  ['linux/s390x/v1', /linux\/s390x has no variant/],
  ['linux/arm64/v8/x', /variant "v8\/x"/],
  ['constructor', /not a known platform/],
  ['linux/constructor', /not a known platform; known are/],
])('%s, which docker would build and push, is refused', (platform, message) => {
  expect(() => parsePlatform(platform)).toThrow(message);
});

test.each([
  ['twice', ['linux/amd64', 'linux/arm64', 'linux/amd64'], /"linux\/amd64" is given twice/],
  ['by two names', ['linux/arm64', 'linux/arm64/v8'], /"linux\/arm64" and "linux\/arm64\/v8" are the same platform/],
  ['by two names of arm', ['linux/arm/v7', 'linux/arm'], /are the same platform/],
])('a platform that is given %s is told', (_name, platforms, message) => {
  expect(() => refuseRepeated(platforms)).toThrow(message);
  expect(() => refuseRepeated(['linux/arm/v6', 'linux/arm/v7', 'linux/amd64', 'linux/amd64/v2'])).not.toThrow();
});
