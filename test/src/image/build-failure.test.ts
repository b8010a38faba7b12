import { describe, expect, test } from '@jest/globals';
import { explainBuildFailure, plainLine } from '../../../src/image/build-failure.js';

// The quoted lines are those of buildx 0.29.1 and Docker 28.5.2 and 29; of --add-host, a granted right, a blank base and git they are from memory.
describe('what a failed build says first', () => {
  test.each([
    [
      'ERROR: Cannot connect to the Docker daemon at unix:///tmp/nosock. Is the docker daemon running?',
      'The Docker daemon at unix:///tmp/nosock does not answer.',
    ],
    [
      'ERROR: failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct and if the daemon is running',
      'The Docker daemon at unix:///var/run/docker.sock does not answer.',
    ],
    [
      'ERROR: permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Head "http://x/_ping": dial unix',
      'This user may not talk to the Docker daemon at unix:///var/run/docker.sock.',
    ],
    [
      'ERROR: failed to build: failed to solve: target stage "nosuch" could not be found',
      'The Dockerfile has no stage "nosuch".',
    ],
    [
      'ERROR: failed to build: failed to solve: failed to push 127.0.0.1:5999/shop/app:1: failed to do request: Head "https://127.0.0.1:5999/v2/x": dial tcp 127.0.0.1:5999: connect: connection refused',
      'Registry 127.0.0.1:5999 cannot be reached from the engine: connection refused.',
    ],
    [
      'Error: creating build container: initializing source docker://localhost:1/base:1: pinging container registry localhost:1: Get "https://localhost:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused',
      'The registry of the base image localhost:1/base:1 cannot be reached from the engine: connection refused.',
    ],
    [
      'ERROR: failed to build: failed to solve: r.example/base:1: failed to resolve source metadata for r.example/base:1: failed to do request: Head "https://r.example/v2/x": dial tcp: lookup r.example on 10.0.0.2:53: no such host',
      'The registry of the base image r.example/base:1 cannot be reached from the engine: no such host.',
    ],
    [
      'ERROR: failed to build: failed to solve: failed to push r.example/app:1: failed to do request: Head "https://r.example/v2/x": dial tcp: lookup r.example on 10.0.0.2:53: no such host',
      'Registry r.example cannot be reached from the engine: no such host.',
    ],
    [
      'ERROR: failed to build: failed to solve: failed to push 127.0.0.1:5002/shop/app:1: unexpected status from HEAD request to http://127.0.0.1:5002/v2/x: 401 Unauthorized',
      'Registry 127.0.0.1:5002 refused the push: 401 Unauthorized.',
    ],
    [
      'ERROR: failed to build: failed to solve: process "/bin/sh -c false" did not complete successfully: exit code: 7',
      'A RUN step of the Dockerfile ended with exit code 7: /bin/sh -c false',
    ],
    ['ERROR: something new', 'buildx ended with exit code 1.'],
    [
      'ERROR: invalid argument "nofile" for "--ulimit" flag: invalid ulimit argument: nofile',
      'The engine does not take what input `ulimit` says: invalid ulimit argument: nofile.',
    ],
    [
      'ERROR: invalid argument "x" for "--add-host" flag: bad format for add-host: "x"',
      'The engine does not take what input `add-hosts` says: bad format for add-host: "x".',
    ],
    [
      'ERROR: failed to build: unknown entitlement security-insecure',
      'Input `allow`: this engine knows no right "security-insecure".',
    ],
    [
      'ERROR: failed to build: failed to solve: granting entitlement security.insecure is not allowed by build daemon configuration',
      'BuildKit does not grant `allow: security.insecure`: its own configuration must permit it.',
    ],
    [
      'ERROR: failed to build: failed to convert agent config {default [] false}: invalid empty ssh agent socket: make sure SSH_AUTH_SOCK is set',
      'Input `ssh` means the SSH agent of this job, and there is none (SSH_AUTH_SOCK is not set).',
    ],
    [
      'ERROR: failed to build: failed to get build context lib: stat ./lib: no such file or directory',
      'The context "lib" (`build-contexts`, `contexts`) is ./lib, and there is no such directory.',
    ],
    ['ERROR: failed to build: registry cache exporter requires ref', 'Input `cache-to`: type=registry needs ref=….'],
    ['ERROR: failed to build: failed to solve: the Dockerfile cannot be empty', 'The Dockerfile is empty.'],
    [
      'ERROR: failed to build: failed to solve: base name ($BASE) should not be blank',
      'FROM $BASE names no image: its ARG has no value.',
    ],
    [
      'ERROR: failed to build: failed to solve: failed to read downloaded context: failed to load cache key: Get "https://github.com/a/b/tree/main/app?token=x": dial tcp: network is unreachable',
      'The context https://github.com/a/b/tree/main/app could not be fetched: dial tcp: network is unreachable.',
    ],
    [
      'ERROR: failed to build: failed to solve: failed to load cache key: failed to fetch remote https://github.com/a/b.git: git stderr:',
      'The repository https://github.com/a/b.git could not be fetched; what git says stands below.',
    ],
  ])('%s', (line, meaning) => {
    const { text } = explainBuildFailure('buildx', 1, ['#1 building', line]);
    expect(text.split('\n')[0]).toBe(meaning);
    expect(text).toContain(`  ${line}`);
  });

  test('a step that met a full disk says so first, whatever it made of it', () => {
    const { text } = explainBuildFailure('buildx', 1, [
      '#5 0.1 cp: write error: No space left on device',
      'ERROR: failed to build: process "/bin/sh -c cp" did not complete successfully: exit code: 1',
    ]);
    expect(text).toMatch(/^The disk is full where[\s\S]*A RUN step of the Dockerfile ended with exit code 1/);
  });

  test.each([
    [
      'BuildKit',
      [
        '#5 [linux/arm64 2/2] RUN /app',
        '#5 0.1 exec /bin/sh: exec format error',
        '#5 ERROR: process "/bin/sh -c /app" did not complete successfully: exit code: 255',
        'ERROR: failed to solve: process "/bin/sh -c /app" did not complete successfully: exit code: 255',
      ],
    ],
    [
      'buildah',
      [
        'process failed to start with error: fork/exec /bin/sh: exec format errorsubprocess exited with status 1',
        'Error: building at STEP "RUN echo": exit status 1',
      ],
    ],
    [
      'crun',
      ['{"msg":"exec container process `/bin/sh`: Exec format error"}', 'Error: building at STEP "RUN echo": exit status 1'],
    ],
  ])('a program of another architecture is told wherever %s says it', (_engine, lines) => {
    expect(explainBuildFailure('engine', 1, lines).text).toMatch(
      /^A RUN step needs a program that this runner cannot[\s\S]*docker\/setup-qemu-action/,
    );
  });

  test('what another step printed of formats is not why this one failed', () => {
    const lines = [
      '#4 0.1 test: exec format error is caught',
      '#5 ERROR: process "x" did not complete successfully: exit code: 1',
    ];
    const { text } = explainBuildFailure('buildx', 1, [
      ...lines,
      'ERROR: process "x" did not complete successfully: exit code: 1',
    ]);
    expect(text).toMatch(/^A RUN step of the Dockerfile ended with exit code 1/);
  });

  test('a step that prints a known message is not taken for it', () => {
    const { text } = explainBuildFailure('buildx', 1, [
      '#5 0.1 target stage "x" could not be found',
      'ERROR: failed to build: out of disk',
    ]);
    expect(text.split('\n')[0]).toBe('buildx ended with exit code 1.');
  });

  test('only the end of a long log is repeated', () => {
    const { text } = explainBuildFailure('buildx', 1, [
      ...Array.from({ length: 100 }, (_, index) => `line ${index}`),
      'ERROR: x',
    ]);
    expect(text.split('\n')).toHaveLength(23);
    expect(text).toContain('line 99');
  });

  test('a buildx that dies without a word still gives its exit code', () => {
    expect(explainBuildFailure('buildx', 137, [])).toEqual({ code: 'build-failed', text: 'buildx ended with exit code 137.' });
  });
});

describe('a line of a build in the job log', () => {
  test.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['::add-mask::x', ': :add-mask::x'],
    ['  ::error::x', '  : :error::x'],
    ['#5 0.1 ##[error]x', '#5 0.1 # #[error]x'],
    ['#5 0.1 a::b', '#5 0.1 a::b'],
  ])('%j cannot command the runner', (line, shown) => {
    expect(plainLine(line)).toBe(shown);
  });
});
