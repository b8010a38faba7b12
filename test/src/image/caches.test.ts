import { describe, expect, test } from '@jest/globals';
import { type CacheDirection, checkCache, lacksGithub, requireWritable } from '../../../src/image/caches.js';

describe('a cache that the engine can use', () => {
  test.each<[CacheDirection, string]>([
    ['to', 'type=registry,ref=ghcr.io/o/a:cache,mode=max'],
    ['from', 'ghcr.io/o/a:cache'],
    ['to', 'type=local,dest=cache'],
    ['from', 'type=local,src=cache'],
    ['to', 'type=inline'],
    ['to', 'type=gha,scope={target},mode=max'],
    ['to', 'type=s3,region=eu,bucket=b,name=x'],
    ['from', 'type=azblob,account_url=https://x,name=y'],
    ['to', 'type=registry,ref=r,some-new-attribute=1'],
  ])('%s: %s', (direction, entry) => {
    expect(checkCache(entry, direction)).toBe(entry);
  });

  test.each<[CacheDirection, string, RegExp]>([
    ['to', 'type=registry', /has type=registry without ref; write type=registry,ref=…/],
    ['from', 'type=registry,mode=max', /without ref/],
    ['to', 'type=local,src=cache', /has type=local without dest/],
    ['from', 'type=local,dest=cache', /has type=local without src/],
    ['to', 'type=s3,bucket=b', /without region/],
    ['to', 'ref=ghcr.io/o/a:cache', /has no `type=` beside ref; write type=registry,ref=…/],
    ['to', 'type=regstry,ref=r', /has the type "regstry", did you mean "registry"/],
    ['to', 'type=github', /has the type "github"; there are registry, local/],
    ['to', 'gha', /has "gha" alone, which would be an image of that name; write type=gha/],
    ['from', 'type=inline', /is a way to write; read it from the image/],
    ['to', 'type=gha,mod=max', /has "mod", which type=gha does not know, did you mean "mode"/],
    ['to', 'type=gha,mode=maximum', /a mode that is neither min nor max/],
  ])('%s: %s is refused', (direction, entry, message) => {
    expect(() => checkCache(entry, direction)).toThrow(message);
  });

  test('what stands in it is not repeated, as it may be secret', () => {
    const entry = 'type=s3,region=eu,secret_access_kye=correct-horse';
    expect(() => checkCache(entry, 'to')).toThrow(/without bucket/);
    expect(() => checkCache(`${entry},bucket=b`, 'to')).toThrow(/^(?!.*correct-horse).*did you mean "secret_access_key"/);
  });
});

describe("GitHub's cache", () => {
  const hosted = { ACTIONS_RUNTIME_TOKEN: 't', ACTIONS_RESULTS_URL: 'https://results' };

  test.each<[string, Record<string, string>, boolean]>([
    ['type=gha', hosted, false],
    ['type=gha', { ...hosted, ACTIONS_RUNTIME_TOKEN: '' }, true],
    ['type=gha', { ACTIONS_RUNTIME_TOKEN: 't' }, true],
    ['type=gha', { ACTIONS_RUNTIME_TOKEN: 't', ACTIONS_CACHE_URL: 'https://cache' }, false],
    ['type=gha,token=t,url=https://cache', {}, false],
    ['type=gha,token=t', {}, true],
    ['type=registry,ref=r', {}, false],
    ['ghcr.io/o/a:cache', {}, false],
  ])('%s with %p', (entry, variables, lacks) => {
    expect(lacksGithub(entry, variables)).toBe(lacks);
  });

  test('must be there to be written, unless the line says that it need not', () => {
    expect(() => requireWritable('type=gha', {})).toThrow(/this runner has no cache of GitHub.*ignore-error=true/);
    expect(() => requireWritable('type=gha,ignore-error=true', {})).not.toThrow();
    expect(() => requireWritable('type=gha', hosted)).not.toThrow();
  });
});
