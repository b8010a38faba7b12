import type { BuildPlan } from '../build-plan.js';
import { secretArgument } from '../command-line.js';
import { type Attributes, formatAttributes, readAttributes } from './attributes.js';
import { type BakeTarget, escapeTemplate } from './definition.js';

/** What the inputs say about every image of a bake or Compose file. */
export type Overrides = Pick<
  BuildPlan,
  | 'platforms'
  | 'buildArgs'
  | 'buildContexts'
  | 'labels'
  | 'annotations'
  | 'secrets'
  | 'ssh'
  | 'cacheFrom'
  | 'cacheTo'
  | 'noCache'
  | 'noCacheFilters'
  | 'pull'
  | 'network'
  | 'shmSize'
  | 'ulimit'
  | 'addHosts'
  | 'provenance'
  | 'sbom'
  | 'attests'
  | 'sourceDateEpoch'
>;

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * A target with what the inputs say besides: lists and names are added to those of the file, single values and caches take their place.
 * @param name stands for `{target}` in caches, so that each image has its own
 * @param variables where build arguments without a value get theirs from
 */
export function override(name: string, target: BakeTarget, given: Overrides, variables: Variables): BakeTarget {
  const own = (caches: readonly string[]) => caches.map((cache) => escapeTemplate(cache.replaceAll('{target}', name)));
  return {
    ...target,
    ...(given.platforms.length > 0 ? { platforms: given.platforms } : {}),
    args: { ...epochArgument(given), ...target.args, ...escaped(assigned(given.buildArgs, variables)) },
    contexts: { ...target.contexts, ...escaped(assigned(given.buildContexts, {})) },
    labels: { ...target.labels, ...escaped(assigned(given.labels, {})) },
    annotations: [...(target.annotations ?? []), ...given.annotations.map(escapeTemplate)],
    secret: [...(target.secret ?? []), ...given.secrets.map(secretArgument).map(escapeTemplate)],
    ssh: [...(target.ssh ?? []), ...given.ssh.map(escapeTemplate)],
    ...(given.cacheFrom.length > 0 ? { 'cache-from': own(given.cacheFrom) } : {}),
    ...(given.cacheTo.length > 0 ? { 'cache-to': own(given.cacheTo) } : {}),
    ...(given.noCache ? { 'no-cache': true } : {}),
    'no-cache-filter': [...(target['no-cache-filter'] ?? []), ...given.noCacheFilters],
    ...(given.pull ? { pull: true } : {}),
    ...(given.network === undefined ? {} : { network: given.network }),
    ...(given.shmSize === undefined ? {} : { 'shm-size': given.shmSize }),
    ulimits: [...(target.ulimits ?? []), ...given.ulimit],
    ...(given.addHosts.length > 0
      ? { 'extra-hosts': { ...target['extra-hosts'], ...Object.fromEntries(given.addHosts.map(splitHost)) } }
      : {}),
    attest: attestations(target, given),
  };
}

/**
 * Without provenance an unchanged rebuild keeps its digest, so that is the rule here; buildx adds it by default. What the file asks for is kept, and what
 * an input asks for takes its place.
 */
function attestations(target: BakeTarget, given: Pick<Overrides, 'provenance' | 'sbom' | 'attests'>): string[] {
  const fromFile = (target.attest ?? []).map(readAttributes);
  const kept = fromFile.filter(
    ({ type }) => !(type === 'provenance' && given.provenance !== 'false') && !(type === 'sbom' && given.sbom !== 'false'),
  );
  const silent = given.provenance === 'false' && !kept.some(({ type }) => type === 'provenance');
  return [
    ...kept.map(formatAttributes),
    ...(silent ? ['type=provenance,disabled=true'] : []),
    ...asked('provenance', given.provenance),
    ...asked('sbom', given.sbom),
    ...given.attests,
  ].map(escapeTemplate);
}

/** Whether a target of the plan gets provenance, which holds the time of the build. */
export const hasProvenance = ({ attest = [] }: BakeTarget): boolean =>
  attest.map(readAttributes).some(({ type, disabled }: Attributes) => type === 'provenance' && disabled !== 'true');

const asked = (type: string, value: string): string[] =>
  value === 'false' ? [] : [value === 'true' ? `type=${type}` : `type=${type},${value}`];

const epochArgument = ({ sourceDateEpoch }: Overrides): Record<string, string> =>
  sourceDateEpoch === undefined ? {} : { SOURCE_DATE_EPOCH: String(sourceDateEpoch) };

/** A name alone takes its value from the environment; where that has none, the Dockerfile's default stays. */
function assigned(assignments: readonly string[], variables: Variables): Record<string, string> {
  return Object.fromEntries(
    assignments.flatMap((text) => {
      const equals = text.indexOf('=');
      const value = equals < 0 ? variables[text] : text.slice(equals + 1);
      return value === undefined ? [] : [[equals < 0 ? text : text.slice(0, equals), value]];
    }),
  );
}

const escaped = (values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, escapeTemplate(value)]));

/** `name:address` or `name=address`; an IPv6 address has colons of its own. */
function splitHost(host: string): [string, string] {
  const [, name = host, address = ''] = /^([^:=]+)[:=](.*)$/.exec(host) ?? [];
  return [name, address];
}
