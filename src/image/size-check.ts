import { UserError } from '../kernel/errors.js';
import type { ComparedImage } from './compared-image.js';
import type { BuildEffects } from './effects.js';
import { overBudget, type PlatformImage, platformImages, type SizeBudget } from './image-size.js';
import type { ImageContents } from './publish/publication.js';
import { contentsInRegistry } from './publish/publish.js';
import { type Destination, type Registries, SHORT_LIMITS } from './publish/registries.js';
import { repositoryName } from './reference.js';
import { RegistryOutOfReach } from './registry/out-of-reach.js';
import { RegistryRefusal } from './registry/refusal.js';
import type { Repository } from './registry/repository.js';

/** What an image weighs, and what the one before it did. */
export interface SizeReport {
  readonly now: readonly PlatformImage[];
  /** Undefined when there is nothing to compare with. */
  readonly before: readonly PlatformImage[] | undefined;
  /** What it is compared with, in words. */
  readonly comparedTo: string | undefined;
}

/** The image is larger than the budget allows; no tag has been moved. */
export class OverBudget extends UserError {
  readonly report: SizeReport;

  constructor(problems: readonly string[], { comparedTo, ...report }: SizeReport) {
    const comparison = comparedTo === undefined ? '' : `\nCompared with ${comparedTo}.`;
    super(
      'image-too-large',
      `${problems.join('\n')}${comparison}\nNo tag has been moved. Make the image smaller, or raise the limit.`,
    );
    this.report = { comparedTo, ...report };
  }
}

/**
 * Weighs an image and the one before it.
 * @throws OverBudget when it is too large
 */
export async function checkSize(
  contents: ImageContents,
  compareTo: ComparedImage | undefined,
  budget: SizeBudget,
  { destinations, registries, effects }: Comparison,
): Promise<SizeReport> {
  const now = await platformImages(contents);
  const former = await formerImage(contents, compareTo, { destinations, registries, effects });
  if (compareTo !== undefined && former === undefined) {
    effects.log.warning(
      `There is no ${nameOf(compareTo, destinations)} yet to compare the size with, so nothing is compared (input \`compare-to\`).`,
    );
  }
  const before = former === undefined ? undefined : await platformImages(former.contents);
  const report = { now, before, comparedTo: former?.name };
  const problems = overBudget(now, before ?? [], budget);
  if (problems.length > 0) throw new OverBudget(problems, report);
  return report;
}

/** In full, as it is looked for. */
function nameOf({ name, reference }: ComparedImage, [first]: readonly Destination[]): string {
  const repository = name === undefined ? first?.name : repositoryName(name);
  return `${repository}${reference.startsWith('sha256:') ? '@' : ':'}${reference}`;
}

/** Where the other image is looked for. */
export interface Comparison {
  readonly destinations: readonly Destination[];
  readonly registries: Registries;
  readonly effects: BuildEffects;
}

async function formerImage(
  contents: ImageContents,
  compareTo: ComparedImage | undefined,
  { destinations, registries, effects }: Comparison,
): Promise<{ readonly name: string; readonly contents: ImageContents } | undefined> {
  const { signal, log } = effects;
  const known = destinations.find(({ before }) => before.size > 0);
  const repository: Repository | undefined =
    compareTo?.name === undefined
      ? (compareTo === undefined ? known : destinations[0])?.repository
      : await registries.repository(compareTo.name, SHORT_LIMITS, 'pull');
  // By its digest: the engine may have moved the tag meanwhile.
  const [tag, stoodFor] = known?.before.entries().next().value ?? [];
  const reference = compareTo?.reference ?? stoodFor;
  if (repository === undefined || reference === undefined) return undefined;
  const separator = reference.startsWith('sha256:') ? '@' : ':';
  const name =
    compareTo === undefined
      ? `${repository.name}:${tag} as it stood before (${reference.slice(0, 19)})`
      : `${repository.name}${separator}${reference}`;
  try {
    const manifest = reference === contents.root.digest ? contents.root : await repository.manifest(reference, signal);
    return manifest && { name, contents: contentsInRegistry(manifest, repository, signal) };
  } catch (error) {
    // What was asked for must be there to be read; what was found by chance need not.
    if (compareTo !== undefined || !(error instanceof RegistryRefusal || error instanceof RegistryOutOfReach)) throw error;
    log.warning(`${name} can't be read, so the size is not compared: ${error.message.split('\n')[0]}`);
    return undefined;
  }
}
