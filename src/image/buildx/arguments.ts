import type { BuildPlan, Delivery } from '../build-plan.js';
import { commonArguments, contextArgument, csv, optional, repeated } from '../command-line.js';
import { formatReference } from '../reference.js';

/** Where buildx leaves its account of the build. */
export interface ResultFiles {
  readonly metadata: string;
  readonly imageId: string;
}

/**
 * The arguments of `buildx` for one build; each value is an argument of its own, so nothing in it can become a flag.
 * @param driver of the builder
 */
export function buildArguments(plan: BuildPlan, delivery: Delivery, driver: string, files: ResultFiles): string[] {
  return [
    'build',
    '--progress=rawjson',
    ...sharedArguments(plan),
    ...repeated('--metadata-file', [files.metadata]),
    ...(plan.outputs.some(isFiles) ? [] : repeated('--iidfile', [files.imageId])),
    // Names given here would be added to every output, also to what is pushed without a name.
    ...(delivery.to === 'nowhere' ? repeated('--tag', plan.tags.map(formatReference)) : []),
    ...repeated('--output', outputsOf(plan, delivery, driver)),
    contextArgument(plan),
  ];
}

/** Files have no image id, and buildx refuses to be asked for one. A path alone, or `-`, means files too (docs.docker.com/reference/cli/docker/buildx/build). */
const isFiles = (output: string): boolean => !output.includes('=') || /(^|,)"?type=(local|tar)\b/.test(output);

/** The arguments for one of the Dockerfile's other subcommands: `check`, `outline`, `targets`. */
export const callArguments = (plan: BuildPlan, call: string): string[] => [
  'build',
  '--progress=none',
  `--call=${call}`,
  ...sharedArguments(plan),
  contextArgument(plan),
];

function sharedArguments(plan: BuildPlan): string[] {
  return [
    `--provenance=${plan.provenance}`,
    ...optional('--builder', plan.builder),
    ...commonArguments(plan),
    ...repeated('--cache-from', plan.cacheFrom),
    ...repeated('--cache-to', plan.cacheTo),
    ...repeated('--no-cache-filter', plan.noCacheFilters),
    ...optional('--network', plan.network),
    ...repeated('--allow', plan.allow),
    ...(plan.sbom === 'false' ? [] : [`--sbom=${plan.sbom}`]),
    ...repeated('--attest', plan.attests),
    ...(plan.pull ? ['--pull'] : []),
  ];
}

/**
 * What buildx is to do with the result. Media types are always OCI's, so that one digest stands for the image wherever it goes.
 * @param making how the image is made, such as its compression
 */
export function outputsOf(
  plan: Pick<BuildPlan, 'tags' | 'outputs' | 'load' | 'sourceDateEpoch'>,
  delivery: Delivery,
  driver: string,
  making: Readonly<Record<string, string>> = {},
): string[] {
  const rewrite = { ...making, ...(plan.sourceDateEpoch === undefined ? {} : { 'rewrite-timestamp': 'true' }) };
  const image = { type: 'image', 'oci-mediatypes': 'true', ...rewrite };
  // The driver docker would convert what `type=docker` loads, and the loaded image would have another digest than the pushed one.
  const kept = driver === 'docker' ? image : { type: 'docker' };
  const names = plan.tags.map(formatReference).join(',');
  const asked = [...plan.outputs, ...(plan.load ? [csv({ ...kept, name: names })] : [])];
  switch (delivery.to) {
    case 'nowhere':
      return [...plan.outputs, ...(plan.load ? [csv(kept)] : [])];
    case 'digest': {
      const byDigest = { 'push-by-digest': 'true', 'name-canonical': 'true', push: 'true' };
      return [csv({ ...image, name: delivery.repositories.join(','), ...byDigest }), ...asked];
    }
    case 'tags':
      return [csv({ ...image, name: delivery.tags.map(formatReference).join(','), push: 'true' }), ...asked];
    case 'layout':
      return [csv({ type: 'oci', tar: 'false', dest: delivery.directory, ...rewrite }), ...asked];
  }
}
