import { declareImage } from '../../src/action/artifacts.js';
import type { Inputs } from '../../src/action/define.js';
import { maskLines } from '../../src/action/mask.js';
import type { Runtime, StepResult } from '../../src/action/runtime.js';
import { BuildFailure } from '../../src/image/build-failure.js';
import type { BuildPlan } from '../../src/image/build-plan.js';
import { chooseEngine } from '../../src/image/choose-engine.js';
import { commitTime } from '../../src/image/commit-time.js';
import type { BuildEffects } from '../../src/image/effects.js';
import type { ImageContents } from '../../src/image/publish/publication.js';
import { publish } from '../../src/image/publish/publish.js';
import { lookUp, pushLimits, Registries } from '../../src/image/publish/registries.js';
import { checkSize, OverBudget, type SizeReport } from '../../src/image/size-check.js';
import type { buildImage as definition } from './action.js';
import { withLogin } from './login.js';
import { builtOnly, failed, nothingBuilt, published } from './outcome.js';
import { planBuild } from './plan.js';

type Given = Inputs<typeof definition>;
type Result = StepResult<typeof definition>;
export type Effects = BuildEffects & Pick<Runtime, 'state'>;

/**
 * Builds the image, and lets all its tags stand for it.
 * @throws UserError when there is no engine, a registry refuses, or it serves something else than what was pushed
 */
export async function buildImage(inputs: Given, effects: Effects): Promise<Result> {
  const plan = planBuild(inputs, effects.environment, {
    labelled: new Set(),
    commitTime: inputs.reproducible ? await commitTime(effects) : undefined,
  });
  for (const secret of plan.secrets) if (secret.from === 'value') maskLines(secret.value, effects.log.mask);
  const pushes = inputs.push ?? (inputs.call === 'build' && plan.outputs.length === 0);
  return await withLogin(inputs, plan.tags, effects, (loggedIn) =>
    pushes ? buildAndPublish(inputs, plan, loggedIn) : buildOnly(inputs, plan, loggedIn),
  );
}

async function buildAndPublish(inputs: Given, plan: BuildPlan, effects: BuildEffects): Promise<Result> {
  const { log } = effects;
  const registries = new Registries(effects);
  const limits = pushLimits(inputs.retryFor);
  const [engine, destinations] = await log.group('Look at the engine and the registry', () =>
    Promise.all([chooseEngine(inputs.engine, inputs.builder, effects), lookUp(plan.tags, registries, limits, effects)]),
  );
  const context = { inputs, plan, engine, findings: [] };

  const budget = { maxBytes: inputs.maxSize, maxGrowth: inputs.maxGrowth };
  let size: SizeReport | undefined;
  const inspect = async ([contents]: readonly ImageContents[]) => {
    if (contents) size = await checkSize(contents, inputs.compareTo, budget, { destinations, registries, effects });
  };
  const publication = {
    images: [{ destinations, timesRewritten: plan.sourceDateEpoch !== undefined }],
    build: (deliveries: Parameters<typeof engine.build>[1][]) =>
      Promise.all(deliveries.map((delivery) => engine.build(plan, delivery))),
    inspect,
    mayBeRefused: inputs.maxSize !== undefined || inputs.maxGrowth !== undefined,
    limits,
  };
  try {
    const heading = `Build and push ${destinations.map(({ name }) => name).join(', ')}`;
    const [image] = await log.group(heading, () => publish(engine, publication, effects));
    const result = published(image, size, destinations, context);
    log.info(`Image: ${result.outputs.image}`);
    for (const { name } of destinations) declareImage(name, image.digest, effects.environment, log);
    return result;
  } catch (error) {
    if (error instanceof BuildFailure || error instanceof OverBudget) return failed(error, context);
    throw error;
  }
}

async function buildOnly(inputs: Given, plan: BuildPlan, effects: BuildEffects): Promise<Result> {
  const { log } = effects;
  const engine = await log.group('Look at the engine', () => chooseEngine(inputs.engine, inputs.builder, effects));
  const context = { inputs, plan, engine, findings: [] };
  try {
    if (inputs.call !== 'build') {
      await log.group(`Ask: ${inputs.call}`, () => engine.ask(plan, inputs.call));
      return nothingBuilt();
    }
    const built = await log.group('Build', () => engine.build(plan, { to: 'nowhere' }));
    log.info('Built, not pushed.');
    return builtOnly(built, context);
  } catch (error) {
    if (error instanceof BuildFailure) return failed(error, context);
    throw error;
  }
}
