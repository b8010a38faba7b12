import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseExtraHost, parseMemory, parseNetwork, parseRight, parseUlimit } from '../../../src/image/run-settings.js';

// What is taken and refused here is what buildx 0.29 takes and refuses, in other words.
describe('what RUN steps get is taken as the engine takes it', () => {
  test.each([
    ...['nofile=1024', 'nofile=1024:2048', 'core=0:-1', 'memlock=-1:-1', 'rtprio=5:5'].map((one) => [parseUlimit, one] as const),
    ...['db:10.0.0.1', 'db=10.0.0.1', 'db:::1', 'db=[::1]', 'db:host-gateway'].map((one) => [parseExtraHost, one] as const),
    ...['64m', '2g', '1.5GiB', '1024', '2 GB', '10kb'].map((one) => [parseMemory, one] as const),
    ...['default', 'none', 'host'].map((one) => [parseNetwork, one] as const),
    ...['network.host', 'security.insecure', 'device=nvidia.com/gpu=all', 'fs.read=/tmp', 'ssh'].map(
      (one) => [parseRight, one] as const,
    ),
  ])('%p %s', (parse, text) => {
    expect(parse(text)).toBe(text);
  });

  test.each([
    [parseUlimit, 'nofile', /"nofile" is no limit; write name=soft or name=soft:hard, such as nofile=1024:2048/],
    [parseUlimit, 'nofile:1024', /is no limit/],
    [parseUlimit, 'nofile=1:2:3', /is no limit/],
    [parseUlimit, 'nofiles=1024', /limits "nofiles", did you mean "nofile"/],
    [parseUlimit, 'nofile=2048:1024', /has a soft limit above its hard one/],
    [parseUlimit, 'nofile=-1:1024', /has a soft limit above its hard one/],
    [parseExtraHost, 'db', /"db" is no host with its address; write name:address/],
    [parseExtraHost, 'db 10.0.0.1', /is no host with its address/],
    [parseExtraHost, 'db:database', /has no IP address behind the name/],
    [parseExtraHost, 'db:10.0.0.256', /has no IP address/],
    [parseMemory, 'two', /"two" is no size; write a number with its unit, such as 64m or 2g/],
    [parseMemory, '2gigs', /is no size/],
    [parseNetwork, 'bridge', /"bridge" is not one of default, none, host; a network of your own/],
    [parseRight, 'security-insecure', /did you mean "security\.insecure"/],
    [parseRight, 'privileged', /"privileged" is no right that a build can have/],
  ])('%p refuses %s', (parse, text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  test('a soft limit is never above the hard one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 0, max: 99 }), (soft, hard) => {
        const parse = () => parseUlimit(`nproc=${soft}:${hard}`);
        if (soft > hard) expect(parse).toThrow(RangeError);
        else expect(parse()).toBe(`nproc=${soft}:${hard}`);
      }),
    );
  });
});
