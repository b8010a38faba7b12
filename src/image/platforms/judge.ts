import { UserError } from '../../kernel/errors.js';
import type { BuildAccount } from '../build-account.js';
import { ImageRefused } from '../build-failure.js';
import type { BuildPlan } from '../build-plan.js';
import type { BuildEffects } from '../effects.js';
import type { ImageContents, ImageToPublish } from '../publish/publication.js';
import { WRONG_PLATFORM } from './compare.js';
import { refuseForeignBases } from './foreign-bases.js';
import { contentsByPlatform, requirePlatforms } from './require-platforms.js';

/** What is known of one image that was built. */
export interface Judged {
  /** Platforms that were asked for; none: that of the engine. */
  readonly asked: readonly string[];
  readonly account: BuildAccount;
  /** Undefined when the image cannot be looked at from here. */
  readonly contents: ImageContents | undefined;
  /** Whether a stage that ships is built for the builder's platform, whatever is asked for. */
  readonly ofBuilder: boolean;
}

/** Whether an image may turn out to be for another platform than it says; a single one of plain stages is looked at by BuildKit. */
export function whenJudged(
  { platforms, buildContexts }: Pick<BuildPlan, 'platforms' | 'buildContexts'>,
  ofBuilder: boolean,
): ImageToPublish['judged'] {
  if (platforms.length > 1) return 'first';
  const mayBeForeign = ofBuilder || buildContexts.some((context) => context.includes('=docker-image:'));
  return platforms.length === 1 && mayBeForeign ? 'where possible' : 'not';
}

/**
 * Whether each platform that was asked for is there, with files of its own.
 * @param ignoredRules checks that are passed over
 * @throws ImageRefused when not
 */
export async function judgePlatforms(
  { asked, account, contents, ofBuilder }: Judged,
  ignoredRules: readonly string[],
  effects: BuildEffects,
): Promise<void> {
  const isPlain = asked.length === 1 && !ofBuilder;
  const bases = (account.bases ?? []).filter(
    ({ ofStage, platform }) => !(ofStage && platform === undefined && (isPlain || asked.length === 0)),
  );
  if (asked.length === 0 && bases.length === 0) return;
  try {
    const built = contents === undefined ? [] : await contentsByPlatform(contents);
    if (built.length > 0) requirePlatforms(asked, built);
    if (!ignoredRules.includes(WRONG_PLATFORM)) await refuseForeignBases(bases, { asked, built, ofBuilder }, effects);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new ImageRefused({ code: error.code, text: error.message }, account, false);
  }
}
