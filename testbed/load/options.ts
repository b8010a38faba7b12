import { parseArgs } from 'node:util';
import { BedError } from '../bed/error.js';
import type { LoadOptions, Target, Traffic } from './load.js';

const usage = `Usage: npm run testbed -- load TARGET [OPTIONS]   sends traffic, then prints one JSON document about it; SIGTERM ends it early
  --url URL [--host NAME]                    through a router (the Host header is NAME)
  --namespace NAME --route NAME [--path P]   straight to pods, split by the weights of an HTTPRoute
  --namespace NAME --ingress-route NAME      the same as Traefik splits for an IngressRoute
  --namespace NAME --service NAME            straight to one Service's pods
  --rps N               requests per second (100)
  --seconds N           how long (30; at most 3600)
  --new-connections N   percent of the requests on a connection of their own (0)
  --sticky N            percent from clients that keep cookies (0); --sticky-clients N of them (10)
  --header 'NAME: V'    a header, on --header-share percent of the requests (10)
  --sources LIST        addresses to send from, e.g. 198.51.100.1-40 or 127.0.0.1,127.0.0.2
  --timeout N           milliseconds that an answer may take (10000)`;

const text = { type: 'string' } as const;
const flags = {
  options: text,
  url: text,
  host: text,
  namespace: text,
  route: text,
  'ingress-route': text,
  service: text,
  path: text,
  rps: text,
  seconds: text,
  'new-connections': text,
  sticky: text,
  'sticky-clients': text,
  header: text,
  'header-share': text,
  sources: text,
  timeout: text,
};

type Values = { readonly [name in keyof typeof flags]?: string };

/**
 * Reads the command line.
 * @throws BedError with the usage, or about a figure that is none
 */
export function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv): LoadOptions {
  const { values } = parseArgs({ args: [...args], options: flags });
  // What startLoadProcess says is complete.
  if (values.options !== undefined) return JSON.parse(values.options) as LoadOptions;
  return { ...targetOf(values, environment), ...trafficOf(values) };
}

function targetOf(
  { url, host, namespace, route, service, path, 'ingress-route': ingressRoute }: Values,
  { KUBECONFIG }: NodeJS.ProcessEnv,
): Target {
  if (url !== undefined) return { url, ...(host === undefined ? {} : { host }) };
  if (namespace === undefined || KUBECONFIG === undefined) throw new BedError(usage);
  const pods = { kubeconfig: KUBECONFIG, namespace, ...(path === undefined ? {} : { path }) };
  if (route !== undefined) return { ...pods, route };
  if (ingressRoute !== undefined) return { ...pods, ingressRoute };
  if (service !== undefined) return { ...pods, service };
  throw new BedError(usage);
}

function trafficOf(values: Values): Traffic {
  const figure = (name: keyof Values, usual: number): number => {
    const value = Number(values[name] ?? usual);
    if (Number.isFinite(value) && value >= 0) return value;
    throw new BedError(`--${name} is "${values[name]}"; it takes a number.`);
  };
  const percent = (name: keyof Values, usual: number) => figure(name, usual) / 100;
  const [name, value] = splitHeader(values.header);
  return {
    rps: figure('rps', 100),
    durationMs: figure('seconds', 30) * 1000,
    newConnections: percent('new-connections', 0),
    sticky: percent('sticky', 0),
    stickyClients: figure('sticky-clients', 10),
    sources: values.sources === undefined ? [] : expandAddresses(values.sources),
    timeoutMs: figure('timeout', 10_000),
    ...(name === undefined ? {} : { header: { name, value, share: percent('header-share', 10) } }),
  };
}

function splitHeader(header: string | undefined): [string, string] | [undefined, ''] {
  if (header === undefined) return [undefined, ''];
  const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(header) ?? [];
  if (name === undefined || value === undefined) throw new BedError(`--header is "${header}"; it takes NAME: VALUE.`);
  return [name, value];
}

/**
 * Takes a list of IPv4 addresses apart: commas between, and a range in the last number.
 * @throws BedError for anything else
 */
export function expandAddresses(list: string): string[] {
  return list.split(',').flatMap((item) => {
    const [, network, first, last = first] = /^((?:\d{1,3}\.){3})(\d{1,3})(?:-(\d{1,3}))?$/.exec(item.trim()) ?? [];
    const count = Number(last) - Number(first) + 1;
    if (network === undefined || count < 1 || Number(last) > 255)
      throw new BedError(`"${item}" is no address and no range of addresses such as 198.51.100.1-40.`);
    return Array.from({ length: count }, (_, index) => `${network}${Number(first) + index}`);
  });
}
