import type { Environment } from '../../kernel/environment.js';
import { UserError } from '../../kernel/errors.js';
import type { Query } from '../../kernel/query.js';
import { plainLine } from '../build-failure.js';
import type { InsecureRegistries } from '../registry/insecure.js';

/** The builder that a build will run on, as `buildx inspect` describes it. */
export interface Builder {
  readonly program: string;
  /** Of buildx, e.g. `0.29.1`; undefined where it has not been asked. */
  readonly version: string | undefined;
  readonly name: string;
  readonly driver: string;
  /** Where its BuildKit is asked, as buildx has it: an address, or the name of a context. */
  readonly endpoint: string;
  /** Where the driver `docker` keeps images; only the containerd store keeps them as they are pushed. */
  readonly store: 'containerd' | 'classic' | 'none';
  /** Undefined where it has not said. */
  readonly insecureRegistries?: InsecureRegistries;
}

/** `--progress=rawjson` came with 0.13 (docs.docker.com/build/release-notes). */
const OLDEST = [0, 13] as const;

/**
 * Asks buildx for its version and for the builder, at the same time. A daemon that does not answer is noticed here, before anything is built.
 * @param name undefined for the current builder
 * @throws UserError when buildx is too old, the builder is unknown, or its daemon does not answer
 */
export async function inspectBuilder(
  program: string,
  name: string | undefined,
  environment: Environment,
  query: Query,
): Promise<Builder> {
  const [version, inspected] = await Promise.all([
    query(program, ['version'], environment.variables),
    query(program, ['inspect', ...(name === undefined ? [] : [name])], environment.variables),
  ]);
  const numbers = requireVersion(version.stdout, program);
  const said = plainLine(inspected.stderr.trim().split('\n').at(-1) ?? '');
  if (inspected.code !== 0) {
    const unknown = name !== undefined && /no builder/.test(said);
    throw new UserError(
      'builder-missing',
      unknown
        ? `There is no builder "${name}" (input \`builder\`).\nMake it in a step before this one (docker/setup-buildx-action), or leave \`builder\` out.`
        : `buildx cannot tell which builder to use: ${said}`,
    );
  }
  return { program, version: numbers, ...readInspection(inspected.stdout) };
}

/**
 * Asks buildx for its version where that has not been done.
 * @throws UserError when it is too old
 */
export async function requireNewEnough({ program, version }: Builder, environment: Environment, query: Query): Promise<string> {
  return version ?? requireVersion((await query(program, ['version'], environment.variables)).stdout, program);
}

function requireVersion(printed: string, program: string): string {
  const [, version = '', major = '', minor = ''] = /\bv?((\d+)\.(\d+)\.\d+)/.exec(printed) ?? [];
  const newEnough = Number(major) > OLDEST[0] || Number(minor) >= OLDEST[1];
  if (version !== '' && newEnough) return version;
  throw new UserError(
    'buildx-too-old',
    `${program} is buildx ${version || `of an unknown version ("${plainLine(printed.trim()).slice(0, 80)}")`}; ${OLDEST.join('.')} or later is needed.\n` +
      'Update docker-buildx-plugin, or add docker/setup-buildx-action before this step.',
  );
}

/**
 * Reads what `buildx inspect` prints for people; it has no other form.
 * @throws UserError when it tells that the builder can't be used
 */
function readInspection(printed: string): Omit<Builder, 'program' | 'version'> {
  const field = (key: string) => new RegExp(`^${key}:[ \\t]*(.*)$`, 'm').exec(printed)?.[1]?.trim() ?? '';
  const error = field('Error');
  const host = /Docker daemon at (\S+?)\. |docker API at ([^\s;]+)/.exec(error)?.slice(1).find(Boolean);
  if (host !== undefined) throw new DaemonUnreachable(host);
  if (error !== '') throw new UserError('builder-unusable', `The builder ${field('Name')} cannot be used: ${plainLine(error)}`);

  const driver = field('Driver');
  const hasWorkerLabels = /^ org\.mobyproject\.buildkit\.worker\.snapshotter:/m.test(printed);
  return {
    name: field('Name'),
    driver,
    endpoint: field('Endpoint'),
    // The classic store's worker carries no label of a snapshotter (Docker 28.5.2).
    store: driver === 'docker' ? (hasWorkerLabels ? 'containerd' : 'classic') : 'none',
  };
}

export class DaemonUnreachable extends UserError {
  constructor(host: string) {
    super(
      'docker-daemon-down',
      `The Docker daemon at ${host} does not answer.\nStart it, or point DOCKER_HOST (or the docker context) at one that runs.`,
    );
  }
}
