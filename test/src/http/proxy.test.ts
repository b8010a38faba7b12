import { expect, test } from '@jest/globals';
import { chooseProxy } from '../../../src/http/proxy.js';

const HTTPS_PROXY = 'http://proxy:3128';
const choose = (server: string, variables: Record<string, string>, proxyUrl?: string) =>
  chooseProxy(new URL(server), proxyUrl, variables);

test.each([
  ['https://k8s.example:6443', { HTTPS_PROXY }, HTTPS_PROXY],
  ['https://k8s.example', { https_proxy: 'proxy:3128' }, HTTPS_PROXY],
  ['http://k8s.example', { HTTPS_PROXY }, undefined],
  ['http://k8s.example', { HTTP_PROXY: HTTPS_PROXY }, HTTPS_PROXY],
  ['https://127.0.0.1:6443', { HTTPS_PROXY }, undefined],
  ['https://localhost', { HTTPS_PROXY }, undefined],
  ['https://[::1]:6443', { HTTPS_PROXY }, undefined],
  ['https://k8s.example', { HTTPS_PROXY, NO_PROXY: 'a, example' }, undefined],
  ['https://k8s.example', { HTTPS_PROXY, no_proxy: '.example' }, undefined],
  ['https://example', { HTTPS_PROXY, NO_PROXY: '.example' }, HTTPS_PROXY],
  ['https://notexample', { HTTPS_PROXY, NO_PROXY: 'example' }, HTTPS_PROXY],
  ['https://k8s.example:6443', { HTTPS_PROXY, NO_PROXY: 'k8s.example:443' }, HTTPS_PROXY],
  ['https://k8s.example:6443', { HTTPS_PROXY, NO_PROXY: 'k8s.example:6443' }, undefined],
  ['https://10.1.2.3:6443', { HTTPS_PROXY, NO_PROXY: '10.0.0.0/8' }, undefined],
  ['https://11.1.2.3:6443', { HTTPS_PROXY, NO_PROXY: '10.0.0.0/8,10.0.0.0/99,x/8' }, HTTPS_PROXY],
  ['https://[fd00::5]:6443', { HTTPS_PROXY, NO_PROXY: 'fd00::/8' }, undefined],
  ['https://k8s.example', { HTTPS_PROXY, NO_PROXY: '*' }, undefined],
])('%s with %j goes through %s', (server, variables: Record<string, string>, expected) => {
  expect(choose(server, variables)).toBe(expected);
});

test('the proxy-url of the kubeconfig wins, also over NO_PROXY', () => {
  expect(choose('https://k8s.example', { HTTPS_PROXY, NO_PROXY: '*' }, 'http://mine:1')).toBe('http://mine:1');
});

test('a SOCKS proxy is refused instead of passed by, and its password is not printed', () => {
  expect(() => choose('https://k8s.example', {}, 'socks5://me:pass@x')).toThrow('SOCKS is not supported');
  expect(() => choose('https://k8s.example', {}, 'socks5://me:pass@x')).not.toThrow('pass');
});
