import type { Environment } from '../kernel/environment.js';
import { UserError } from '../kernel/errors.js';
import { type Builder, DaemonUnreachable, inspectBuilder } from './buildx/builder.js';
import { findBuildx } from './buildx/find.js';
import { localDaemon } from './buildx/local-daemon.js';
import type { BuildEffects } from './effects.js';
import type { Engine } from './engine.js';
import { firstExecutable, searchPath } from './executable.js';

export type EngineChoice = 'auto' | 'buildx' | 'buildah';

/**
 * Finds the program that is to build: the one that was asked for, else buildx, else buildah. Says in the log which and why.
 * @param builder name of the buildx builder
 * @throws UserError when there is none, with what is missing of each
 */
export async function chooseEngine(asked: EngineChoice, builder: string | undefined, effects: BuildEffects): Promise<Engine> {
  const { environment, log } = effects;
  if (asked === 'buildah') return announce(await buildahOrThrow(effects), 'asked for with `engine`', effects);

  const buildx = findBuildx(environment);
  const buildah = asked === 'auto' ? findBuildah(environment) : undefined;
  if (buildx.program === undefined) {
    if (buildah !== undefined) return announce(await startBuildah(buildah, effects), buildx.missing, effects);
    const other = asked === 'auto' ? ' There is no buildah either.' : '';
    throw new UserError('buildx-missing', `${buildx.missing}${other}\n${buildx.advice}`);
  }
  try {
    const inspected = await describeBuilder(buildx.program, builder, effects);
    const { buildxEngine } = await import('./buildx/build.js');
    const engine = buildxEngine(inspected, effects);
    return announce(engine, asked === 'auto' ? 'buildx is there, and comes first' : 'asked for with `engine`', effects);
  } catch (error) {
    if (!(error instanceof DaemonUnreachable) || buildah === undefined) throw error;
    log.info(error.message.split('\n')[0] ?? '');
    return announce(await startBuildah(buildah, effects), 'it needs no daemon', effects);
  }
}

const findBuildah = ({ variables }: Environment): string | undefined => firstExecutable(searchPath(variables), 'buildah');

async function startBuildah(program: string, effects: BuildEffects): Promise<Engine> {
  const { buildahEngine } = await import('./buildah/engine.js');
  return buildahEngine(program, effects);
}

/**
 * The builder that buildx will use.
 * @param name undefined for the current one
 * @throws UserError when it is unknown or does not answer
 */
export async function describeBuilder(
  program: string,
  name: string | undefined,
  { environment, query, signal }: Pick<BuildEffects, 'environment' | 'query' | 'signal'>,
): Promise<Builder> {
  const daemon = name === undefined ? await localDaemon(program, environment, signal) : undefined;
  return daemon ?? (await inspectBuilder(program, name, environment, query));
}

async function buildahOrThrow(effects: BuildEffects): Promise<Engine> {
  const program = findBuildah(effects.environment);
  if (program !== undefined) return startBuildah(program, effects);
  throw new UserError(
    'buildah-missing',
    'There is no buildah on this runner: PATH has no such command.\nInstall the package buildah, or set `engine: buildx`.',
  );
}

function announce(engine: Engine, why: string, { log }: BuildEffects): Engine {
  log.info(`Engine: ${engine.description} (${why})`);
  return engine;
}
