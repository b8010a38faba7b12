import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Environment } from '../../kernel/environment.js';
import { UserError } from '../../kernel/errors.js';
import { BuildFailure, explainBuildFailure, ImageRefused, plainLine } from '../build-failure.js';
import type { BuildPlan, Delivery } from '../build-plan.js';
import { readableArguments, secretVariables } from '../command-line.js';
import type { BuildEffects } from '../effects.js';
import type { BuiltImage, Engine } from '../engine.js';
import { readLayout } from '../layout.js';
import { WRONG_PLATFORM } from '../platforms/compare.js';
import { NONE_INSECURE } from '../registry/insecure.js';
import { platformOf, readManifest } from '../registry/manifest.js';
import { type BuildahResult, buildahArguments } from './arguments.js';
import { ForeignBases } from './foreign-bases.js';
import { BuildahProgress } from './progress.js';
import { withOwnRegistries } from './registries-conf.js';

const KEPT_LINES = 200;
/** The oldest that the tests have seen. */
const OLDEST = [1, 28] as const;

/**
 * buildah builds without a daemon, and writes the image to a directory; bringing it to a registry is the same for all engines.
 * @throws UserError when it is too old
 */
export async function buildahEngine(program: string, effects: BuildEffects): Promise<Engine> {
  const { stdout } = await effects.query(program, ['--version'], effects.environment.variables);
  const [, version = '', major = '', minor = ''] = /\bversion ((\d+)\.(\d+)\.\d+)/.exec(stdout) ?? [];
  if (!(Number(major) > OLDEST[0] || Number(minor) >= OLDEST[1])) {
    throw new UserError(
      'buildah-too-old',
      `${program} is buildah ${version || 'of an unknown version'}; ${OLDEST.join('.')} or later is needed.`,
    );
  }
  return {
    kind: 'buildah',
    description: `buildah ${version}`,
    pushes: 'never',
    insecureRegistries: NONE_INSECURE,
    layout: { possible: true },
    build: (plan, delivery) => build(program, plan, delivery, effects),
    // It has none.
    check: async () => [],
    ask: async (_plan, question) => {
      throw new UserError(
        'buildah-lacks-feature',
        `buildah cannot answer \`call: ${question}\`; only buildx can.\nLeave it out, or set \`engine: buildx\`.`,
      );
    },
  };
}

/** @throws BuildFailure; the signal's reason once buildah and all that it started have ended */
async function build(program: string, plan: BuildPlan, delivery: Delivery, effects: BuildEffects): Promise<BuiltImage> {
  const directory = await mkdtemp(join(effects.environment.temporary, 'd9-buildah-'));
  const several = plan.platforms.length > 1;
  const result: BuildahResult = several
    ? { kind: 'list', name: `localhost/${basename(directory).toLowerCase()}:1` }
    : { kind: 'image', idFile: join(directory, 'image-id') };
  const progress = new BuildahProgress(effects.clock);
  try {
    const variables = withOwnRegistries(plan, effects.environment, directory);
    const own = { ...effects, environment: { ...effects.environment, variables } };
    await buildah(program, buildahArguments(plan, result), plan, own, progress);
    if (delivery.to === 'layout') await exportTo(delivery.directory, program, result, plan, effects, progress);
    const imageId = result.kind === 'image' ? (await readFile(result.idFile, 'utf8')).trim() : '';
    return { digest: undefined, imageId, metadata: {}, account: progress.account() };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function exportTo(
  directory: string,
  program: string,
  result: BuildahResult,
  plan: BuildPlan,
  effects: BuildEffects,
  progress: BuildahProgress,
): Promise<void> {
  const destination = `oci:${directory}`;
  if (result.kind === 'image') {
    const imageId = (await readFile(result.idFile, 'utf8')).trim();
    await buildah(program, ['push', '--format=oci', imageId, destination], plan, effects, progress);
    return;
  }
  await buildah(
    program,
    ['manifest', 'push', '--all', '--format=oci', '--rm', result.name, destination],
    plan,
    effects,
    progress,
  );
  const { manifests = [] } = readManifest((await readLayout(directory)).root);
  const built = manifests.flatMap((manifest) => platformOf(manifest) ?? []);
  const missing = plan.platforms.filter((platform) => !built.some((one) => one === platform || one.startsWith(`${platform}/`)));
  if (missing.length > 0) {
    throw new UserError(
      'platform-not-built',
      `buildah built no image for ${missing.join(', ')}, without saying why.\nBuild one platform at a time, or set \`engine: buildx\`.`,
    );
  }
}

/** @throws BuildFailure with the meaning and the last lines of what buildah printed */
async function buildah(
  program: string,
  args: readonly string[],
  plan: BuildPlan,
  { log, signal, environment, run }: BuildEffects,
  progress: BuildahProgress,
): Promise<void> {
  log.info(`buildah ${plainLine(readableArguments(args, environment.variables))}`);
  const lines: string[] = [];
  const foreign = new ForeignBases();
  const take = (line: string) => {
    progress.take(line);
    foreign.take(line);
    if (lines.push(line) > KEPT_LINES) lines.shift();
    log.info(plainLine(line));
  };
  const variables = { ...variablesFor(environment), ...secretVariables(plan) };
  const command = { file: program, args, cwd: environment.workspace, variables };
  const { code } = await run(command, { signal, onErrorLine: take, onOutputLine: take });
  const refusal = plan.ignoredRules.includes(WRONG_PLATFORM) ? undefined : foreign.refusal;
  if (refusal !== undefined)
    throw new ImageRefused({ code: 'image-of-wrong-platform', text: refusal }, progress.account(), false);
  if (code === 0) return;
  throw new BuildFailure(
    explainBuildFailure('buildah', code, lines),
    progress.account(lines.at(-1) ?? `exit code ${code}`),
    false,
  );
}

/** buildah stops at a Docker configuration that is named and not there; Docker does not. */
function variablesFor({ variables }: Environment): Environment['variables'] {
  const directory = variables.DOCKER_CONFIG;
  if (!directory || existsSync(join(directory, 'config.json'))) return variables;
  return { ...variables, DOCKER_CONFIG: undefined };
}
