import { BlockList, isIP } from 'node:net';

/** Registries that an engine speaks to without TLS, or without looking at their certificates. */
export interface InsecureRegistries {
  /** Hosts with their ports. */
  readonly names: readonly string[];
  /** In CIDR form. */
  readonly networks: readonly string[];
}

export const NONE_INSECURE: InsecureRegistries = { names: [], networks: [] };

/** The part of Docker's `GET /info` that names them (docs.docker.com/reference/cli/dockerd, --insecure-registry). */
export interface RegistryConfig {
  readonly InsecureRegistryCIDRs?: readonly string[] | null;
  readonly IndexConfigs?: Readonly<Record<string, { readonly Secure?: boolean }>> | null;
}

export const readInsecure = (config: RegistryConfig | undefined): InsecureRegistries => ({
  names: Object.entries(config?.IndexConfigs ?? {}).flatMap(([name, { Secure }]) => (Secure === false ? [name] : [])),
  networks: config?.InsecureRegistryCIDRs ?? [],
});

/** With `registry.insecure=true` in an output, those that it is pushed to (github.com/moby/buildkit, README, "Image/Registry"). */
export const withAsked = (
  known: InsecureRegistries,
  making: Readonly<Record<string, string>>,
  tags: ReadonlyArray<{ readonly registry: string }>,
): InsecureRegistries =>
  making['registry.insecure'] === 'true' ? { ...known, names: [...known.names, ...tags.map(({ registry }) => registry)] } : known;

export function isInsecure(host: string, { names, networks }: InsecureRegistries): boolean {
  if (names.includes(host)) return true;
  const address = new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '');
  const family = isIP(address);
  return family !== 0 && networks.some((network) => isWithin(address, family === 4 ? 'ipv4' : 'ipv6', network));
}

function isWithin(address: string, family: 'ipv4' | 'ipv6', network: string): boolean {
  const [base = '', bits = ''] = network.split('/');
  if ((isIP(base) === 4 ? 'ipv4' : 'ipv6') !== family || !/^\d+$/.test(bits)) return false;
  const list = new BlockList();
  list.addSubnet(base, Number(bits), family);
  return list.check(address, family);
}
