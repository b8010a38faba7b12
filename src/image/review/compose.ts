import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import type { Finding } from '../build-account.js';
import { isAddress } from '../git-address.js';
import { contextFiles } from './context-files.js';
import { isPublicVariable, publicVariableText } from './public-variables.js';
import { canBeSecret, isSecretName } from './secret-names.js';

/** The parts of a service that we read (https://github.com/compose-spec/compose-spec/blob/main/05-services.md). */
interface Service {
  readonly profiles?: readonly string[];
  readonly image?: string;
  readonly build?: string | { readonly context?: string; readonly dockerfile?: string; readonly args?: Pairs };
  readonly ports?: ReadonlyArray<
    string | number | { readonly published?: string | number; readonly host_ip?: string; readonly target?: number }
  >;
  readonly environment?: Pairs;
  readonly depends_on?: readonly string[] | Readonly<Record<string, { readonly condition?: string } | null>>;
  readonly volumes?: ReadonlyArray<string | { readonly type?: string; readonly source?: string }>;
}
type Pairs = readonly string[] | Readonly<Record<string, string | number | boolean | null>>;
type Services = Readonly<Record<string, Service>>;

/** What is looked through, and where a finding in it belongs. */
interface Place {
  readonly name: string;
  readonly service: Service;
  readonly services: Services;
  /** Directory of the file, absolute. */
  readonly directory: string;
  at(key: string, text?: string): number | undefined;
}
type Found = Omit<Finding, 'file'>;

/**
 * Looks through a Compose file for what is right on a desk and wrong on a server. What cannot be read is left to buildx.
 * @param path absolute
 * @param shownAs from the workspace
 */
export async function reviewCompose(path: string, shownAs: string): Promise<Finding[]> {
  const content = readFileSync(path, 'utf8');
  const { load } = await import('js-yaml');
  const services = servicesIn(() => load(content));
  const lines = content.split('\n');
  return Object.entries(services).flatMap(([name, service]) => {
    const place: Place = {
      ...{ name, service, services, directory: dirname(path) },
      at: (key, text) => lineOf(lines, name, key, text),
    };
    const found = [databasePorts, literalPasswords, certificates, runTimeVariables, floatingTags, unhealthyDependencies];
    return found.flatMap((rule) => rule(place)).map((finding) => ({ ...finding, file: shownAs }));
  });
}

/** Services that only a profile starts, where none of theirs is active (github.com/compose-spec, 15-profiles.md). @param path absolute */
export async function inactiveServices(path: string, activeProfiles: readonly string[]): Promise<string[]> {
  const content = readFileSync(path, 'utf8');
  if (!/\bprofiles\b/.test(content) || activeProfiles.includes('*')) return [];
  const { load } = await import('js-yaml');
  return Object.entries(servicesIn(() => load(content))).flatMap(([name, { profiles = [] }]) => {
    const own = [profiles].flat().map(String);
    return own.length === 0 || own.some((profile) => activeProfiles.includes(profile)) ? [] : [name];
  });
}

