import { describe, expect, test } from '@jest/globals';
import { expandAddresses, readOptions } from './options.js';

describe('a command line', () => {
  test('through a router has its figures in the units of the generator', () => {
    const line =
      '--url http://192.0.2.20/menu --host shop.test --rps 200 --seconds 5 --new-connections 20 --sources 198.51.100.1-3';
    const options = readOptions([...line.split(' '), '--header', 'x-canary: always', '--header-share', '5'], {});
    expect(options).toMatchObject({
      url: 'http://192.0.2.20/menu',
      host: 'shop.test',
      rps: 200,
      durationMs: 5_000,
      newConnections: 0.2,
      header: { name: 'x-canary', value: 'always', share: 0.05 },
      sources: ['198.51.100.1', '198.51.100.2', '198.51.100.3'],
    });
  });

  test('straight to pods takes the kubeconfig from the environment', () => {
    const options = readOptions(['--namespace', 'shop', '--route', 'restaurant'], { KUBECONFIG: '/k' });
    expect(options).toMatchObject({ kubeconfig: '/k', namespace: 'shop', route: 'restaurant', rps: 100 });
    const traefik = readOptions(['--namespace', 'shop', '--ingress-route', 'restaurant'], { KUBECONFIG: '/k' });
    expect(traefik).toMatchObject({ namespace: 'shop', ingressRoute: 'restaurant' });
  });

  test.each([
    [['--rps', '5'], 'Usage'],
    [['--namespace', 'shop'], 'Usage'],
    [['--url', 'http://x/', '--rps', 'many'], '--rps is "many"'],
    [['--url', 'http://x/', '--header', 'canary'], '--header is "canary"'],
  ])('%j is refused', (args, message) => {
    expect(() => readOptions(args, { KUBECONFIG: '/k' })).toThrow(message);
  });
});

test.each(['198.51.100.9-3', '198.51.100.1-300', 'router', ''])('"%s" is no list of addresses', (list) => {
  expect(() => expandAddresses(list)).toThrow('is no address');
});
