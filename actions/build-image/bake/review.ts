import { checkTargets } from '../../../src/image/bake/ask.js';
import { localContext } from '../../../src/image/bake/dockerfile.js';
import type { Finding } from '../../../src/image/build-account.js';
import type { Builder } from '../../../src/image/buildx/builder.js';
import type { BuildEffects } from '../../../src/image/effects.js';
import { refuseForeignStages } from '../../../src/image/platforms/foreign-stages.js';
import { hadolintSource, runHadolint } from '../../../src/image/review/hadolint.js';
import { refuseEmpty, refuseFindings, refuseSecrets, reviewByRules, show } from '../../../src/image/review/review.js';
import type { Inputs } from '../../../src/kernel/define.js';
import type { buildImage as definition } from '../action.js';
import type { Review } from '../review.js';
import { unknownStages } from '../without-effect.js';
import { reviewComposeFiles } from './compose.js';
import { type PlannedBake, type PlannedContext, reviewedTarget } from './plan.js';

type Given = Pick<
  Inputs<typeof definition>,
  'file' | 'review' | 'reviewIgnore' | 'hadolint' | 'hadolintMirror' | 'noCacheFilters'
>;

/**
 * Looks through the Dockerfiles of all targets before anything is built; a Dockerfile that several targets share is told once.
 * @throws UserError when a secret stands in one, when one ships files for another platform, or when something was found and `review` is fail
 */
export async function reviewTargets(inputs: Given, plan: PlannedBake, builder: Builder, effects: BuildEffects): Promise<Review> {
  const { reviewIgnore: ignored = [] } = inputs;
  const findings: Finding[] = [];
  const add = (more: readonly Finding[]) => {
    if (inputs.review === 'off') return;
    const known = new Set(findings.map(key));
    const fresh = more.filter((finding) => !known.has(key(finding)) && known.add(key(finding)));
    findings.push(...show(fresh, ignored, effects.log));
  };
  const all = [...plan.targets, ...plan.contexts];
  const read = all.flatMap(({ dockerfile: one }) => (one.kind === 'file' || one.kind === 'inline' ? [one.read] : []));
  // A stage may be in a Dockerfile that is not here.
  if (read.length === all.length) for (const text of unknownStages(inputs.noCacheFilters ?? [], read)) effects.log.warning(text);
  for (const { name, dockerfile, target } of all) {
    if (dockerfile.kind === 'file' || dockerfile.kind === 'inline') {
      refuseEmpty(dockerfile.read);
      refuseSecrets(dockerfile.read, reviewedTarget(target), ignored, effects.log);
    } else
      effects.log.info(`Target ${name}: its Dockerfile is fetched by the engine, and only the engine's checks look through it.`);
  }
  for (const { dockerfile, target, ...asked } of plan.targets) {
    if (dockerfile.kind !== 'file' && dockerfile.kind !== 'inline') continue;
    const { load, ignoredRules } = plan;
    const platforms = target.platforms ?? [];
    const built = { ...asked, pushes: asked.publishes, load, ignoredRules, platforms };
    refuseForeignStages(dockerfile.read, reviewedTarget(target), built);
  }
  if (inputs.review === 'off') return { findings, add };

  add(await reviewComposeFiles(inputs, plan.directory, effects.environment));
  for (const target of [...plan.targets, ...plan.contexts]) add(byRules(target, plan.directory, effects.clock.now()));
  if (inputs.hadolint) await lint(inputs.hadolintMirror, plan, add, effects);
  if (inputs.review === 'fail') {
    add(await checkTargets(builder, plan, effects));
    refuseFindings(findings);
  }
  return { findings, add };
}

const key = ({ rule, file, line }: Finding): string => `${rule} ${file}:${line}`;

function byRules({ dockerfile, target }: PlannedContext, directory: string, nowMs: number): Finding[] {
  if (dockerfile.kind !== 'file' && dockerfile.kind !== 'inline') return [];
  const context = localContext(target, directory);
  const findings = reviewByRules(dockerfile.read, reviewedTarget(target), { nowMs, context });
  // Lines of a text within a file are no lines of that file.
  return dockerfile.kind === 'file' ? findings : findings.map((finding) => ({ ...finding, line: undefined }));
}

async function lint(mirror: string, plan: PlannedBake, add: Review['add'], effects: BuildEffects): Promise<void> {
  const files = [...plan.targets, ...plan.contexts].flatMap(({ dockerfile }) =>
    dockerfile.kind === 'file' ? [dockerfile.read] : [],
  );
  const once = new Map(files.map((file) => [file.path, file.shownAs]));
  for (const [path, shownAs] of once) {
    const findings = await runHadolint(path, hadolintSource(mirror), effects);
    add(findings.map((finding) => ({ ...finding, file: shownAs })));
  }
}