function servicesIn(read: () => unknown): Services {
  try {
    const file = read() as { readonly services?: unknown } | null | undefined;
    const services = isRecord(file) && isRecord(file.services) ? file.services : {};
    return Object.fromEntries(Object.entries(services).filter(([, service]) => isRecord(service))) as Services;
  } catch {
    return {};
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The line of a key of a service, or of a text below it; of the service where it is written in another form. */
function lineOf(lines: readonly string[], service: string, key: string, text?: string): number | undefined {
  const start = lines.findIndex((line) => new RegExp(`^\\s+["']?${escaped(service)}["']?:`).test(line));
  if (start < 0) return undefined;
  const depth = indent(lines[start] ?? '');
  const length = lines
    .slice(start + 1)
    .findIndex((line) => line.trim() !== '' && !line.trim().startsWith('#') && indent(line) <= depth);
  const end = length < 0 ? lines.length : start + 1 + length;
  const find = (from: number, pattern: RegExp) =>
    lines.findIndex((line, index) => index >= from && index < end && pattern.test(line));
  const at = find(start + 1, new RegExp(`^\\s+["']?${key}["']?:`));
  const within = at < 0 || text === undefined ? -1 : find(at, new RegExp(`(^|[^\\w])${escaped(text)}([^\\w]|$)`));
  return (within >= 0 ? within : at >= 0 ? at : start) + 1;
}

const indent = (line: string): number => /^\s*/.exec(line)?.[0].length ?? 0;
const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');

const pairsOf = (pairs: Pairs = []): Array<readonly [name: string, value: string | undefined]> =>
  Array.isArray(pairs)
    ? (pairs as readonly string[]).map((text) => {
        const [name = '', ...rest] = String(text).split('=');
        return [name, rest.length === 0 ? undefined : rest.join('=')] as const;
      })
    : Object.entries(pairs).map(([name, value]) => [name, value === null ? undefined : String(value)] as const);

/** Official images and the usual ones of their makers. */
const DATABASE =
  /(^|\/)(postgres(ql)?|postgis|timescaledb(-ha)?|mysql(-server)?|mariadb|percona|mongo(db)?|redis(-stack(-server)?)?|valkey|memcached|elasticsearch|opensearch|rabbitmq|cassandra|clickhouse(-server)?|couchdb|neo4j|influxdb|etcd|mssql|server)(:|@|$)/;
const isDatabase = (image: string): boolean =>
  DATABASE.test(image) && (!/(^|\/)server(:|@|$)/.test(image) || image.includes('mssql/'));

function databasePorts({ service, at }: Place): Found[] {
  if (!isDatabase(service.image ?? '')) return [];
  return (service.ports ?? []).filter(isOpen).map((port) => {
    const shown = typeof port === 'object' ? `${port.published ?? ''}:${port.target ?? ''}` : String(port);
    const text = `${service.image} is open to the network of the machine (${shown}). Other services reach it by its name without \`ports\`; for your own machine write 127.0.0.1:${shown}.`;
    return {
      rule: 'DatabasePortPublished',
      text,
      line: at('ports', typeof port === 'object' ? 'published' : shown.split(':')[0]),
    };
  });
}

const isOpen = (port: NonNullable<Service['ports']>[number]): boolean => {
  if (typeof port === 'object') return port.published !== undefined && !/^(127\.|::1|\[::1\]|localhost)/.test(port.host_ip ?? '');
  return !/^(127\.|\[?::1\]?:|localhost:)/.test(String(port));
};

function literalPasswords({ service, at }: Place): Found[] {
  return pairsOf(service.environment).flatMap(([name, value = '']) => {
    const isLiteral = value !== '' && !/\$\{?\w/.test(value);
    const isNamed = isSecretName(name) && canBeSecret(value);
    const isInAddress = /^[a-z][\w+.-]*:\/\/[^\s:@/]+:[^\s@/]+@/i.test(value);
    if (!isLiteral || (!isNamed && !isInAddress)) return [];
    const text = `${name} has its password in the file, where everybody who can read the repository has it. Write ${'$'}{${name}} and set that outside, or use \`secrets\`.`;
    return [{ rule: 'LiteralPassword', text, line: at('environment', name) }];
  });
}

/** What a bind mount names lies in the build context of a service, which then takes it along. */
function certificates({ service, services, directory, at }: Place): Found[] {
  return (service.volumes ?? []).flatMap((volume) => {
    const source = typeof volume === 'string' ? (volume.split(':')[0] ?? '') : (volume.source ?? '');
    if (!/^\.{0,2}\//.test(source) || !/(^|[/._-])(certs?|certificates?|ssl|tls|keys?|secrets?)([/._-]|$)/i.test(source))
      return [];
    const builder = Object.entries(services).find(([, { build }]) => build !== undefined && takesAlong(build, source, directory));
    if (builder === undefined) return [];
    const text = `${source} is in the build context of ${builder[0]}, and \`COPY .\` would take it into the image. Name it in .dockerignore.`;
    return [{ rule: 'CertificatesInContext', text, line: at('volumes', source) }];
  });
}

function takesAlong(build: NonNullable<Service['build']>, source: string, directory: string): boolean {
  const { context = '.', dockerfile = 'Dockerfile' } = typeof build === 'string' ? { context: build } : build;
  if (isAddress(context) || context.includes('$')) return false;
  const root = join(directory, context);
  const path = posix.relative(root, join(directory, source));
  return path !== '' && !path.startsWith('..') && !contextFiles(root, join(root, dockerfile)).isIgnored(path);
}

function runTimeVariables({ service: { build, environment }, at }: Place): Found[] {
  if (build === undefined) return [];
  const given = new Set(pairsOf(typeof build === 'string' ? [] : build.args).map(([name]) => name));
  return pairsOf(environment)
    .filter(([name]) => isPublicVariable(name) && !given.has(name))
    .map(([name]) => ({
      rule: 'PublicVariableAtRunTime',
      text: publicVariableText(name, 'under `environment`').replace('give it with `build-args`', 'give it under `build.args`'),
      line: at('environment', name),
    }));
}

function floatingTags({ service: { image = '', build }, at }: Place): Found[] {
  if (image === '' || build !== undefined || image.includes('@') || image.includes('$')) return [];
  const tag = /:([^/:@]+)$/.exec(image)?.[1] ?? '';
  if (/\d/.test(tag)) return [];
  const text = `${image} is another image whenever its makers release one, and no two machines have the same. Name a version.`;
  return [{ rule: 'FloatingTag', text, line: at('image') }];
}

function unhealthyDependencies({ name, service: { depends_on: needs = [] }, at }: Place): Found[] {
  const waiting = Array.isArray(needs)
    ? (needs as readonly string[])
    : Object.entries(needs as Readonly<Record<string, { readonly condition?: string } | null>>).flatMap(([other, about]) =>
        /^service_(healthy|completed_successfully)$/.test(about?.condition ?? '') ? [] : [other],
      );
  if (waiting.length === 0) return [];
  const text = `${name} starts as soon as ${waiting.join(' and ')} ${waiting.length === 1 ? 'has' : 'have'} been started, seconds before ${waiting.length === 1 ? 'it answers' : 'they answer'}. Give ${waiting.length === 1 ? 'it' : 'them'} a \`healthcheck\`, and wait with \`condition: service_healthy\`.`;
  return [{ rule: 'DependsOnWithoutHealth', text, line: at('depends_on') }];
}
