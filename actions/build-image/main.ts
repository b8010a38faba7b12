import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Inputs, Outputs } from '../../src/action/define.js';
import { UserError } from '../../src/action/errors.js';
import { type BuildEffects, build, confirmPushed } from '../../src/image/buildx.js';
import type { BuildPlan } from '../../src/image/buildx-arguments.js';
import { findBuildx } from '../../src/image/engine.js';
import { formatReference, repositoryName } from '../../src/image/reference.js';
import type { buildImage as definition } from './action.js';

export type Effects = BuildEffects;

/**
 * Builds the image and pushes it under all its tags.
 * @throws UserError when there is no engine, the build fails, or the registry serves something else than what was pushed
 */
export async function buildImage(inputs: Inputs<typeof definition>, effects: Effects): Promise<Outputs<typeof definition>> {
  const { log, environment } = effects;
  const plan: BuildPlan = {
    ...inputs,
    file: inputs.file ?? dockerfileIn(inputs.context, environment.workspace),
    target: inputs.target,
    platforms: inputs.platforms ?? [],
    buildArgs: inputs.buildArgs ?? [],
    labels: inputs.labels ?? [],
  };
  const buildx = findBuildx(environment);
  const names = inputs.tags.map(formatReference);

  const { digest, imageId, metadata } = await log.group(`Build ${names[0]}`, () => build(buildx, plan, effects));
  const pushed = inputs.push ? requireDigest(digest, names) : '';
  if (pushed !== '') await log.group('Read the digest back', () => confirmPushed(buildx, inputs.tags, pushed, effects));

  const image = pushed === '' ? '' : `${repositoryName(inputs.tags[0])}@${pushed}`;
  log.info(image === '' ? 'Built, not pushed (`push: false`).' : `Image: ${image}`);
  return { image, digest: pushed, tags: names.join('\n'), imageid: imageId, 'metadata-json': JSON.stringify(metadata) };
}

/** @throws UserError when the context has no Dockerfile */
function dockerfileIn(context: string, workspace: string): string {
  const file = join(context, 'Dockerfile');
  if (existsSync(file)) return file;
  throw new UserError(
    `There is no Dockerfile in ${relative(workspace, context) || 'the root of the workspace'}.\nName it with the input \`file\`, or set \`context\` to the directory that has it.`,
  );
}

/** @throws UserError when buildx pushed without saying what */
function requireDigest(digest: string | undefined, names: readonly string[]): string {
  if (digest !== undefined && /^sha256:[0-9a-f]{64}$/.test(digest)) return digest;
  throw new UserError(
    `buildx pushed ${names.join(', ')} but did not say which digest it has.\nUse buildx 0.9 or later (\`docker buildx version\`).`,
  );
}
