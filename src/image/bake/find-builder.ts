import { UserError } from '../../kernel/errors.js';
import { findBuildx } from '../buildx/find.js';
import type { EngineChoice } from '../choose-engine.js';
import type { BuildEffects } from '../effects.js';

/**
 * Finds the buildx that is to resolve and build: no other engine reads bake files, and Compose files have rules (interpolation, `extends`, several files)
 * that buildx knows and buildah does not.
 * @returns its absolute path
 * @throws UserError when there is none, or another engine was asked for
 */
export function findBaker(
  asked: EngineChoice,
  { environment }: Pick<BuildEffects, 'environment'>,
  find: typeof findBuildx = findBuildx,
): string {
  const needed = 'Bake and Compose files need buildx; buildah builds from a Dockerfile alone.';
  if (asked === 'buildah') {
    throw new UserError(
      'bake-needs-buildx',
      `${needed}\nSet \`engine: auto\`, or build each image in a step of its own with its Dockerfile.`,
    );
  }
  const buildx = find(environment);
  if (buildx.program !== undefined) return buildx.program;
  throw new UserError('buildx-missing', `${needed}\n${buildx.missing}\n${buildx.advice}`);
}
