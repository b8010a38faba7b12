import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../../action/environment.js';
import type { Finding } from '../build-account.js';
import { BuildFailure, explainBuildFailure, isPassing, plainLine } from '../build-failure.js';
import type { BuildPlan, Delivery } from '../build-plan.js';
import { readableArguments, secretVariables } from '../command-line.js';
import type { BuildEffects } from '../effects.js';
import type { BuiltImage, Engine } from '../engine.js';
import { buildArguments, callArguments, type ResultFiles } from './arguments.js';
import { type Builder, requireNewEnough } from './builder.js';
import { readChecks } from './checks.js';
import { Progress } from './progress.js';

/** The part of buildx's metadata file that later steps can use; provenance is left out for its size. */
interface BuildMetadata {
  readonly 'containerimage.digest'?: string;
  readonly 'containerimage.config.digest'?: string;
  readonly 'buildx.build.provenance'?: unknown;
}

const KEPT_LINES = 200;
const NO_CONTAINERD =
  "Docker's classic image store cannot export an image.\nTurn on the containerd image store, or add docker/setup-buildx-action before this step.";

export function buildxEngine(builder: Builder, effects: BuildEffects): Engine {
  const store = { containerd: ', containerd image store', classic: ', classic image store', none: '' }[builder.store];
  return {
    kind: 'buildx',
    description: `buildx${builder.version === undefined ? '' : ` ${builder.version}`}, builder ${builder.name} (driver ${builder.driver}${store})`,
    // buildx: "push-by-digest is currently not implemented for docker driver".
    pushes: builder.driver === 'docker' ? 'by-tag' : 'by-digest',
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
async function build(
  builder: Builder,
  plan: BuildPlan,
  delivery: Delivery,
  { log, signal, environment, query, run }: BuildEffects,
): Promise<BuiltImage> {
  const directory = await mkdtemp(join(environment.temporary, 'd9-build-image-'));
  try {
    const files = { metadata: join(directory, 'metadata.json'), imageId: join(directory, 'image-id') };
    const args = buildArguments(plan, delivery, builder.driver, files);
    log.info(`docker buildx ${plainLine(readableArguments(args))}`);
    const progress = new Progress();
    const refusal = new AbortController();
    const lines: string[] = [];
    const onErrorLine = (raw: string) => {
      for (const line of progress.take(raw)) {
        if (lines.push(line) > KEPT_LINES) lines.shift();
        log.info(plainLine(line));
      }
      if (progress.fatalFinding(plan.ignoredRules) !== undefined) refusal.abort();
      if (delivery.to === 'tags' && progress.exportedDigest !== undefined) delivery.onDigest?.(progress.exportedDigest);
    };
    const variables = variablesFor(plan, environment);
    const command = { file: builder.program, args, cwd: environment.workspace, variables };
    const either = AbortSignal.any([signal, refusal.signal]);
    const exit = await run(command, { signal: either, onErrorLine }).catch((error: unknown) => {
      signal.throwIfAborted();
      const finding = progress.fatalFinding(plan.ignoredRules);
      if (finding === undefined) throw error;
      throw new BuildFailure(explainWrongPlatform(finding), progress.account(), false);
    });
    const account = progress.account();
    // One that is too old fails too, in words that say nothing of that.
    if (exit.code !== 0) log.info(`This was buildx ${await requireNewEnough(builder, environment, query)}.`);
    if (exit.code !== 0 && progress.neverConnected) throw new BuildFailure(explainNoAnswer(builder), account, false);
    if (exit.code !== 0) {
      const mayPushAgain = progress.failedInPush && isPassing(lines.at(-1) ?? '');
      throw new BuildFailure(explainBuildFailure('buildx', exit.code, lines), account, mayPushAgain);
    }
    return { ...(await readResult(files)), account };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const explainNoAnswer = ({ name, driver, endpoint }: Builder): string =>
  `The builder ${name} (driver ${driver}) does not answer at ${endpoint}.\nIs BuildKit running there, and may this runner reach it? Start it, or name another one with \`builder\`.`;

const explainWrongPlatform = ({ text, line, rule }: Finding): string =>
  `${text} (line ${line} of the Dockerfile).\n` +
  'The image would claim a platform that its files are not for. Choose a base image that has the platform, or leave it out of `platforms`. ' +
  `Where only files without machine code are copied from it, pass over it with \`review-ignore: ${rule}\`.`;

/** @throws BuildFailure when the Dockerfile can't be read */
async function check({ program }: Builder, plan: BuildPlan, { signal, environment, run }: BuildEffects): Promise<Finding[]> {
  const args = callArguments(plan, 'check,format=json');
  const exit = await run({ file: program, args, cwd: environment.workspace, variables: environment.variables }, { signal });
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
    variables: environment.variables,
  };
  const take = (line: string) => log.info(plainLine(line));
  const exit = await run(command, { signal, onErrorLine: take, onOutputLine: take });
  if (exit.code === 0) return;
  const text =
    question === 'check' && !exit.lastErrorLines.some((line) => line.startsWith('ERROR'))
      ? 'The checks found something in the Dockerfile; it is in the log.'
      : explainBuildFailure('buildx', exit.code, exit.lastErrorLines);
  throw new BuildFailure(text, new Progress().account(), false);
}

function variablesFor(plan: BuildPlan, { variables }: Environment): Environment['variables'] {
  // buildx asks git for the commit of the context, for provenance alone: without provenance that is a process for nothing.
  const quiet = plan.provenance === 'false' ? { BUILDX_GIT_INFO: 'false', BUILDX_METADATA_PROVENANCE: 'disabled' } : {};
  const epoch = plan.sourceDateEpoch === undefined ? {} : { SOURCE_DATE_EPOCH: String(plan.sourceDateEpoch) };
  return { ...quiet, ...variables, ...epoch, ...secretVariables(plan) };
}

async function readResult(files: ResultFiles): Promise<Omit<BuiltImage, 'account'>> {
  const { 'buildx.build.provenance': _, ...metadata } = JSON.parse(await readFile(files.metadata, 'utf8')) as BuildMetadata;
  // Builders that neither push nor load write no image id.
  const imageId = existsSync(files.imageId)
    ? (await readFile(files.imageId, 'utf8')).trim()
    : metadata['containerimage.config.digest'];
  return { digest: metadata['containerimage.digest'], imageId: imageId ?? '', metadata };
}
