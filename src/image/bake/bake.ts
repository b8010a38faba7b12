import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BuildAccount } from '../build-account.js';
import { plainLine } from '../build-failure.js';
import type { Delivery } from '../build-plan.js';
import type { Builder } from '../buildx/builder.js';
import { isKeptByPush, nameLoaded } from '../buildx/loaded.js';
import { Progress } from '../buildx/progress.js';
import { runBuild } from '../buildx/run-build.js';
import { repeated } from '../command-line.js';
import type { BuildEffects } from '../effects.js';
import type { BuiltImage } from '../engine.js';
import { withoutCredentials } from '../written-credentials.js';
import { bakeCommand } from './command.js';
import type { BakeDefinition } from './definition.js';
import { explainBake } from './explain.js';
import { outputFields } from './outputs.js';
import type { BakePlan } from './plan.js';

/** The part of buildx's metadata file that later steps can use; provenance is left out for its size. */
interface TargetMetadata {
  readonly 'containerimage.digest'?: string;
  readonly 'containerimage.config.digest'?: string;
  readonly 'buildx.build.provenance'?: unknown;
}

/**
 * Builds all targets with one buildx process, and pushes where the deliveries say so.
 * @param deliveries one for each target
 * @returns one image for each target
 * @throws BuildFailure naming the target; the signal's reason once buildx and its pushes have ended
 */
export async function bake(
  builder: Builder,
  plan: BakePlan,
  deliveries: readonly Delivery[],
  effects: BuildEffects,
): Promise<readonly BuiltImage[]> {
  const { log, environment } = effects;
  const directory = await mkdtemp(join(environment.temporary, 'd9-bake-'));
  try {
    const metadataFile = join(directory, 'metadata.json');
    const written = deliveries.flatMap((delivery) => (delivery.to === 'layout' ? [dirname(delivery.directory)] : []));
    const args = [
      '--progress=rawjson',
      ...repeated('--metadata-file', [metadataFile]),
      ...repeated(
        '--allow',
        [...new Set(written)].map((path) => `fs.write=${path}`),
      ),
    ];
    const command = bakeCommand(builder, plan, delivered(plan, deliveries, builder), args, environment);
    log.info(`docker buildx ${plainLine(withoutCredentials(command.args.join(' ')))}`);
    const all = [...plan.targets, ...plan.contexts];
    const account = await runBuild(
      {
        builder,
        command,
        progress: new Progress((step) => all.find(({ name }) => step.startsWith(`[${name} `))?.shownAs),
        ignoredRules: plan.ignoredRules,
        onDigest: digestListener(deliveries),
        explain: explainBake,
      },
      effects,
    );
    for (const [index, { tags, outputs }] of plan.targets.entries()) {
      const delivery = deliveries[index];
      if (delivery?.to !== 'tags' || !(plan.load || outputs.loaded) || !isKeptByPush(builder, delivery)) continue;
      await nameLoaded(builder, delivery.tags, tags, effects);
    }
    const metadata = JSON.parse(await readFile(metadataFile, 'utf8')) as Readonly<Record<string, TargetMetadata>>;
    return plan.targets.map(({ name }) => readResult(name, metadata[name] ?? {}, account));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function delivered(plan: BakePlan, deliveries: readonly Delivery[], builder: Builder): BakeDefinition {
  const target = { ...plan.definition.target };
  for (const [index, one] of plan.targets.entries()) {
    const { load, sourceDateEpoch } = plan;
    const fields = outputFields({ ...one, load, sourceDateEpoch }, deliveries[index] ?? { to: 'nowhere' }, builder);
    target[one.name] = { ...target[one.name], ...fields };
  }
  return { target };
}

/** A digest does not say which image it is of; only one that is alone is pushed under its tags by the engine. */
function digestListener([first, ...others]: readonly Delivery[]): ((digest: string) => void) | undefined {
  return first?.to === 'tags' && others.length === 0 ? first.onDigest : undefined;
}

function readResult(target: string, found: TargetMetadata, account: BuildAccount): BuiltImage {
  const { 'buildx.build.provenance': _, ...metadata } = found;
  const digest = metadata['containerimage.digest'];
  // As `buildx build --iidfile` has it.
  const imageId = metadata['containerimage.config.digest'] ?? digest ?? '';
  return { digest, imageId, metadata, account: accountOf(target, account) };
}

/** Steps of a target carry its name: `[web build 2/5] RUN make`. */
const accountOf = (target: string, { steps, ...account }: BuildAccount): BuildAccount => ({
  ...account,
  steps: steps
    .filter(({ name }) => name.startsWith(`[${target} `))
    .map((step) => ({ ...step, name: `[${step.name.slice(target.length + 2)}` })),
});
