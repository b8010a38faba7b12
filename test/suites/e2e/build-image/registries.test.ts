import { once } from 'node:events';
import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Fault, type FaultProxy, startFaultProxy } from '../../../../testbed/engine/fault-proxy.js';
import { selfSigned } from '../../../../testbed/sandbox/certificate.js';
import { type EngineBed, REPOSITORY } from './engine-bed.js';
import { connectFarm, type Farm } from './farm.js';

/** Registries as they are, played by a proxy in front of a real one, with the engines that push to them. */
let bed: EngineBed;
let farm: Farm;
let proxy: FaultProxy | undefined;
let tls: Server | undefined;
let content = 0;

beforeAll(async () => {
  farm = await connectFarm();
  ({ bed } = farm);
});
afterEach(async () => {
  await proxy?.close();
  proxy = undefined;
  tls?.closeAllConnections();
  tls?.close();
  tls = undefined;
});
afterAll(async () => {
  await farm.close();
});

/** An image that is a new one each time. */
function freshDockerfile(): void {
  content += 1;
  bed.write('Dockerfile', 'FROM scratch\nCOPY content /content\n');
  bed.write('content', `${content} ${Math.random()}`.repeat(50));
}

const refused = (code: string, message: string) => JSON.stringify({ errors: [{ code, message }] });
const isManifestPut = ({ method, path }: { readonly method: string; readonly path: string }) =>
  method === 'PUT' && path.includes('/manifests/');

describe.each(['docker', 'remote'])('driver %s', (driver) => {
  const step = (inputs: Record<string, string>) =>
    bed.step({ ...(driver === 'remote' ? { builder: 'farm' } : {}), review: 'off', ...inputs }, { variables: farm.builders });
  const named = (name: string) => `${driver}-${name}`;

  test.each<[string, Fault, RegExp]>([
    [
      'immutable tags',
      {
        answer: 400,
        body: refused('TAG_INVALID', 'The image tag already exists and cannot be overwritten because the tag is immutable.'),
      },
      /tags are immutable there\.\nGive each build a tag of its own/,
    ],
    [
      'media types',
      { answer: 400, body: refused('MANIFEST_INVALID', 'manifest invalid: unknown media type') },
      /does not take an image of this form.*\n.*`oci-mediatypes: false`/,
    ],
    [
      'a quota',
      { answer: 403, body: refused('DENIED', 'will exceed the configured upper limit of 10.0 MiB') },
      /has no room left for/,
    ],
    ['a proxy’s limit', { answer: 413, body: '<html>413 Request Entity Too Large</html>' }, /takes at once \(413\)/],
  ])('a push that is refused for %s is tried once and told in its meaning', async (_name, fault, meaning) => {
    const front = await startFaultProxy(bed.engine.registry, (request) => (isManifestPut(request) ? fault : undefined));
    proxy = front;
    freshDockerfile();
    const { failure, log } = await step({ tags: bed.tag(named('refused'), front.registry), 'retry-for': '1m' });
    expect(failure).toMatch(meaning);
    expect(log.lines.filter((line) => /tried again/.test(line))).toEqual([]);
    expect(await bed.served(named('refused'))).toBeNull();
  });

  test('the first of two registries is as it was when the second refuses', async () => {
    const front = await startFaultProxy(bed.engine.registry, (request) => (isManifestPut(request) ? { answer: 403 } : undefined));
    proxy = front;
    freshDockerfile();
    const former = await step({ tags: bed.tag(named('first')) });
    expect(former.failure).toBeUndefined();
    freshDockerfile();
    const { failure } = await step({ tags: `${bed.tag(named('first'))}\n${bed.tag(named('second'), front.registry)}` });
    expect(failure).toMatch(/403|denied/i);
    expect(await bed.served(named('first'))).toBe(former.outputs.digest);
    expect(await bed.served(named('second'))).toBeNull();
  });

  test('a new tag in the first of two registries is gone again, or named', async () => {
    const front = await startFaultProxy(bed.engine.registry, (request) => (isManifestPut(request) ? { answer: 403 } : undefined));
    proxy = front;
    freshDockerfile();
    const { failure } = await step({ tags: `${bed.tag(named('new'))}\n${bed.tag(named('new-2'), front.registry)}` });
    const isLeft = (await bed.served(named('new'))) !== null;
    const says = failure?.includes(`${bed.tag(named('new'))} is new, and this registry does not let a tag be removed`);
    expect(isLeft).toBe(says);
  });

  test('a registry with TLS on the own machine gets the image, and is read back', async () => {
    const { key, certificate } = selfSigned('127.0.0.1');
    const [host, port] = bed.engine.registry.split(':');
    tls = createServer({ key, cert: certificate }, (incoming, response) => {
      const { method, url, headers } = incoming;
      const forwarded = { ...headers, 'x-forwarded-proto': 'https' };
      const onwards = request({ host, port, method, path: url, headers: forwarded }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      incoming.pipe(onwards);
    });
    tls.listen(0, '127.0.0.1');
    await once(tls, 'listening');
    const name = `127.0.0.1:${(tls.address() as AddressInfo).port}`;
    freshDockerfile();
    // BuildKit by itself looks at the certificate, whatever the address; that is its configuration's business.
    const insecure: Record<string, string> =
      driver === 'remote' ? { push: 'true', outputs: 'type=image,registry.insecure=true' } : {};
    const { outputs, failure } = await step({
      tags: `${bed.tag(named('tls'), name)}\n${bed.tag(named('tls-2'), name)}`,
      'retry-for': '5s',
      ...insecure,
    });
    expect(failure).toBeUndefined();
    expect([await bed.served(named('tls')), await bed.served(named('tls-2'))]).toEqual([outputs.digest, outputs.digest]);
  });

  test('a cache that cannot be written is told as that, with how the tag stands', async () => {
    freshDockerfile();
    const cache = 'type=registry,ref=127.0.0.1:1/shop/cache,mode=max';
    const { failure } = await step({ tags: bed.tag(named('uncached')), 'cache-to': cache });
    expect(failure).toMatch(
      /^The cache could not be written \(`cache-to`\); the image itself was built\.\n.*`ignore-error=true`/,
    );
    const isMoved = (await bed.served(named('uncached'))) !== null;
    expect(failure?.includes(`${bed.tag(named('uncached'))} stands for the new image`)).toBe(isMoved);
    const without = await step({ tags: bed.tag(named('uncached')), 'cache-to': `${cache},ignore-error=true` });
    expect(without.failure).toBeUndefined();
    expect(await bed.served(named('uncached'), REPOSITORY)).toBe(without.outputs.digest);
  });
});
