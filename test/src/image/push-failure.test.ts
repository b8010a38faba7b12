import { describe, expect, test } from '@jest/globals';
import { explainBuildFailure } from '../../../src/image/build-failure.js';
import { explainPushFailure, mayPushAgain } from '../../../src/image/push-failure.js';

/** As BuildKit 0.25 (Docker 28.5) and 0.34 print it. */
const failed = (reason: string, name = 'ecr.example:5000/shop/app:1') =>
  `ERROR: failed to build: failed to solve: failed to push ${name}: ${reason}`;
const status = (text: string) =>
  failed(`unexpected status from PUT request to http://r.example:503/v2/shop/app/manifests/1?_state=429-EOF: ${text}`);

describe('what is refused for good is said in its meaning, and not tried again', () => {
  test.each<[string, string, RegExp]>([
    [
      'ECR',
      failed(
        "unknown: The image tag '1' already exists in the 'shop' repository and cannot be overwritten because the tag is immutable.",
      ),
      /^ecr\.example:5000\/shop\/app: the registry did not let this step push the tag 1, because the tag exists and tags are immutable there/,
    ],
    ['Harbor', failed("unknown: Failed to process request due to 'app:1' configured as immutable."), /tags are immutable there/],
    ['Artifact Registry', failed('unknown: Image tags are immutable'), /tags are immutable there/],
    ['Quay', failed('unknown: tag is immutable and cannot be overwritten'), /tags are immutable there/],
    [
      'Mirantis',
      failed('unknown: tag=1 cannot be overwritten because r.example/shop/app is an immutable repository'),
      /tags are immutable there/,
    ],
    ['Nexus', failed('unknown: Repository does not allow updating assets: docker'), /tags are immutable there/],
    ['Azure, locked', failed('denied: The tag 1 is locked'), /tags are immutable there/],
    [
      'media types',
      failed('unknown: manifest invalid: unknown media type'),
      /does not take an image of this form.*\n.*`oci-mediatypes: false`/,
    ],
    ['415', status('415 Unsupported Media Type'), /does not take an image of this form/],
    [
      '413',
      status('413 Payload Too Large: <html><head><title>413 Request Entity Too Large</title></head></html>'),
      /larger than the registry of ecr\.example:5000\/shop\/app, or a proxy in front of it, takes at once \(413\)/,
    ],
    [
      'quota',
      failed(
        'denied: adding 4.0 MiB of storage resource, which when updated to current usage of 9 MiB will exceed the configured upper limit of 10.0 MiB.',
      ),
      /has no room left for ecr\.example:5000\/shop\/app/,
    ],
    ['507', status('507 Insufficient Storage: full'), /has no room left/],
    ['disk of the registry', failed('unknown: write /var/lib/registry: no space left on device'), /has no room left/],
    [
      'a policy of Harbor',
      failed('unknown: current image with 3 vulnerabilities cannot be pulled due to configured policy'),
      /^A policy of the registry of ecr\.example:5000\/shop\/app/,
    ],
    [
      'pull-through cache',
      failed('unsupported'),
      /takes no pushes, so this step could not push the tag 1: it is a pull-through cache/,
    ],
    [
      'no repository, by digest',
      failed('unknown: repository name not known to registry', 'ecr.example:5000/shop/app'),
      /^ecr\.example:5000 has no repository shop\/app, and does not make one on a push/,
    ],
  ])('%s', (_name, line, meaning) => {
    expect(explainPushFailure(line)).toMatch(meaning);
    expect(mayPushAgain(['#5 exporting to image', line])).toBe(false);
    expect(explainBuildFailure('buildx', 1, ['#5 ERROR: x', line])).toEqual({
      code: 'registry-refuses',
      text: expect.stringMatching(meaning),
    });
  });

  test.each([
    ['no right to write', failed('denied: requested access to the resource is denied')],
    ['a code of its own, which BuildKit has not tried again', failed('unknown: the moon is full')],
    ['a teapot', status("418 I'm a teapot")],
    [
      'what only the address sounds like',
      failed('failed to do request: Put "https://r.example:429/v2/?_state=EOF": tls: failed to verify certificate'),
    ],
  ])('%s is not tried again either', (_name, line) => {
    expect(mayPushAgain([line])).toBe(false);
  });
});

describe('what may pass is tried again', () => {
  test.each([
    ['429', failed('toomanyrequests: slow down')],
    ['a limit of requests', failed("toomanyrequests: Quota exceeded for quota metric 'Requests per project'")],
    ['503', failed('unavailable')],
    ['503 of a proxy', status('503 Service Unavailable: <html>')],
    ['408', status('408 Request Timeout')],
    [
      'a reset',
      failed(
        'failed to do request: Put "https://r.example/v2/": read tcp 1.2.3.4:5->6.7.8.9:443: read: connection reset by peer',
      ),
    ],
    ['the end of the connection', failed('failed to do request: Head "https://r.example/v2/": EOF')],
    [
      'a refused connection',
      failed('failed to do request: Head "http://r.example/": dial tcp 127.0.0.1:1: connect: connection refused'),
    ],
  ])('%s', (_name, line) => {
    expect(mayPushAgain([line])).toBe(true);
  });

  test('a 500 with words of its own, by BuildKit having tried it again', () => {
    expect(
      mayPushAgain(['#5 0.066 unknown: database is down', '#5 0.066 retrying in 1s', failed('unknown: database is down')]),
    ).toBe(true);
  });
});

test('a cache that cannot be written is told as that, with what goes on without it', () => {
  const lines = [
    '#6 exporting cache to registry',
    '#6 ERROR: error writing layer blob: failed to do request: Head "https://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused',
    '#5 ERROR: failed to push r.example/shop/app: context canceled',
    'ERROR: failed to build: failed to solve: error writing layer blob: failed to do request: Head "https://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused',
  ];
  expect(explainBuildFailure('buildx', 1, lines).text).toMatch(
    /^The cache could not be written \(`cache-to`\); the image itself was built\.\n.*`ignore-error=true`/,
  );
});
