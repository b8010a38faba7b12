import { declareImage } from '../../src/action/artifacts.js';
import type { Inputs } from '../../src/action/define.js';
import { maskLines } from '../../src/action/mask.js';
import type { Runtime, StepResult } from '../../src/action/runtime.js';
import { BuildFailure } from '../../src/image/build-failure.js';
import type { BuildPlan, Delivery } from '../../src/image/build-plan.js';
import { chooseEngine } from '../../src/image/choose-engine.js';
import { commitTime } from '../../src/image/commit-time.js';
import type { BuildEffects } from '../../src/image/effects.js';
import type { ImageContents } from '../../src/image/publish/publication.js';
import { publish } from '../../src/image/publish/publish.js';
import { lookUp, pushLimits, Registries } from '../../src/image/publish/registries.js';
import { type ReadDockerfile, readDockerfile } from '../../src/image/review/review.js';
import { labelsIn } from '../../src/image/review/rules.js';
import { checkSize, OverBudget, type SizeReport } from '../../src/image/size-check.js';
import type { buildImage as definition } from './action.js';
import { inOwnDirectory } from './left-behind.js';
import { withLogin } from './login.js';
import { builtOnly, type Context, failed, nothingBuilt, published } from './outcome.js';
import { dockerfileOf, planBuild } from './plan.js';
import { reviewBefore } from './review.js';

type Given = Inputs<typeof definition>;
type Result = StepResult<typeof definition>;
export type Effects = BuildEffects & Pick<Runtime, 'state'>;

/**
 * Builds the image, and lets all its tags stand for it.
 * @throws UserError when there is no engine, a registry refuses, or it serves something else than what was pushed
 */
export async function buildImage(inputs: Given, effects: Effects): Promise<Result> {
  const { environment, log } = effects;
  const file = dockerfileOf(inputs, environment);
  const dockerfile = file !== undefined && inputs.context.kind === 'directory' ? readDockerfile(file, environment) : undefined;
  const plan = planBuild(inputs, environment, {
    file,
    labelled: dockerfile === undefined ? new Set() : labelsIn(dockerfile.content, inputs.target),
    commitTime: inputs.reproducible ? await commitTime(effects) : undefined,
  });
  for (const secret of plan.secrets) if (secret.from === 'value') maskLines(secret.value, log.mask);
  const pushes = inputs.push ?? (inputs.call === 'build' && plan.outputs.length === 0);
  return await inOwnDirectory(effects, (own) =>
    withLogin(inputs, plan.tags, own, (loggedIn) => (pushes ? buildAndPublish : buildOnly)(inputs, plan, dockerfile, loggedIn)),
  );
}

async function buildAndPublish(
  inputs: Given,
  plan: BuildPlan,
  dockerfile: ReadDockerfile | undefined,
  effects: BuildEffects,
): Promise<Result> {
  const { log } = effects;
  const registries = new Registries(effects);
  const limits = pushLimits(inputs.retryFor);
  const [engine, destinations] = await log.group('Look at the engine and the registry', () =>
    Promise.all([chooseEngine(inputs.engine, inputs.builder, effects), lookUp(plan.tags, registries, limits, effects)]),
  );
  const review = await reviewBefore(inputs, dockerfile, plan, engine, effects);
  const context: Context = { inputs, plan, engine, review };

  const budget = { maxBytes: inputs.maxSize, maxGrowth: inputs.maxGrowth };
  let size: SizeReport | undefined;
  const publication = {
    images: [{ destinations, timesRewritten: plan.sourceDateEpoch !== undefined }],
    build: (deliveries: readonly Delivery[]) => Promise.all(deliveries.map((delivery) => engine.build(plan, delivery))),
    inspect: async ([contents]: readonly ImageContents[]) => {
      if (contents) size = await checkSize(contents, inputs.compareTo, budget, { destinations, registries, effects });
    },
    mayBeRefused: inputs.maxSize !== undefined || inputs.maxGrowth !== undefined,
    limits,
  };
  return await explained(context, async () => {
    const heading = `Build and push ${destinations.map(({ name }) => name).join(', ')}`;
    const [image] = await log.group(heading, () => publish(engine, publication, effects));
    for (const { name } of destinations) declareImage(name, image.digest, effects.environment, log);
    log.info(`Image: ${destinations[0]?.name}@${image.digest}`);
    return published(image, size, destinations, context);
  });
}

async function buildOnly(
  inputs: Given,
  plan: BuildPlan,
  dockerfile: ReadDockerfile | undefined,
  effects: BuildEffects,
): Promise<Result> {
  const { log } = effects;
  const engine = await log.group('Look at the engine', () => chooseEngine(inputs.engine, inputs.builder, effects));
  if (inputs.call !== 'build') {
    await log.group(`Ask: ${inputs.call}`, () => engine.ask(plan, inputs.call));
    return nothingBuilt();
  }
  const review = await reviewBefore(inputs, dockerfile, plan, engine, effects);
  const context: Context = { inputs, plan, engine, review };
  return await explained(context, async () => {
    const built = await log.group('Build', () => engine.build(plan, { to: 'nowhere' }));
    log.info('Built, not pushed.');
    return builtOnly(built, context);
  });
}

/** A build that failed, or an image that is too large, has a summary too. */
async function explained(context: Context, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BuildFailure || error instanceof OverBudget) return failed(error, context);
    throw error;
  }
}
