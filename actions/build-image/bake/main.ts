import { declareImage } from '../../../src/hosts/github-actions/artifacts.js';
import { maskLines } from '../../../src/hosts/github-actions/mask.js';
import { askTargets } from '../../../src/image/bake/ask.js';
import { formatAttributes, readAttributes } from '../../../src/image/bake/attributes.js';
import { bake } from '../../../src/image/bake/bake.js';
import type { BakeTarget } from '../../../src/image/bake/definition.js';
import { findBaker } from '../../../src/image/bake/find-builder.js';
import { resolveDefinition } from '../../../src/image/bake/resolve.js';
import type { BuildAccount } from '../../../src/image/build-account.js';
import { BuildFailure } from '../../../src/image/build-failure.js';
import type { Delivery } from '../../../src/image/build-plan.js';
import { buildxEngine } from '../../../src/image/buildx/build.js';
import type { Builder } from '../../../src/image/buildx/builder.js';
import { describeBuilder } from '../../../src/image/choose-engine.js';
import { checkedOut } from '../../../src/image/commit-time.js';
import type { BuildEffects } from '../../../src/image/effects.js';
import type { BuiltImage } from '../../../src/image/engine.js';
import { lowerCaseNotes } from '../../../src/image/names/lower-case.js';
import { dependsOnBuilder } from '../../../src/image/platforms/foreign-stages.js';
import { judgePlatforms, whenJudged } from '../../../src/image/platforms/judge.js';
import type { ImageContents } from '../../../src/image/publish/publication.js';
import { publish } from '../../../src/image/publish/publish.js';
import { type Destination, lookUp, pushLimits, Registries } from '../../../src/image/publish/registries.js';
import { NONE_INSECURE, withAsked } from '../../../src/image/registry/insecure.js';
import { secretValue } from '../../../src/image/secret-values.js';
import { checkSize, OverBudget, type SizeReport } from '../../../src/image/size-check.js';
import type { Inputs } from '../../../src/kernel/define.js';
import type { Runtime, StepResult } from '../../../src/kernel/runtime.js';
import type { buildImage as definition } from '../action.js';
import { hideIn } from '../hidden.js';
import { inOwnDirectory } from '../left-behind.js';
import { withLogin } from '../login.js';
import { NOTHING_BUILT, nothingBuilt } from '../outcome.js';
import { namingOf } from '../plan.js';
import { withoutEffectOnBake } from '../without-effect.js';
import { leftOut } from './compose.js';
import { type BakeContext, bakedAndPublished, bakedOnly, bakeFailed } from './outcome.js';
import { type PlannedBake, type PlannedTarget, planBake, reviewedTarget } from './plan.js';
import { reviewTargets } from './review.js';

type Given = Inputs<typeof definition>;
type Result = StepResult<typeof definition>;
type Effects = BuildEffects & Pick<Runtime, 'state'>;

/**
 * Builds the images of bake and Compose files, and lets all tags of all images stand for them: together at the end, or none.
 * @throws UserError when there is no buildx, the file is wrong, a registry refuses, or it serves something else than what was pushed
 */
export async function bakeImages(inputs: Given, effects: Effects): Promise<Result> {
  const { environment, log } = effects;
  const program = findBaker(inputs.engine, effects);
  const directory = inputs.context.kind === 'directory' ? inputs.context.path : environment.workspace;
  const files = (inputs.file ?? []).flatMap(({ path }) => path ?? []);
  const plan = await log.group('Read what is to be built', async () => {
    const resolved = await resolveDefinition(
      program,
      { directory, files, targets: inputs.targets ?? [], set: inputs.set ?? [] },
      effects,
    );
    hideIn(Object.values(resolved.target ?? {}).flatMap(writtenIn), log);
    const commit = await checkedOut(effects);
    const naming = namingOf(inputs, commit, effects.clock.now(), environment);
    const inactive = await leftOut(inputs, directory, environment);
    const planned = planBake(inputs, resolved, { directory, environment, commit, naming, inactive });
    const given = planned.targets.flatMap((target) => target.tags);
    for (const note of [...naming.notes, ...planned.notes, ...lowerCaseNotes(given)]) log.info(note);
    for (const text of withoutEffectOnBake(inputs, planned.targets)) log.warning(text);
    log.info(`Targets: ${planned.targets.map(({ name }) => name).join(', ')}`);
    return planned;
  });
  for (const secret of plan.secrets) maskLines(secretValue(secret, environment.variables), log.mask);
  const tags = plan.targets.flatMap((target) => (target.publishes ? target.tags : []));
  return await inOwnDirectory(effects, (own) =>
    withLogin(inputs, { tags, pushes: true }, own, (loggedIn) => bakePlan(inputs, plan, program, loggedIn)),
  );
}

async function bakePlan(inputs: Given, plan: PlannedBake, program: string, effects: BuildEffects): Promise<Result> {
  const { log } = effects;
  const limits = pushLimits(inputs.retryFor);
  const published = plan.targets.filter(({ publishes }) => publishes);
  const described = describeBuilder(program, inputs.builder, effects);
  const registries = new Registries(effects, async () => {
    const { insecureRegistries = NONE_INSECURE } = await described;
    return published.reduce((known, { outputs, tags }) => withAsked(known, outputs.making, tags), insecureRegistries);
  });
  const [builder, destinations] = await log.group('Look at the engine and the registries', () =>
    Promise.all([
      described,
      Promise.all(published.map(({ tags, outputs }) => lookUp(tags, registries, limits, effects, outputs.byDigest))),
    ]),
  );
  const engine = buildxEngine(builder, effects);
  log.info(`Engine: ${engine.description} (the one that reads bake and Compose files)`);
  if (inputs.call !== 'build') {
    await log.group(`Ask: ${inputs.call}`, () => askTargets(builder, plan, inputs.call, effects));
    return nothingBuilt();
  }
  const review = await reviewTargets(inputs, plan, builder, effects);
  const context = { inputs, plan, engine, review };
  try {
    return published.length === 0
      ? await buildTargets(builder, context, effects)
      : await publishTargets(published, destinations, { ...context, builder, registries, limits }, effects);
  } catch (error) {
    // A build that failed, or an image that is too large, has a summary too.
    if (error instanceof BuildFailure || error instanceof OverBudget) return bakeFailed(error, context);
    throw error;
  }
}

