import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { RegistryCredentials } from '../../../../src/image/registry/credentials.js';
import { isInsecure, readInsecure } from '../../../../src/image/registry/insecure.js';
import { RegistryOutOfReach } from '../../../../src/image/registry/out-of-reach.js';
import { Registry } from '../../../../src/image/registry/registry.js';
import { Repository } from '../../../../src/image/registry/repository.js';
import { systemClock } from '../../../../src/kernel/clock.js';
import { selfSigned } from '../../../../testbed/sandbox/certificate.js';
import { recordedLog } from '../fake-buildx.js';
import { FakeRegistry, refuse } from '../fake-registry.js';

let fake: FakeRegistry;
let other: FakeRegistry;
let digest: string;
const servers: Server[] = [];
const signal = new AbortController().signal;

beforeEach(async () => {
  [fake, other] = await Promise.all([FakeRegistry.start(), FakeRegistry.start()]);
  digest = fake.addImage(['layer'], [], 'shop/app:1');
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  await Promise.all([fake.stop(), other.stop()]);
});

const chef: RegistryCredentials = { kind: 'password', username: 'chef', password: 'correct-horse', origin: 'the test' };

function repository(name: string, mayBeInsecure?: () => Promise<boolean>): Repository {
  const environment = { variables: {}, workspace: '/', temporary: '/', debug: false };
  const effects = { clock: systemClock, log: recordedLog(), environment, random: () => 0 };
  const limits = { attempts: 2, elapsedMs: 5_000, firstDelayMs: 1, longestDelayMs: 1 };
  return new Repository(new Registry(name, chef, effects, mayBeInsecure), 'shop/app', limits, 'pull,push');
}

