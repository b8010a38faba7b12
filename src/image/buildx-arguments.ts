import { formatReference, type ImageReference } from './reference.js';

/** What is to be built; paths are absolute. */
export interface BuildPlan {
  readonly context: string;
  readonly file: string;
  readonly target: string | undefined;
  readonly platforms: readonly string[];
  /** `NAME=value`, or `NAME` to take the value from the environment of buildx. */
  readonly buildArgs: readonly string[];
  readonly labels: readonly string[];
  readonly tags: readonly ImageReference[];
  readonly push: boolean;
  readonly load: boolean;
  readonly provenance: string;
  readonly noCache: boolean;
  readonly pull: boolean;
}

/** Where buildx leaves its account of the build. */
export interface ResultFiles {
  readonly metadata: string;
  readonly imageId: string;
}

/** The arguments of `buildx` for one build; each value is an argument of its own, so nothing in it can become a flag. */
export function buildArguments(plan: BuildPlan, files: ResultFiles): string[] {
  const repeated = (flag: string, values: readonly string[]) => values.flatMap((value) => [flag, value]);
  return [
    'build',
    '--progress=plain',
    `--provenance=${plan.provenance}`,
    ...repeated('--file', [plan.file]),
    ...repeated('--metadata-file', [files.metadata]),
    ...repeated('--iidfile', [files.imageId]),
    ...(plan.target === undefined ? [] : ['--target', plan.target]),
    ...(plan.platforms.length === 0 ? [] : ['--platform', plan.platforms.join(',')]),
    ...repeated('--build-arg', plan.buildArgs),
    ...repeated('--label', plan.labels),
    ...repeated('--tag', plan.tags.map(formatReference)),
    ...(plan.push ? ['--push'] : []),
    ...(plan.load ? ['--load'] : []),
    ...(plan.noCache ? ['--no-cache'] : []),
    ...(plan.pull ? ['--pull'] : []),
    plan.context,
  ];
}

/** The same arguments for the log: values of build arguments are left out, because people do put secrets there. */
export function readableArguments(args: readonly string[]): string {
  return args.map((argument, index) => (args[index - 1] === '--build-arg' ? argument.replace(/=.*/s, '=…') : argument)).join(' ');
}
