import { plainLine } from '../build-failure.js';
import type { Delivery } from '../build-plan.js';
import type { BuildEffects } from '../effects.js';
import { firstExecutable, searchPath } from '../executable.js';
import { formatReference, type ImageReference } from '../reference.js';
import type { Builder } from './builder.js';

/**
 * Whether the engine has the image after a push by itself, as Docker's containerd store does. A second output for it would be written at the same time,
 * and one of both fails now and then with "already exists" (github.com/docker/buildx, issue 3576; Docker 28.5).
 */
export const isKeptByPush = ({ driver, store }: Pick<Builder, 'driver' | 'store'>, delivery: Delivery): boolean =>
  driver === 'docker' && store === 'containerd' && delivery.to === 'tags';

/** Gives the image that the engine has under one name its others too. */
export async function nameLoaded(
  { endpoint }: Pick<Builder, 'endpoint'>,
  [first]: readonly ImageReference[],
  names: readonly ImageReference[],
  { environment, log, run, signal }: BuildEffects,
): Promise<void> {
  if (first === undefined) return;
  const known = formatReference(first);
  const others = names.map(formatReference).filter((name) => name !== known);
  if (others.length === 0) return;
  const { variables, workspace } = environment;
  const docker = firstExecutable(searchPath(variables), 'docker');
  if (docker === undefined) {
    log.warning(`The engine has the image as ${known} alone: PATH has no docker command, which could give it its other names.`);
    return;
  }
  const where = endpoint.includes('://') ? ['--host', endpoint] : ['--context', endpoint];
  for (const name of others) {
    const exit = await run(
      { file: docker, args: [...where, 'image', 'tag', known, name], cwd: workspace, variables },
      { signal },
    );
    if (exit.code === 0) continue;
    log.warning(
      `The engine has the image as ${known}, and could not name it ${name} too: ${plainLine(exit.lastErrorLines.at(-1) ?? '')}`,
    );
  }
}
