import { declareImage } from '../../src/hosts/github-actions/artifacts.js';
import type { RetryLimits } from '../../src/http/retry.js';
import type { BuildAccount } from '../../src/image/build-account.js';
import { BuildFailure } from '../../src/image/build-failure.js';
import type { BuildPlan, Delivery } from '../../src/image/build-plan.js';
import type { BuildEffects } from '../../src/image/effects.js';
import type { Engine } from '../../src/image/engine.js';
import type { Naming } from '../../src/image/names/naming.js';
import { dependsOnBuilder } from '../../src/image/platforms/foreign-stages.js';
import { judgePlatforms, whenJudged } from '../../src/image/platforms/judge.js';
import type { ImageContents } from '../../src/image/publish/publication.js';
import { publish } from '../../src/image/publish/publish.js';
import type { Destination, Registries } from '../../src/image/publish/registries.js';
import type { ReadDockerfile } from '../../src/image/review/review.js';
import { checkSize, OverBudget, type SizeReport } from '../../src/image/size-check.js';
import type { Inputs } from '../../src/kernel/define.js';
import type { StepResult } from '../../src/kernel/runtime.js';
import type { buildImage as definition } from './action.js';
import { builtOnly, type Context, failed, NOTHING_BUILT, nothingBuilt, published } from './outcome.js';
import { reviewBefore, reviewedBuild } from './review.js';

type Result = StepResult<typeof definition>;

const LOADED =
  'Built and kept in the engine, not pushed: `load` alone publishes nothing that is to be tested first. `push: true` does.';

/** What is to be built, and what builds it. */
export interface Job {
  readonly inputs: Inputs<typeof definition>;
  readonly plan: BuildPlan;
  readonly naming: Naming;
  readonly dockerfile: ReadDockerfile | undefined;
  readonly engine: Engine;
  readonly effects: BuildEffects;
}

/** Where it goes. */
export interface Registry {
  readonly registries: Registries;
  readonly limits: RetryLimits;
  readonly destinations: readonly Destination[];
}

/** @throws UserError when a registry refuses, or serves something else than what was pushed */
export async function buildAndPublish(job: Job, { registries, limits, destinations }: Registry): Promise<Result> {
  const { inputs, plan, naming, dockerfile, engine, effects } = job;
  const { log } = effects;
  const review = await reviewBefore(inputs, dockerfile, plan, engine, effects);
  const context: Context = { inputs, plan, naming, engine, review, dockerfile };

  const ofBuilder = isOfBuilder(job);
  const budget = { maxBytes: inputs.maxSize, maxGrowth: inputs.maxGrowth };
  let size: SizeReport | undefined;
  let account: BuildAccount = NOTHING_BUILT;
  const publication = {
    images: [{ destinations, timesRewritten: plan.sourceDateEpoch !== undefined, judged: whenJudged(plan, ofBuilder) }],
    build: async (deliveries: readonly Delivery[]) => {
      const images = await Promise.all(deliveries.map((delivery) => engine.build(plan, delivery)));
      account = images[0]?.account ?? account;
      return images;
    },
    judge: ([contents]: readonly ImageContents[]) =>
      judgePlatforms({ asked: plan.platforms, account, contents, ofBuilder }, plan.ignoredRules, effects),
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

/** Builds, and lets what was asked for stand where the plan says. */
export async function buildOnly(job: Job): Promise<Result> {
  const { inputs, plan, naming, dockerfile, engine, effects } = job;
  const { log } = effects;
  if (inputs.call !== 'build') {
    await log.group(`Ask: ${inputs.call}`, () => engine.ask(plan, inputs.call));
    return nothingBuilt();
  }
  const review = await reviewBefore(inputs, dockerfile, plan, engine, effects);
  const context: Context = { inputs, plan, naming, engine, review, dockerfile };
  return await explained(context, async () => {
    const built = await log.group('Build', () => engine.build(plan, { to: 'nowhere' }));
    const judged = { asked: plan.platforms, account: built.account, contents: undefined, ofBuilder: isOfBuilder(job) };
    await judgePlatforms(judged, plan.ignoredRules, effects);
    log.info(inputs.load && inputs.push === undefined ? LOADED : 'Built, not pushed.');
    return builtOnly(built, context);
  });
}

const isOfBuilder = ({ inputs, plan, dockerfile, effects }: Job): boolean =>
  dockerfile !== undefined && dependsOnBuilder(dockerfile, reviewedBuild(inputs, effects.environment), plan.platforms);

/** A build that failed, or an image that is too large, has a summary too. */
async function explained(context: Context, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BuildFailure || error instanceof OverBudget) return failed(error, context);
    throw error;
  }
}
