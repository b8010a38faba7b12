import { parseReference } from '../reference.js';
import type { RuleFinding } from './rule-finding.js';
import type { StageGraph } from './stages.js';

/** An image of a registry that is built on, or copied from. */
export interface UsedImage {
  readonly image: string;
  /** For people: without what `build-args` give, which may be a secret. */
  readonly shown: string;
  readonly line: number;
}

/** The images that what is built takes from registries, in the order of the file. */
export const usedImages = (graph: StageGraph): UsedImage[] =>
  graph.dockerfile.stages
    .filter((stage) => graph.built().has(stage))
    .flatMap((stage) => {
      const base = graph.baseOf(stage);
      const own = base.kind === 'image' ? [{ image: base.image, shown: base.shown, line: stage.line }] : [];
      const copied = stage.instructions.flatMap((one) =>
        graph.copiedImages(stage, one).map((image) => ({ image, shown: image, line: one.line })),
      );
      return [...own, ...copied];
    });

/** Whether a text can be the name of an image at all; with a variable of the platform in it nobody knows. */
export function isImage(image: string): boolean {
  if (image.includes('$')) return true;
  const [name = ''] = image.split('@');
  try {
    parseReference(name);
    return true;
  } catch {
    return false;
  }
}

/** A FROM that can't be one, most often by a build argument that is empty, or that holds two. */
export const impossibleImages = (images: readonly UsedImage[]): RuleFinding[] =>
  images
    .filter(({ image }) => !isImage(image))
    .map(({ shown, line }) => ({
      rule: 'BaseImageInvalid',
      text: `${shown} gives no name of an image with the values of its ARGs: one of them is empty, or has characters that a name can't have. Each build argument stands in a line of its own.`,
      line,
    }));
