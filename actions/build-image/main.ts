import { maskLines } from '../../src/hosts/github-actions/mask.js';
import type { BuildPlan } from '../../src/image/build-plan.js';
import { chooseEngine } from '../../src/image/choose-engine.js';
import { checkedOut } from '../../src/image/commit-time.js';
import type { BuildEffects } from '../../src/image/effects.js';
import type { Engine } from '../../src/image/engine.js';
import { ownLabels } from '../../src/image/review/own-labels.js';
import { readDockerfile, refuseEmpty } from '../../src/image/review/review.js';
import { SECRET_IN_INPUT, secretValue } from '../../src/image/secret-values.js';
import type { Inputs } from '../../src/kernel/define.js';
import type { Runtime, StepResult } from '../../src/kernel/runtime.js';
import type { buildImage as definition } from './action.js';
import { asksForBake } from './bake/conflicts.js';
import type { Job, Registry } from './build.js';
import { hideWritten } from './hidden.js';
import { inOwnDirectory } from './left-behind.js';
import { withLogin } from './login.js';
import { dockerfileOf, namingOf, planBuild } from './plan.js';
import { reviewedBuild } from './review.js';
import { withoutEffect, withoutEffectOnOne } from './without-effect.js';

type Given = Inputs<typeof definition>;
type Result = StepResult<typeof definition>;
export type Effects = BuildEffects & Pick<Runtime, 'state'>;

/**
 * Builds the image, and lets all its tags stand for it.
 * @throws UserError when there is no engine, a registry refuses, or it serves something else than what was pushed
 */
export async function buildImage(inputs: Given, effects: Effects): Promise<Result> {
  hideWritten(inputs, effects.log);
  for (const rule of inputs.reviewIgnore ?? []) {
    if (rule.startsWith(`${SECRET_IN_INPUT}:`))
      effects.log.info(`\`review-ignore\` lets ${rule} through: it is taken for no secret.`);
  }
  for (const text of withoutEffect(inputs, effects.environment)) effects.log.warning(text);
  if (asksForBake(inputs)) {
    const { bakeImages } = await import('./bake/main.js');
    return await bakeImages(inputs, effects);
  }
  const { environment, log } = effects;
  const file = dockerfileOf(inputs, environment);
  const dockerfile = file !== undefined && inputs.context.kind === 'directory' ? readDockerfile(file, environment) : undefined;
  if (dockerfile !== undefined) refuseEmpty(dockerfile);
  for (const text of withoutEffectOnOne(inputs, dockerfile)) log.warning(text);
  const commit = await checkedOut(effects);
  const naming = namingOf(inputs, commit, effects.clock.now(), environment);
  for (const note of naming.notes) log.info(note);
  const plan = planBuild(inputs, environment, {
    file,
    labelled: dockerfile === undefined ? new Set() : ownLabels(dockerfile.content, reviewedBuild(inputs, environment)),
    commit,
    naming,
  });
  for (const secret of plan.secrets) maskLines(secretValue(secret, environment.variables), log.mask);
  return await inOwnDirectory(effects, (own) =>
    withLogin(inputs, plan, own, (loggedIn) => build({ inputs, plan, naming, dockerfile, effects: loggedIn })),
  );
}

/** The engine is asked first: what pushes and judges is loaded once it has answered, as a step without an engine needs none of it. */
async function build(asked: Omit<Job, 'engine'>): Promise<Result> {
  const { inputs, plan, effects } = asked;
  const [engine, registry] = await effects.log.group(
    plan.pushes ? 'Look at the engine and the registry' : 'Look at the engine',
    async () => {
      const chosen = await chooseEngine(inputs.engine, inputs.builder, effects);
      return [chosen, plan.pushes ? await lookAtRegistry(plan, chosen, inputs.retryFor, effects) : undefined] as const;
    },
  );
  const { buildAndPublish, buildOnly } = await import('./build.js');
  return registry ? buildAndPublish({ ...asked, engine }, registry) : buildOnly({ ...asked, engine });
}

async function lookAtRegistry(
  { tags, outputs }: BuildPlan,
  { insecureRegistries }: Engine,
  retryForMs: number,
  effects: BuildEffects,
): Promise<Registry> {
  const { lookUp, pushLimits, Registries } = await import('../../src/image/publish/registries.js');
  const { withAsked } = await import('../../src/image/registry/insecure.js');
  const registries = new Registries(effects, async () => withAsked(insecureRegistries, outputs.making, tags));
  const limits = pushLimits(retryForMs);
  return { registries, limits, destinations: await lookUp(tags, registries, limits, effects, outputs.byDigest) };
}