/** A server with TLS, whose certificate nobody trusts, that answers as the registry would. */
async function withTls(): Promise<string> {
  const { key, certificate } = selfSigned('127.0.0.1');
  const server = createServer({ key, cert: certificate }, (request, response) => {
    if (request.url?.includes('/blobs/uploads/')) response.writeHead(202).end();
    else response.writeHead(200, { 'docker-content-digest': digest }).end();
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
/** The same address in a form that nobody takes for the own machine's (RFC 4291 §2.5.5.2). */
const byName = (name: string) => name.replace('127.0.0.1', '[::ffff:127.0.0.1]');

describe('TLS or none', () => {
  test('on the own machine it may be either, with whatever certificate, as for Docker', async () => {
    const shop = repository(await withTls());
    expect(await shop.digestOf('1', signal)).toBe(digest);
    await shop.requirePush(signal);
    expect(await repository(fake.name).digestOf('1', signal)).toBe(digest);
  });

  test('a server on the own machine that breaks its connections is told as that', async () => {
    fake.hook = (_, response) => {
      response.socket?.destroy();
      return true;
    };
    await expect(repository(fake.name).digestOf('1', signal)).rejects.toThrow(
      /gave no answer when this step wanted to read 1 in shop\/app: the connection broke/,
    );
  });

  test('elsewhere plain HTTP is told as that, and the password is not sent', async () => {
    const asked = repository(byName(fake.name)).digestOf('1', signal);
    await expect(asked).rejects.toBeInstanceOf(RegistryOutOfReach);
    await expect(asked).rejects.toThrow(
      /it speaks plain HTTP and no TLS \(\w+\); if that is meant, name it under `insecure-registries` of the Docker daemon/,
    );
    expect(fake.requests).toEqual([]);
  });

  test('elsewhere it is spoken where the engine speaks it too', async () => {
    expect(await repository(byName(fake.name), async () => true).digestOf('1', signal)).toBe(digest);
    expect(await repository(byName(await withTls()), async () => true).digestOf('1', signal)).toBe(digest);
  });

  test('elsewhere a certificate that nobody trusts is refused', async () => {
    await expect(repository(byName(await withTls())).digestOf('1', signal)).rejects.toThrow(
      /not signed by a certificate authority that is trusted here|another name/,
    );
  });
});

test.each([
  ['registry.local:5000', true],
  ['registry.local', false],
  ['10.1.2.3:5000', true],
  ['11.1.2.3:5000', false],
  ['[fd00::1]:5000', true],
  ['127.0.0.1:5000', true],
])('what Docker’s daemon says of %s: insecure %s', (name, insecure) => {
  const config = {
    InsecureRegistryCIDRs: ['127.0.0.0/8', '10.0.0.0/8', 'fd00::/8', '::1/128'],
    IndexConfigs: { 'docker.io': { Secure: true }, 'registry.local:5000': { Secure: false } },
  };
  expect(isInsecure(name, readInsecure(config))).toBe(insecure);
});

describe('what is no registry is told as that', () => {
  const html = { 'content-type': 'text/html' };
  test.each<[string, number, Record<string, string>]>([
    ['a page', 200, html],
    ['a page that is not found', 404, html],
    ['a method that is not there', 405, html],
  ])('%s', async (_name, status, headers) => {
    fake.hook = (_, response) => {
      response.writeHead(status, headers).end('<html>Welcome</html>');
      return true;
    };
    await expect(repository(fake.name).requirePush(signal)).rejects.toThrow(
      new RegExp(
        `^${fake.name} does not answer as a registry does \\(HTTP ${status}, text/html\\), so this step could not push in shop/app\\.`,
      ),
    );
  });

  test('a page in place of a manifest', async () => {
    fake.hook = (_, response) => {
      response.writeHead(200, html).end('<html>Welcome</html>');
      return true;
    };
    await expect(repository(fake.name).digestOf('1', signal)).rejects.toThrow(
      /does not answer as a registry does \(HTTP 200, text\/html\)/,
    );
  });

  test('a way to a login page, without what stands in its address', async () => {
    fake.hook = (_, response) => {
      response.writeHead(302, { location: 'https://login.example/start?state=hunter2' }).end();
      return true;
    };
    const asked = repository(fake.name).requirePush(signal);
    await expect(asked).rejects.toThrow(/\(HTTP 302, to https:\/\/login\.example\/start\)/);
    await expect(asked).rejects.not.toThrow(/hunter2/);
  });

  test('a token server that gives a page', async () => {
    fake.hook = ({ path }, response) => {
      if (path.startsWith('/token')) response.writeHead(200, html).end('<html>');
      else refuse(response, 401, 'UNAUTHORIZED', '', { 'www-authenticate': `Bearer realm="http://${fake.name}/token"` });
      return true;
    };
    await expect(repository(fake.name).digestOf('1', signal)).rejects.toThrow(
      new RegExp(
        `^${fake.name}, where ${fake.name} sends those who want to log in, answered something else than JSON \\(HTTP 200, text/html\\)`,
      ),
    );
  });

  test('a token server that is not there', async () => {
    const gone = other.name;
    await other.stop();
    other = await FakeRegistry.start();
    fake.hook = (_, response) =>
      refuse(response, 401, 'UNAUTHORIZED', '', { 'www-authenticate': `Bearer realm="http://${gone}/token"` });
    await expect(repository(fake.name).digestOf('1', signal)).rejects.toThrow(
      new RegExp(`its token server ${gone}: nothing listens there`),
    );
  });
});

describe('addresses that a registry gives', () => {
  const upload = async () => {
    const { Readable } = await import('node:stream');
    await repository(fake.name).upload('sha256:x', { length: 4, open: () => Readable.from(['soup']) }, signal);
  };

  test.each([
    [
      'below a path',
      '/proxied/v2/shop/app/blobs/uploads/1?state=a',
      '/proxied/v2/shop/app/blobs/uploads/1?state=a&digest=sha256%3Ax',
    ],
    ['relative to what was asked', '1?state=a', '/v2/shop/app/blobs/uploads/1?state=a&digest=sha256%3Ax'],
    ['with its own name', 'http://SELF/v2/shop/app/blobs/uploads/1', '/v2/shop/app/blobs/uploads/1?digest=sha256%3Ax'],
  ])('are followed: %s', async (_name, location, path) => {
    fake.hook = ({ method }, response) => {
      if (method === 'PUT') response.writeHead(201).end();
      else response.writeHead(202, { location: location.replace('SELF', fake.name) }).end();
      return true;
    };
    await upload();
    expect(fake.requests.at(-1)).toMatchObject({ method: 'PUT', path });
  });

  test('lead to manifests elsewhere too, without the login', async () => {
    other.addImage(['layer'], [], 'mirror/app:1');
    fake.hook = ({ path }, response) => {
      if (path.startsWith('/token')) return false;
      response.writeHead(307, { location: `http://${other.name}/v2/mirror/app/manifests/1` }).end();
      return true;
    };
    expect(await repository(fake.name).digestOf('1', signal)).toBe(digest);
    expect(other.requests.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  test('do not lead from TLS to plain HTTP of the same host', async () => {
    const host = await withTls();
    const shop = repository(host);
    await shop.digestOf('1', signal);
    const answer = await shop.registry.send({ method: 'GET', path: `http://${host}/v2/shop/app/manifests/1` }, 'x', signal);
    expect(answer.status).toBe(200);
  });
});
