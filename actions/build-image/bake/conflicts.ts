import { isBakeFile } from '../../../src/image/bake/bake-file.js';
import type { BuildContext } from '../../../src/image/build-plan.js';
import type { ComparedImage } from '../../../src/image/compared-image.js';
import type { NamedFile } from '../../../src/image/inputs.js';
import type { AskedTags } from '../../../src/image/names/naming.js';

/** The inputs that mean something else, or nothing, when several images are built. */
export interface GivenForBake {
  readonly context?: BuildContext;
  readonly file?: readonly NamedFile[] | undefined;
  readonly targets?: readonly string[] | undefined;
  readonly target?: string | undefined;
  readonly tags?: AskedTags | undefined;
  readonly outputs?: readonly string[] | undefined;
  readonly 'cgroup-parent'?: string | undefined;
  readonly engine?: string;
  readonly 'compare-to'?: ComparedImage | undefined;
}

/** Whether a bake or Compose file is to be built: one is named, or targets are. */
export const asksForBake = ({ file = [], targets }: Pick<GivenForBake, 'file' | 'targets'>): boolean =>
  targets !== undefined || file.some(({ given, path }) => isBakeFile(given, path));

/** What contradicts a bake or Compose file. @returns one text per problem */
export function bakeConflicts(given: GivenForBake): string[] {
  return [...dockerfiles(given), ...ofOneImage(given), ...elsewhere(given)];
}

const dockerfiles = ({ file = [], targets }: GivenForBake): string[] =>
  file.flatMap(({ given, path, problem }) => {
    if (problem !== undefined) return [`Input \`file\`: ${problem}.`];
    if (isBakeFile(given, path)) return [];
    const why = targets === undefined ? 'the others are bake or Compose files' : '`targets` are those of a bake or Compose file';
    return [`Input \`file\`: "${given}" is no bake or Compose file (.hcl, .json, .yml, .yaml), and ${why}.${stage(targets)}`];
  });

const stage = (targets: readonly string[] | undefined): string =>
  targets === undefined ? '' : ' A stage of a Dockerfile is named with `target`.';

const OF_ONE_IMAGE = ['target', 'tags', 'outputs', 'cgroup-parent'] as const;

function ofOneImage(given: GivenForBake): string[] {
  // Rules are for the targets that have no tags of their own.
  const ofOne = { ...given, tags: given.tags?.kind === 'rules' ? undefined : given.tags };
  const named = OF_ONE_IMAGE.filter((input) => ofOne[input] !== undefined).map((input) => `\`${input}\``);
  if (named.length === 0) return [];
  return [
    `Input${named.length === 1 ? '' : 's'} ${named.join(', ')}: a bake or Compose file says that for each of its images. Write it there, or leave ${named.length === 1 ? 'it' : 'them'} out.`,
  ];
}

const elsewhere = ({ context, engine, 'compare-to': compareTo }: GivenForBake): string[] => [
  ...(context?.kind === 'remote'
    ? [
        'Input `context`: bake and Compose files are read in the workspace, so it must be a directory. Targets may have a context of their own.',
      ]
    : []),
  ...(engine === 'buildah'
    ? ['Input `engine`: bake and Compose files need buildx; buildah builds from a Dockerfile alone.']
    : []),
  ...(compareTo !== undefined && (compareTo.name !== undefined || compareTo.reference.startsWith('sha256:'))
    ? ['Input `compare-to`: each image is compared with one of its own repository, so only a tag has a meaning for all of them.']
    : []),
];
