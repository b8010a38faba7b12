import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type FakeBuildx, fakeBuildx } from '../../src/image/fake-buildx.js';
import { FakeRegistry, refuse } from '../../src/image/fake-registry.js';
import { runBundle } from './run-bundle.js';

/** The committed bundle against registries that are not as the specification has them. */
let registry: FakeRegistry;
let other: FakeRegistry;
let digest: string;
let fake: FakeBuildx | undefined;

beforeEach(async () => {
  [registry, other] = await Promise.all([FakeRegistry.start(), FakeRegistry.start()]);
  digest = registry.addImage(['layer']);
  other.addImage(['layer']);
});
afterEach(async () => {
  fake?.remove();
  await Promise.all([registry.stop(), other.stop()]);
});

const AT = '2026-01-01T00:00:00Z';
/** What buildx 0.29 prints of a push, with `--progress=rawjson`. */
const pushLines = (error?: string) =>
  [
    { vertexes: [{ digest: 'sha256:1', name: 'exporting to image', started: AT }] },
    {
      statuses: [
        { id: `exporting manifest ${digest}`, vertex: 'sha256:1', current: 0, timestamp: AT, started: AT, completed: AT },
      ],
    },
    { vertexes: [{ digest: 'sha256:1', name: 'exporting to image', started: AT, completed: AT, ...(error ? { error } : {}) }] },
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('') + (error ? `ERROR: failed to build: failed to solve: ${error}\n` : '');

const tag = (name: string, { name: host } = registry) => `${host}/shop/app:${name}`;

/** @param refusal why the engine's push fails, after all names but the refused ones are pushed */
function step(inputs: Record<string, string>, refusal?: string) {
  fake = fakeBuildx({
    build: {
      metadata: { 'containerimage.digest': digest },
      pushes: registry.manifests.get(digest)?.content,
      stderr: pushLines(refusal),
      code: refusal === undefined ? 0 : 1,
    },
  });
  const { workspace, variables } = fake.environment;
  const given = { tags: tag('1'), 'retry-for': '1s', ...inputs };
  return runBundle('build-image', { inputs: given, cwd: workspace, env: variables as Record<string, string> });
}
const builds = () => fake?.calls().filter(({ args }) => args[0] === 'build') ?? [];

describe('a registry that answers late', () => {
  /** For so long after a tag is written, questions for it are answered as before. */
  function late(ms: number, answer: Parameters<typeof refuse>[0] extends infer R ? (response: R) => boolean : never): void {
    let writtenMs: number | undefined;
    registry.hook = ({ method, path }, response) => {
      if (!path.endsWith('/manifests/1')) return false;
      if (method === 'PUT') writtenMs = Date.now();
      const isLate = method !== 'PUT' && writtenMs !== undefined && Date.now() - writtenMs < ms;
      return isLate && answer(response);
    };
  }

  test('with the former image is waited for', async () => {
    const former = registry.addImage(['former'], [], 'shop/app:1');
    late(1_500, (response) => {
      response.writeHead(200, { 'docker-content-digest': former }).end();
      return true;
    });
    const { exitCode, outputs, errors } = await step({});
    expect([exitCode, errors]).toEqual([0, []]);
    expect(outputs.digest).toBe(digest);
  });

  test('with nothing is waited for', async () => {
    late(1_000, (response) => refuse(response, 404, 'MANIFEST_UNKNOWN', 'manifest unknown'));
    expect((await step({})).exitCode).toBe(0);
  });

  test('is not taken for one in which another run has moved the tag', async () => {
    const foreign = registry.addImage(['foreign']);
    late(60_000, (response) => {
      response.writeHead(200, { 'docker-content-digest': foreign }).end();
      return true;
    });
    const { errors } = await step({});
    expect(errors).toEqual([
      expect.stringMatching(/is sha256:.* in the registry, but this step pushed .*\nAnother run has moved the tag meanwhile/),
    ]);
  });
});

describe('what is refused for good', () => {
  test.each([
    [
      'an immutable tag',
      'unknown: The image tag already exists and cannot be overwritten because the tag is immutable.',
      /tags are immutable there/,
    ],
    ['media types', 'unknown: manifest invalid: unknown media type', /does not take an image of this form/],
    ['a quota', 'denied: will exceed the configured upper limit of 10.0 MiB', /has no room left/],
  ])('%s is said after one attempt', async (_name, reason, meaning) => {
    const { exitCode, errors } = await step({ 'retry-for': '1m' }, `failed to push ${tag('1')}: ${reason}`);
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringMatching(meaning)]);
    expect(builds()).toHaveLength(1);
  });
});

