import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../action/environment.js';
import { UserError } from '../action/errors.js';
import type { Log } from '../action/log.js';
import { explainBuildFailure, plainLine } from './build-failure.js';
import { type BuildPlan, buildArguments, readableArguments } from './buildx-arguments.js';
import type { Run } from './process.js';
import { formatReference, type ImageReference, repositoryName } from './reference.js';

/** What the engine needs from its surroundings. */
export interface BuildEffects {
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly environment: Environment;
  readonly run: Run;
}

/** The part of buildx's metadata file that later steps can use; provenance is left out for its size. */
export interface BuildMetadata {
  readonly 'containerimage.digest'?: string;
  readonly 'containerimage.config.digest'?: string;
  readonly 'containerimage.descriptor'?: unknown;
  readonly 'image.name'?: string;
  readonly 'buildx.build.ref'?: string;
}

export interface BuiltImage {
  /** Digest of what was pushed: of the manifest, or of the index when there are several platforms or attestations. */
  readonly digest: string | undefined;
  /** Id in the engine's own store. */
  readonly imageId: string;
  readonly metadata: BuildMetadata;
}

/**
 * Builds, and pushes when the plan says so, with one buildx process.
 * @param buildx absolute path of buildx
 * @throws UserError with the meaning and the last lines of what buildx printed; the signal's reason once it and its push have ended
 */
export async function build(
  buildx: string,
  plan: BuildPlan,
  { log, signal, environment, run }: BuildEffects,
): Promise<BuiltImage> {
  const directory = await mkdtemp(join(environment.temporary, 'd9-build-image-'));
  try {
    const files = { metadata: join(directory, 'metadata.json'), imageId: join(directory, 'image-id') };
    const args = buildArguments(plan, files);
    log.info(`docker buildx ${plainLine(readableArguments(args))}`);
    const exit = await run(
      { file: buildx, args, cwd: environment.workspace, variables: quietVariables(plan, environment) },
      { signal, onErrorLine: (line) => log.info(plainLine(line)) },
    );
    if (exit.code !== 0) throw new UserError(explainBuildFailure(exit.code, exit.lastErrorLines));
    return await readResult(files);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * Asks the registry what it now serves under the first tag of each repository. buildx does it, with its own credentials, one process each.
 * Not being able to ask (a registry that only the daemon reaches) is a warning; another answer than what was pushed is an error.
 * @throws UserError when the registry has no such tag, or another image under it
 */
export async function confirmPushed(buildx: string, tags: readonly ImageReference[], digest: string, effects: BuildEffects) {
  const firstOfEach = new Map(tags.toReversed().map((tag) => [repositoryName(tag), tag]));
  await Promise.all([...firstOfEach.values()].map((tag) => confirmTag(buildx, tag, digest, effects)));
}

async function confirmTag(buildx: string, tag: ImageReference, digest: string, { log, signal, environment, run }: BuildEffects) {
  const name = formatReference(tag);
  const args = ['imagetools', 'inspect', name, '--format', '{{json .Manifest}}'];
  const exit = await run({ file: buildx, args, cwd: environment.workspace, variables: environment.variables }, { signal });
  const said = plainLine(exit.lastErrorLines.at(-1) ?? '');
  if (exit.code !== 0 && /not found/i.test(said)) {
    throw new UserError(
      `${name} was pushed, but the registry does not have it: ${said}\nIs there a clean-up job or a proxy in front of it?`,
    );
  }
  if (exit.code !== 0) {
    log.warning(`${name} was pushed, but this runner cannot read it back: ${said}`);
    return;
  }
  const served = digestIn(exit.stdout);
  if (served !== digest) {
    throw new UserError(
      `${name} is ${served ?? 'unreadable'} in the registry, but this step pushed ${digest}.\n` +
        'Another run has moved the tag meanwhile: give each run a tag of its own, or let the runs wait for each other (`concurrency`).',
    );
  }
  log.info(`${name} is ${digest} in the registry.`);
}

/** buildx asks git for the commit of the context, for provenance alone: without provenance that is a process for nothing. */
function quietVariables({ provenance }: BuildPlan, { variables }: Environment): Environment['variables'] {
  return provenance === 'false' ? { BUILDX_GIT_INFO: 'false', BUILDX_METADATA_PROVENANCE: 'disabled', ...variables } : variables;
}

async function readResult(files: { metadata: string; imageId: string }): Promise<BuiltImage> {
  const { 'buildx.build.provenance': _, ...metadata } = JSON.parse(await readFile(files.metadata, 'utf8')) as BuildMetadata & {
    'buildx.build.provenance'?: unknown;
  };
  // Builders that neither push nor load write no image id.
  const imageId = existsSync(files.imageId) ? (await readFile(files.imageId, 'utf8')).trim() : '';
  return { digest: metadata['containerimage.digest'], imageId, metadata };
}

function digestIn(manifestJson: string): string | undefined {
  try {
    const { digest } = JSON.parse(manifestJson) as { digest?: unknown };
    return typeof digest === 'string' ? digest : undefined;
  } catch {
    return undefined;
  }
}