/** What publishing needs besides. */
interface Publishing extends BakeContext {
  readonly builder: Builder;
  readonly registries: Registries;
  readonly limits: ReturnType<typeof pushLimits>;
}

async function publishTargets(
  published: readonly PlannedTarget[],
  destinations: readonly (readonly Destination[])[],
  context: Publishing,
  effects: BuildEffects,
): Promise<Result> {
  const { inputs, plan, engine, builder, registries, limits } = context;
  const { log } = effects;
  const budget = { maxBytes: inputs.maxSize, maxGrowth: inputs.maxGrowth };
  const sizes = new Map<PlannedTarget, SizeReport>();
  let others: BuiltImage[] = [];
  let accounts: BuildAccount[] = [];
  const publication = {
    images: published.map((_, index) => ({
      destinations: destinations[index] ?? [],
      timesRewritten: plan.sourceDateEpoch !== undefined,
      judged: whenJudged(askedOf(published[index] as PlannedTarget), isOfBuilder(published[index] as PlannedTarget)),
    })),
    build: async (deliveries: readonly Delivery[]) => {
      const given = new Map(published.map((target, index) => [target, deliveries[index]]));
      const all = plan.targets.map((target): Delivery => given.get(target) ?? { to: 'nowhere' });
      const images = await bake(builder, plan, all, effects);
      others = images.filter((_, index) => !plan.targets[index]?.publishes);
      accounts = images.filter((_, index) => plan.targets[index]?.publishes).map(({ account }) => account);
      return images.filter((_, index) => plan.targets[index]?.publishes);
    },
    judge: async (contents: readonly ImageContents[]) => {
      for (const [index, target] of published.entries()) {
        const account = accounts[index] ?? NOTHING_BUILT;
        const judged = { asked: askedOf(target).platforms, account, contents: contents[index], ofBuilder: isOfBuilder(target) };
        await judgePlatforms(judged, plan.ignoredRules, effects);
      }
    },
    inspect: async (contents: readonly ImageContents[]) => {
      // Only an image that is alone can be in a registry that is out of reach; then there is nothing to look at.
      for (const [index, one] of contents.entries()) {
        const target = published[index] as PlannedTarget;
        const comparison = { destinations: destinations[index] ?? [], registries, effects };
        sizes.set(target, await checkSize(one, inputs.compareTo, budget, comparison));
      }
    },
    mayBeRefused: inputs.maxSize !== undefined || inputs.maxGrowth !== undefined,
    limits,
  };
  const names = destinations.flat().map(({ name }) => name);
  const images = await log.group(`Build and push ${[...new Set(names)].join(', ')}`, () => publish(engine, publication, effects));
  for (const [index, { digest }] of images.entries()) {
    for (const { name } of destinations[index] ?? []) declareImage(name, digest, effects.environment, log);
    log.info(`Image of ${published[index]?.name}: ${destinations[index]?.[0]?.name}@${digest}`);
  }
  const unpublished = plan.targets.filter(({ publishes }) => !publishes);
  return bakedAndPublished(
    images.map((image, index) => {
      const target = published[index] as PlannedTarget;
      return { target, image, size: sizes.get(target), destinations: destinations[index] ?? [] };
    }),
    others.map((built, index) => ({ target: unpublished[index] as PlannedTarget, built })),
    context,
  );
}

const askedOf = ({ target }: PlannedTarget) => ({
  platforms: target.platforms ?? [],
  buildContexts: Object.entries(target.contexts ?? {}).map(([name, context]) => `${name}=${context}`),
});

const isOfBuilder = ({ dockerfile, target }: PlannedTarget): boolean =>
  (dockerfile.kind === 'file' || dockerfile.kind === 'inline') &&
  dependsOnBuilder(dockerfile.read, reviewedTarget(target), target.platforms ?? []);

/** What the engine may print of a target. */
const writtenIn = ({ context = '', contexts = {}, ...target }: BakeTarget): string[] => [
  context,
  ...Object.values(contexts),
  ...[...(target['cache-from'] ?? []), ...(target['cache-to'] ?? [])].map((cache) => formatAttributes(readAttributes(cache))),
];

async function buildTargets(builder: Builder, context: BakeContext, effects: BuildEffects): Promise<Result> {
  const { plan } = context;
  const { log } = effects;
  const nowhere = plan.targets.map((): Delivery => ({ to: 'nowhere' }));
  const images = await log.group('Build', () => bake(builder, plan, nowhere, effects));
  for (const [index, target] of plan.targets.entries()) {
    const account = images[index]?.account ?? NOTHING_BUILT;
    const judged = { asked: askedOf(target).platforms, account, contents: undefined, ofBuilder: isOfBuilder(target) };
    await judgePlatforms(judged, plan.ignoredRules, effects);
  }
  log.info('Built, not pushed.');
  return bakedOnly(
    plan.targets.map((target, index) => ({ target, built: images[index] as BuiltImage })),
    context,
  );
}