/** The engine's push of a tag is taken once the step has looked at the tag for the second time: registries are slower than this one. */
function heldUntilLookedAtAgain(name: string, onSecondLook: () => void) {
  let looks = 0;
  let take: (() => void) | undefined;
  const held: FakeRegistry['hook'] = ({ method, path }, response) => {
    if (!path.endsWith(`/manifests/${name}`)) return false;
    if (method === 'HEAD' && ++looks === 2) {
      onSecondLook();
      setImmediate(() => take?.());
    }
    if (method !== 'PUT' || looks >= 2) return false;
    take = () => {
      take = undefined;
      registry.tags.set(`shop/app:${name}`, digest);
      response.writeHead(201, { 'docker-content-digest': digest }).end();
    };
    return true;
  };
  return { held, end: () => take?.() };
}

describe('what a failed step leaves', () => {
  const second = () => `failed to push ${tag('1', other)}: denied: requested access to the resource is denied`;
  const both = () => `${tag('1')}\n${tag('1', other)}`;
  const refuseOther = () => {
    other.hook = ({ method, path }, response) =>
      method === 'PUT' && path.includes('/manifests/') && refuse(response, 403, 'DENIED', 'denied');
  };

  test('a tag that existed, in the first of two registries, is put back', async () => {
    const former = registry.addImage(['former'], [], 'shop/app:1');
    refuseOther();
    const { errors } = await step({ tags: both() }, second());
    expect(errors).toHaveLength(1);
    expect(registry.tags.get('shop/app:1')).toBe(former);
  });

  test('one that another run has moved during the build gets that image back, and it is said', async () => {
    for (const name of ['1', '2']) registry.addImage(['former'], [], `shop/app:${name}`);
    const foreign = registry.addImage(['foreign']);
    const { end, held } = heldUntilLookedAtAgain('1', () => registry.tags.set('shop/app:1', foreign));
    registry.hook = (request, response) =>
      request.method === 'PUT' && request.path.endsWith('/manifests/2')
        ? refuse(response, 403, 'DENIED', 'no')
        : held(request, response);
    const { errors, warnings } = await step({ tags: `${tag('1')}\n${tag('2')}` });
    end();
    expect(errors[0]).toContain('All other tags stand for what they stood for before this step.');
    expect(warnings.join()).toContain(`and is ${foreign} now: another run has moved it`);
    expect(registry.tags.get('shop/app:1')).toBe(foreign);
  });

  test('one of which the registry could not say before the build what it stood for is never removed, and named', async () => {
    registry.addImage(['former'], [], 'shop/app:1');
    let isBusy = true;
    registry.hook = ({ method, path }, response) => {
      const isTag = method === 'PUT' && path.includes('/manifests/');
      if (isTag) isBusy = false;
      if (isTag && path.endsWith('/2')) return refuse(response, 403, 'DENIED', 'no');
      return isBusy && refuse(response, 503, 'UNAVAILABLE', 'later');
    };
    const { errors } = await step({ tags: `${tag('1')}\n${tag('2')}`, 'retry-for': '5s' });
    expect(errors[0]).toContain(
      `Not everything is as it was before this step:\n  ${tag('1')} stands for the new image ${digest}; what it stood for before could not be read`,
    );
    expect(registry.requests.filter(({ method, path }) => method === 'DELETE' && path.includes('/manifests/'))).toEqual([]);
    expect(registry.tags.get('shop/app:1')).toBe(digest);
  });

  test('a new one is taken away where the registry does that', async () => {
    refuseOther();
    const { errors } = await step({ tags: both() }, second());
    expect(errors[0]).not.toMatch(/Not everything/);
    expect(registry.tags.has('shop/app:1')).toBe(false);
  });

  test('a new one is named where the registry does not', async () => {
    refuseOther();
    registry.hook = ({ method, path }, response) =>
      method === 'DELETE' && path.includes('/manifests/') && refuse(response, 405, 'UNSUPPORTED', '');
    const { errors } = await step({ tags: both() }, second());
    expect(errors[0]).toContain(
      `Not everything is as it was before this step:\n  ${tag('1')} is new, and this registry does not let a tag be removed`,
    );
  });

  test('a new one is left and named where another tag stands for the same image, which some registries would take away too', async () => {
    registry.tags.set('shop/app:same', digest);
    refuseOther();
    const { errors } = await step({ tags: `${tag('same')}\n${both()}` }, second());
    expect(errors[0]).toContain(`${tag('1')} is new, and left there: other tags stand for the same image`);
    expect(registry.tags.get('shop/app:same')).toBe(digest);
  });

  test('the only tag, which the engine moved before its cache failed, is named', async () => {
    fake = undefined;
    const { errors } = await step({}, 'error writing layer blob: failed to do request');
    expect(errors[0]).toContain(
      `Not everything is as it was before this step:\n  ${tag('1')} stands for the new image ${digest} already`,
    );
  });

  test('a registry that is gone after the push is named, and so is how its tags stand', async () => {
    registry.addImage(['former'], [], 'shop/app:1');
    let isGone = false;
    registry.hook = ({ method, path }, response) => {
      if (isGone) response.socket?.destroy();
      else if (method === 'PUT' && path.endsWith('/manifests/2')) isGone = true;
      return isGone && method !== 'PUT';
    };
    const { exitCode, errors, stdout } = await step({ tags: `${tag('1')}\n${tag('2')}` });
    expect(exitCode).toBe(1);
    expect(errors).toEqual([
      expect.stringMatching(
        new RegExp(`^${registry.name} gave no answer when this step wanted to read .* in shop/app: the connection broke`),
      ),
    ]);
    expect(errors[0]).toMatch(/Not everything is as it was before this step:\n {2}.*shop\/app:2 /);
    expect(stdout).not.toMatch(/Unexpected|defect/);
  });

  test('one that is gone while it is read back has all its tags by then', async () => {
    let isGone = false;
    registry.hook = ({ method, path }, response) => {
      if (isGone) response.socket?.destroy();
      if (method === 'PUT' && path.endsWith('/manifests/2'))
        setImmediate(() => {
          isGone = true;
        });
      return isGone;
    };
    registry.addImage(['former'], [], 'shop/app:2');
    const { errors } = await step({ tags: `${tag('1')}\n${tag('2')}` });
    expect(errors).toEqual([
      expect.stringMatching(
        /gave no answer[\s\S]*\nAll tags stand for the new image sha256:[0-9a-f]{64} by now; this step could not read them back\.$/,
      ),
    ]);
  });
});

