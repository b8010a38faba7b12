import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { RegistryCredentials } from '../../../../src/image/registry/credentials.js';
import { Registry } from '../../../../src/image/registry/registry.js';
import { Repository } from '../../../../src/image/registry/repository.js';
import { systemClock } from '../../../../src/kernel/clock.js';
import { recordedLog } from '../fake-buildx.js';
import { FakeRegistry, refuse } from '../fake-registry.js';

// Registries of the clouds ask for a token of their own (distribution-spec, token authentication); the one of the bed does not.
let fake: FakeRegistry;
let other: FakeRegistry;
let digest: string;
const masked: string[] = [];
const signal = new AbortController().signal;

beforeEach(async () => {
  [fake, other] = await Promise.all([FakeRegistry.start(), FakeRegistry.start()]);
  digest = fake.addImage(['layer'], [], 'shop/app:1');
  masked.length = 0;
});
afterEach(() => Promise.all([fake.stop(), other.stop()]));

const chef: RegistryCredentials = { kind: 'password', username: 'chef', password: 'correct-horse', origin: 'the test' };
const basic = `Basic ${Buffer.from('chef:correct-horse').toString('base64')}`;

function repository(credentials: RegistryCredentials = chef): Repository {
  const log = { ...recordedLog(), mask: (text: string) => void masked.push(text) };
  const environment = { variables: {}, workspace: '/', temporary: '/', debug: false };
  const registry = new Registry(fake.name, credentials, { clock: systemClock, log, environment, random: () => 0 });
  const limits = { attempts: 3, elapsedMs: 5_000, firstDelayMs: 1, longestDelayMs: 1 };
  return new Repository(registry, 'shop/app', limits, 'pull,push');
}

/** Everything but the token itself wants the token. */
function wantToken(realm: string, answers: readonly number[] = [200]): void {
  let asked = 0;
  const give: FakeRegistry['hook'] = ({ path, authorization }, response) => {
    if (path.startsWith('/token')) {
      const status = answers[Math.min(asked++, answers.length - 1)] ?? 200;
      response.writeHead(status).end(JSON.stringify(status === 200 ? { token: 'short-lived' } : {}));
      return true;
    }
    if (authorization === 'Bearer short-lived') return false;
    const challenge = `Bearer realm="${realm}",service="shop",scope="repository:shop/app:pull"`;
    return refuse(response, 401, 'UNAUTHORIZED', 'authentication required', { 'www-authenticate': challenge });
  };
  fake.hook = give;
  other.hook = give;
}
const tokenRequests = ({ requests }: FakeRegistry) => requests.filter(({ path }) => path.startsWith('/token'));

