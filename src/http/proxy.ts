import { BlockList, isIP } from 'node:net';
import { UserError } from '../kernel/errors.js';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for a server, as kubectl chooses it: the kubeconfig's `proxy-url`, else HTTPS_PROXY (HTTP_PROXY for an http:// server) unless NO_PROXY
 * covers the host. Rules of NO_PROXY from golang.org/x/net/http/httpproxy: names with their subdomains, `.suffix`, `host:port`, addresses, CIDR, `*`;
 * the own machine is never proxied.
 * @throws UserError when the proxy can't be used
 */
export function chooseProxy(server: URL, proxyUrl: string | undefined, variables: Variables): string | undefined {
  if (proxyUrl !== undefined) return checked(proxyUrl, 'proxy-url of the kubeconfig');
  const name = server.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const proxy = variables[name] || variables[name.toLowerCase()];
  if (!proxy || isExempt(server, variables.NO_PROXY || variables.no_proxy || '')) return undefined;
  return checked(proxy.includes('://') ? proxy : `http://${proxy}`, name);
}

function checked(url: string, where: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  // The URL itself may hold a password.
  throw new UserError(
    'proxy-invalid',
    `The ${where} must be a URL that starts with http:// or https://; SOCKS is not supported.`,
  );
}

function isExempt(server: URL, noProxy: string): boolean {
  const host = server.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = server.port || (server.protocol === 'https:' ? '443' : '80');
  const loopback = host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
  if (loopback) return true;
  const entries = noProxy.split(',').map((entry) => entry.trim().toLowerCase());
  return entries.some((entry) => entry !== '' && covers(entry, host, port));
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isInNetwork(entry, host);
  const [name = '', entryPort] = isIP(entry) === 6 ? [entry] : entry.split(':');
  if (entryPort !== undefined && entryPort !== port) return false;
  const bare = name.replace(/^\*?\./, '');
  return host.endsWith(`.${bare}`) || (host === bare && !name.startsWith('.') && !name.startsWith('*.'));
}

function isInNetwork(cidr: string, host: string): boolean {
  const [network = '', bits = ''] = cidr.split('/');
  const version = isIP(network);
  if (version === 0 || version !== isIP(host) || !/^\d+$/.test(bits)) return false;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (Number(bits) > (version === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(host, family);
}
