import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../../kernel/environment.js';
import type { Problem } from '../../kernel/errors.js';
import type { Finding } from '../build-account.js';
import { BuildFailure, explainBuildFailure, plainLine } from '../build-failure.js';
import type { BuildPlan, Delivery } from '../build-plan.js';
import { readableArguments, secretVariables } from '../command-line.js';
import type { BuildEffects } from '../effects.js';
import type { BuiltImage, Engine } from '../engine.js';
import { NONE_INSECURE } from '../registry/insecure.js';
import { buildArguments, callArguments, type ResultFiles } from './arguments.js';
import type { Builder } from './builder.js';
import { readChecks } from './checks.js';
import { isKeptByPush, nameLoaded } from './loaded.js';
import { Progress } from './progress.js';
import { runBuild } from './run-build.js';

/** The part of buildx's metadata file that later steps can use; provenance is left out for its size. */
interface BuildMetadata {
  readonly 'containerimage.digest'?: string;
  readonly 'containerimage.config.digest'?: string;
  readonly 'buildx.build.provenance'?: unknown;
}

const NO_CONTAINERD =
  "Docker's classic image store cannot export an image.\nTurn on the containerd image store, or add docker/setup-buildx-action before this step.";

export function buildxEngine(builder: Builder, effects: BuildEffects): Engine {
  const store = { containerd: ', containerd image store', classic: ', classic image store', none: '' }[builder.store];
  return {
    kind: 'buildx',
    description: `buildx${builder.version === undefined ? '' : ` ${builder.version}`}, builder ${builder.name} (driver ${builder.driver}${store})`,
    // buildx: "push-by-digest is currently not implemented for docker driver".
    pushes: builder.driver === 'docker' ? 'by-tag' : 'by-digest',
    insecureRegistries: builder.insecureRegistries ?? NONE_INSECURE,
    layout: builder.store === 'classic' ? { possible: false, why: NO_CONTAINERD } : { possible: true },
    build: (plan, delivery) => build(builder, plan, delivery, effects),
    check: (plan) => check(builder, plan, effects),
    ask: (plan, question) => ask(builder, plan, question, effects),
  };
}

/**
 * Builds, and pushes when the delivery says so, with one buildx process.
 * @throws BuildFailure with the meaning and the last lines of what buildx printed; the signal's reason once it and its push have ended
 */
async function build(builder: Builder, plan: BuildPlan, delivery: Delivery, effects: BuildEffects): Promise<BuiltImage> {
  const { log, environment } = effects;
  const directory = await mkdtemp(join(environment.temporary, 'd9-build-image-'));
  try {
    const files = { metadata: join(directory, 'metadata.json'), imageId: join(directory, 'image-id') };
    const args = buildArguments(plan, delivery, builder, files);
    log.info(`docker buildx ${plainLine(readableArguments(args, environment.variables))}`);
    const command = {
      file: builder.program,
      args,
      cwd: environment.workspace,
      variables: { ...variablesFor(plan, environment), ...secretVariables(plan) },
    };
    const onDigest = delivery.to === 'tags' ? delivery.onDigest : undefined;
    const explain = (code: number, lines: readonly string[]) => explainBuildFailure('buildx', code, lines);
    const process = { builder, command, progress: new Progress(), ignoredRules: plan.ignoredRules, onDigest, explain };
    const account = await runBuild(process, effects);
    if (delivery.to === 'tags' && (plan.load || plan.outputs.loaded) && isKeptByPush(builder, delivery)) {
      await nameLoaded(builder, delivery.tags, plan.tags, effects);
    }
    return { ...(await readResult(files)), account };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** @throws BuildFailure when the Dockerfile can't be read */
async function check({ program }: Builder, plan: BuildPlan, { signal, environment, run }: BuildEffects): Promise<Finding[]> {
  const args = callArguments(plan, 'check,format=json');
  const variables = { ...environment.variables, ...secretVariables(plan) };
  const exit = await run({ file: program, args, cwd: environment.workspace, variables }, { signal });
  try {
    return readChecks(exit.stdout);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new BuildFailure(explainBuildFailure('buildx', exit.code, exit.lastErrorLines), new Progress().account(), false);
  }
}

/** @throws BuildFailure when the Dockerfile can't be read, or a check found something */
async function ask(
  { program }: Builder,
  plan: BuildPlan,
  question: string,
  { log, signal, environment, run }: BuildEffects,
): Promise<void> {
  const command = {
    file: program,
    args: callArguments(plan, question),
    cwd: environment.workspace,
    variables: { ...environment.variables, ...secretVariables(plan) },
  };
  const take = (line: string) => log.info(plainLine(line));
  const exit = await run(command, { signal, onErrorLine: take, onOutputLine: take });
  if (exit.code === 0) return;
  const problem: Problem =
    question === 'check' && !exit.lastErrorLines.some((line) => line.startsWith('ERROR'))
      ? { code: 'dockerfile-review-failed', text: 'The checks found something in the Dockerfile; it is in the log.' }
      : explainBuildFailure('buildx', exit.code, exit.lastErrorLines);
  throw new BuildFailure(problem, new Progress().account(), false);
}

/** The environment of a build, without its secrets. */
export function variablesFor(
  plan: Pick<BuildPlan, 'provenance' | 'sourceDateEpoch'>,
  { variables }: Environment,
): Environment['variables'] {
  // buildx asks git for the commit of the context, for provenance alone: without provenance that is a process for nothing.
  const quiet = plan.provenance === 'false' ? { BUILDX_GIT_INFO: 'false', BUILDX_METADATA_PROVENANCE: 'disabled' } : {};
  const epoch = plan.sourceDateEpoch === undefined ? {} : { SOURCE_DATE_EPOCH: String(plan.sourceDateEpoch) };
  return { ...quiet, ...variables, ...epoch };
}

async function readResult(files: ResultFiles): Promise<Omit<BuiltImage, 'account'>> {
  const { 'buildx.build.provenance': _, ...metadata } = JSON.parse(await readFile(files.metadata, 'utf8')) as BuildMetadata;
  // Builders that neither push nor load write no image id.
  const imageId = existsSync(files.imageId)
    ? (await readFile(files.imageId, 'utf8')).trim()
    : metadata['containerimage.config.digest'];
  return { digest: metadata['containerimage.digest'], imageId: imageId ?? '', metadata };
}