describe('what is no registry is told before anything is built', () => {
  test.each<[string, FakeRegistry['hook'], RegExp]>([
    [
      'a page for people',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
        return true;
      },
      /does not answer as a registry does \(HTTP 200, text\/html\)/,
    ],
    [
      'a way to a login page',
      ({ method }, response) => {
        if (method !== 'POST') return false;
        response.writeHead(302, { location: 'https://login.example/' }).end();
        return true;
      },
      /does not answer as a registry does \(HTTP 302, to https:\/\/login\.example\/\)/,
    ],
    [
      'a token server that gives a page',
      ({ path }, response) => {
        if (path.startsWith('/token')) response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
        else refuse(response, 401, 'UNAUTHORIZED', '', { 'www-authenticate': `Bearer realm="http://${registry.name}/token"` });
        return true;
      },
      /answered something else than JSON \(HTTP 200, text\/html\)/,
    ],
    [
      'a pull-through cache',
      ({ method }, response) => method === 'POST' && refuse(response, 405, 'UNSUPPORTED', 'The operation is unsupported.'),
      /takes no pushes, so this step could not push: it is a pull-through cache/,
    ],
  ])('%s', async (_name, hook, said) => {
    registry.hook = hook;
    const { exitCode, errors, stdout } = await step({});
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringMatching(said)]);
    expect(stdout).not.toMatch(/Unexpected|defect/);
    expect(builds()).toEqual([]);
  });
});

test('a login for another registry than that of the tags is said, and no file of this step is named', async () => {
  registry.hook = (_, response) => refuse(response, 401, 'UNAUTHORIZED', '', { 'www-authenticate': 'Basic realm="x"' });
  const { errors, warnings } = await step({ registry: 'ghcr.io', username: 'ci', password: 'correct-horse' });
  expect(warnings.join()).toContain(
    `\`registry\` is ghcr.io, and the tags are of ${registry.name}: \`username\` and \`password\` are for another registry`,
  );
  expect(errors).toEqual([expect.stringMatching(/wants a login .*\(`username` and `password` are for ghcr\.io\)/)]);
  expect(errors[0]).not.toContain('config.json');
});