describe('a registry with a token server', () => {
  test('gets the password there, once, and the token everywhere else', async () => {
    wantToken(`http://${fake.name}/token`);
    const shop = repository();
    expect([await shop.digestOf('1', signal), await shop.digestOf('1', signal)]).toEqual([digest, digest]);
    const [first, ...more] = tokenRequests(fake);
    expect(more).toEqual([]);
    expect(first?.authorization).toBe(basic);
    expect(first?.path).toBe('/token?service=shop&scope=repository%3Ashop%2Fapp%3Apull%2Cpush');
    expect(masked).toEqual(['short-lived']);
    const others = fake.requests.filter(({ path }) => !path.startsWith('/token'));
    expect(others.map(({ authorization }) => authorization)).not.toContain(basic);
  });

  test('gets a refresh token as OAuth 2 wants it', async () => {
    wantToken(`http://${fake.name}/token`);
    expect(await repository({ kind: 'identity-token', token: 'long-lived', origin: 'the test' }).digestOf('1', signal)).toBe(
      digest,
    );
    const [request] = tokenRequests(fake);
    expect(request).toMatchObject({ method: 'POST', authorization: undefined });
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toMatchObject({
      grant_type: 'refresh_token',
      refresh_token: 'long-lived',
      service: 'shop',
    });
  });

  test('that names another host without TLS does not get the password sent there', async () => {
    wantToken(`http://localhost:${other.name.split(':')[1]}/token`);
    await repository().digestOf('1', signal);
    expect(tokenRequests(other).map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  test('that is overloaded for a moment is asked again', async () => {
    wantToken(`http://${fake.name}/token`, [503, 200]);
    expect(await repository().digestOf('1', signal)).toBe(digest);
    expect(tokenRequests(fake)).toHaveLength(2);
  });

  test('that does not accept the password is told as that', async () => {
    wantToken(`http://${fake.name}/token`, [401]);
    await expect(repository().manifest('1', signal)).rejects.toThrow(
      /does not accept the password of user chef \(401 Unauthorized\), which comes from the test\./,
    );
  });
});

test('an upload that the registry hands on to another host does not take the login along', async () => {
  fake.hook = ({ method }, response) => {
    if (method !== 'POST') return false;
    response.writeHead(202, { location: `http://${other.name}/v2/shop/app/blobs/uploads/1?state=a` }).end();
    return true;
  };
  const { Readable } = await import('node:stream');
  await repository().upload('sha256:x', { length: 4, open: () => Readable.from(['soup']) }, signal);
  expect(other.requests.map(({ method, authorization }) => [method, authorization])).toEqual([['PUT', undefined]]);
});

test('an upload that breaks off starts anew with a fresh file', async () => {
  let puts = 0;
  fake.hook = ({ method }, response) => {
    if (method !== 'PUT' || puts++ > 0) return false;
    response.socket?.destroy();
    return true;
  };
  const { Readable } = await import('node:stream');
  await repository().upload('sha256:x', { length: 4, open: () => Readable.from(['soup']) }, signal);
  expect(fake.blobs.get('sha256:x')).toBe('soup');
  expect(fake.requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
});

describe('Retry-After', () => {
  test.each([
    ['in seconds', () => '1'],
    ['as a date', () => new Date(Date.now() + 2_000).toUTCString()],
  ])('is obeyed %s', async (_, value) => {
    let asked = 0;
    const at: number[] = [];
    fake.hook = (_request, response) => {
      at.push(Date.now());
      return asked++ === 0 && refuse(response, 429, 'TOOMANYREQUESTS', 'slow down', { 'retry-after': value() });
    };
    expect(await repository().digestOf('1', signal)).toBe(digest);
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(900);
  });
});

describe('what a refusal says', () => {
  test.each<[string, number, string, string, RegExp]>([
    [
      'ECR, immutable',
      400,
      'TAG_INVALID',
      'tag invalid: The image tag already exists and cannot be overwritten because the tag is immutable.',
      /tags are immutable there/,
    ],
    [
      'Harbor, immutable',
      412,
      'PRECONDITION',
      'Failed to process request due to app:1 configured as immutable',
      /tags are immutable there/,
    ],
    [
      'Artifact Registry, immutable',
      400,
      'MANIFEST_INVALID',
      'Image tags are immutable; ALREADY_EXISTS',
      /tags are immutable there/,
    ],
    [
      'ECR, no repository',
      404,
      'NAME_UNKNOWN',
      "The repository with name 'shop/app' does not exist",
      /has no repository shop\/app, and does not make one on a push/,
    ],
    [
      'no right to write',
      403,
      'DENIED',
      'requested access to the resource is denied',
      /^User chef may not push the tag 1 in .*shop\/app \(HTTP 403\)/,
    ],
    [
      'GHCR, no right',
      403,
      'DENIED',
      'permission_denied: write_package',
      /The registry said: DENIED: permission_denied: write_package/,
    ],
    [
      'out of order',
      500,
      'UNKNOWN',
      'database is down',
      /did not let this step push the tag 1 .* however often it was asked: HTTP 500/,
    ],
    ['something new', 418, 'TEAPOT', 'short and stout', /HTTP 418\.\nThe registry said: TEAPOT: short and stout/],
  ])('%s', async (_name, status, code, message, said) => {
    const manifest = await repository().manifest('1', signal);
    fake.hook = ({ method }, response) => method === 'PUT' && refuse(response, status, code, message);
    await expect(repository().put('1', manifest as NonNullable<typeof manifest>, signal)).rejects.toThrow(said);
  });
});
