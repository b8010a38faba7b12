import { UserError } from '../../kernel/errors.js';
import { readAttributes } from '../bake/attributes.js';
import type { BuildPlan } from '../build-plan.js';
import { ALIASES } from '../platform.js';
import type { Stage } from '../review/dockerfile.js';
import type { ReadDockerfile } from '../review/review.js';
import { type ReviewedBuild, StageGraph } from '../review/stages.js';
import { sameMachine, serves, WRONG_PLATFORM, wrongPlatform } from './compare.js';

/** A stage whose files end in the image, and that is built for a platform of its own. */
interface Pinned {
  readonly stage: Stage;
  /** As it is written, such as `$BUILDPLATFORM`. */
  readonly written: string;
  /** Undefined where it is the builder's, which is not known here. */
  readonly platform: string | undefined;
  readonly asked: string;
}

/**
 * Stages that ship and say `--platform` themselves: BuildKit takes their base image for that platform, and writes the one that was asked for into the image
 * all the same (moby/buildkit, dockerfile2llb). BuildKit's own checks say nothing of `$BUILDPLATFORM`.
 * @param asked platforms that were asked for
 * @returns a line for each stage whose files can't be for all of them
 */
export function foreignStages({ content, shownAs }: ReadDockerfile, build: ReviewedBuild, asked: readonly string[]): string[] {
  const pinned = asked.filter((platform) => platform !== 'local').flatMap((platform) => pinnedStages(content, build, platform));
  return [...Map.groupBy(pinned, ({ stage }) => stage.line).values()].flatMap((uses) => {
    const [first] = uses as [Pinned, ...Pinned[]];
    const foreign = uses.filter(({ platform, asked: one }) => platform !== undefined && !serves(platform, one));
    const machines = uses.filter(({ platform, asked: one }) => platform === undefined && !sameMachine(one, first.asked));
    const wrong = foreign.length > 0 ? foreign : machines.length > 0 ? uses : [];
    if (wrong.length === 0) return [];
    const ofBuilder = foreign.length === 0 ? ', which is the builder’s' : '';
    return [
      `${shownAs}:${first.stage.line}  The image is built on ${first.stage.base} for --platform=${first.written}${ofBuilder}, whatever is asked for: ${wrong.map((one) => one.asked).join(', ')}.`,
    ];
  });
}

/** What the result of a build is to be. */
type Asked = Pick<BuildPlan, 'platforms' | 'pushes' | 'load' | 'outputs' | 'ignoredRules'>;

/** @throws UserError when an image would claim a platform that its files are not for, by what the Dockerfile says */
export function refuseForeignStages(dockerfile: ReadDockerfile, build: ReviewedBuild, asked: Asked): void {
  if (asked.ignoredRules.includes(WRONG_PLATFORM) || exportsFilesAlone(asked)) return;
  const found = foreignStages(dockerfile, build, asked.platforms);
  if (found.length > 0) {
    throw new UserError(
      'image-of-wrong-platform',
      wrongPlatform(
        found,
        'Nothing has been built. Leave `--platform` out of the FROM that ships; a stage that only compiles may keep it, and what it makes is copied from there.',
      ),
    );
  }
}

/** Files in a directory claim no platform, nor does what stays in the cache. */
const exportsFilesAlone = ({ pushes, load, outputs: { image, others } }: Asked): boolean =>
  !pushes &&
  !load &&
  !image &&
  others.length > 0 &&
  others.every((one) => /^(local|tar|cacheonly)$/.test(readAttributes(one).type ?? ''));

/** Whether a stage that ships takes the builder's platform: whether that is the right one, only its layers tell. */
export const dependsOnBuilder = ({ content }: ReadDockerfile, build: ReviewedBuild, asked: readonly string[]): boolean =>
  asked.some((platform) => pinnedStages(content, build, platform).some((pinned) => pinned.platform === undefined));

function pinnedStages(dockerfile: ReadDockerfile['content'], build: ReviewedBuild, asked: string): Pinned[] {
  const graph = new StageGraph(dockerfile, build, asked);
  return graph.chains().flatMap((chain) => {
    // What a stage is built on decides; a stage on top of another one has the files of that.
    const stage = chain.at(-1);
    const written = stage?.flags.find(([name]) => name === 'platform')?.[1];
    if (stage === undefined || written === undefined || graph.baseOf(stage).kind !== 'image') return [];
    const text = graph.expand(written);
    if (text === '') return [];
    return [{ stage, written, platform: text.includes('$') ? undefined : spelled(text), asked }];
  });
}

/** BuildKit takes an architecture alone for one of Linux, and other names of it (github.com/containerd/platforms, Parse). */
function spelled(text: string): string {
  const [os = '', architecture, ...variant] = (text.includes('/') ? text : `linux/${text}`).toLowerCase().split('/');
  return [os, ALIASES[architecture ?? ''] ?? architecture, ...variant].join('/');
}
