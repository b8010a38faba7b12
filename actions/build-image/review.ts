import type { Finding } from '../../src/image/build-account.js';
import type { BuildPlan } from '../../src/image/build-plan.js';
import type { BuildEffects } from '../../src/image/effects.js';
import type { Engine } from '../../src/image/engine.js';
import { refuseForeignStages } from '../../src/image/platforms/foreign-stages.js';
import { hadolintSource, runHadolint } from '../../src/image/review/hadolint.js';
import { type ReadDockerfile, refuseFindings, refuseSecrets, reviewByRules, show } from '../../src/image/review/review.js';
import { type ReviewedBuild, StageGraph } from '../../src/image/review/stages.js';
import { unusedArguments } from '../../src/image/review/unused-arguments.js';
import type { Inputs } from '../../src/kernel/define.js';
import type { Environment } from '../../src/kernel/environment.js';
import { UserError } from '../../src/kernel/errors.js';
import { nearest } from '../../src/kernel/nearest.js';
import type { buildImage as definition } from './action.js';

type Given = Pick<
  Inputs<typeof definition>,
  'context' | 'review' | 'reviewIgnore' | 'hadolint' | 'hadolintMirror' | 'target' | 'buildArgs' | 'buildContexts'
>;

/** What the inputs say of how a Dockerfile is to be read. A name alone in `build-args` takes its value from the environment. */
export const reviewedBuild = (
  { target, buildArgs = [], buildContexts = [] }: Pick<Given, 'target' | 'buildArgs' | 'buildContexts'>,
  { variables }: Environment,
): ReviewedBuild => ({
  target,
  buildArgs: buildArgs.flatMap((text) => {
    if (text.includes('=')) return [text];
    const value = variables[text];
    return value === undefined ? [] : [`${text}=${value}`];
  }),
  contexts: buildContexts.map((text) => text.split('=')[0] ?? ''),
});

/** What is found in a Dockerfile, and where that is shown. */
export interface Review {
  /** Shown so far. */
  readonly findings: readonly Finding[];
  /** Takes what the engine found while it built. */
  add(findings: readonly Finding[]): void;
}

/** @throws UserError naming the stages that there are */
function refuseUnknownTarget({ content, shownAs }: ReadDockerfile, build: ReviewedBuild): void {
  const names = content.stages.flatMap(({ name }) => name ?? []);
  if (build.target === undefined || content.stages.length === 0 || new StageGraph(content, build).hasTarget()) return;
  const meant = nearest(build.target, names);
  const known = names.length === 0 ? 'none of its stages has a name' : `it has ${names.join(', ')}`;
  throw new UserError(
    'build-stage-missing',
    `Input \`target\`: ${shownAs} has no stage "${build.target}"; ${known}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
  );
}

/**
 * Looks through the Dockerfile before anything is built. A Dockerfile that is not here is left to the engine's checks.
 * @throws UserError when a secret stands in it, when it ships files for another platform, or when something was found and `review` is fail
 */
export async function reviewBefore(
  inputs: Given,
  dockerfile: ReadDockerfile | undefined,
  plan: BuildPlan,
  engine: Engine,
  effects: BuildEffects,
): Promise<Review> {
  const { reviewIgnore: ignored = [] } = inputs;
  const findings: Finding[] = [];
  const here = (finding: Finding) => ({ ...finding, file: dockerfile?.shownAs ?? finding.file });
  const add = (more: readonly Finding[]) => {
    if (inputs.review === 'off') return;
    const known = new Set(findings.map(({ rule, line }) => `${rule} ${line}`));
    const fresh = more.map(here).filter(({ rule, line }) => !known.has(`${rule} ${line}`));
    findings.push(...show(fresh, ignored, effects.log));
  };
  if (dockerfile !== undefined) {
    const build = reviewedBuild(inputs, effects.environment);
    refuseSecrets(dockerfile, build, ignored, effects.log);
    refuseForeignStages(dockerfile, build, plan);
    refuseUnknownTarget(dockerfile, build);
  } else {
    effects.log.info('The Dockerfile is fetched by the engine: only the checks of the engine look through it.');
  }
  if (inputs.review === 'off') return { findings, add };

  if (dockerfile !== undefined) {
    const context = inputs.context.kind === 'directory' ? inputs.context.path : undefined;
    const build = reviewedBuild(inputs, effects.environment);
    add(reviewByRules(dockerfile, build, { nowMs: effects.clock.now(), context }));
    add(unusedArguments(dockerfile.content, build.buildArgs).map((finding) => ({ ...finding, file: dockerfile.shownAs })));
    if (inputs.hadolint) add(await runHadolint(dockerfile.path, hadolintSource(inputs.hadolintMirror), effects));
  }
  if (inputs.review === 'fail') {
    add(await engine.check(plan));
    refuseFindings(findings);
  }
  return { findings, add };
}
