import { formatAttributes, readAttributes } from '../bake/attributes.js';
import type { BuildPlan, Delivery } from '../build-plan.js';
import { commonArguments, contextArgument, optional, repeated } from '../command-line.js';
import { csv } from '../csv-fields.js';
import { formatReference } from '../reference.js';
import type { Builder } from './builder.js';
import { isKeptByPush } from './loaded.js';

/** Where buildx leaves its account of the build. */
export interface ResultFiles {
  readonly metadata: string;
  readonly imageId: string;
}

/** The arguments of `buildx` for one build; each value is an argument of its own, so nothing in it can become a flag. */
export function buildArguments(
  plan: BuildPlan,
  delivery: Delivery,
  builder: Pick<Builder, 'driver' | 'store'>,
  files: ResultFiles,
): string[] {
  return [
    'build',
    '--progress=rawjson',
    ...sharedArguments(plan),
    ...repeated('--metadata-file', [files.metadata]),
    ...(plan.outputs.others.some(isFiles) ? [] : repeated('--iidfile', [files.imageId])),
    // Names given here would be added to every output, also to what is pushed without a name.
    ...(delivery.to === 'nowhere' ? repeated('--tag', plan.tags.map(formatReference)) : []),
    ...repeated('--output', outputsOf(plan, delivery, builder)),
    contextArgument(plan),
  ];
}

/** Files have no image id, and buildx refuses to be asked for one. */
const isFiles = (output: string): boolean => /^(local|tar)$/.test(readAttributes(output).type ?? '');

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

/** What buildx is to do with the result. Media types are OCI's unless something else is asked for, so that one digest stands for the image wherever it goes. */
export function outputsOf(
  plan: Pick<BuildPlan, 'tags' | 'outputs' | 'load' | 'sourceDateEpoch'>,
  delivery: Delivery,
  builder: Pick<Builder, 'driver' | 'store'>,
): string[] {
  const { making, names, others } = plan.outputs;
  const rewrite = { ...making, ...(plan.sourceDateEpoch === undefined ? {} : { 'rewrite-timestamp': 'true' }) };
  const image = { type: 'image', 'oci-mediatypes': 'true', ...rewrite };
  // The driver docker would convert what `type=docker` loads, and the loaded image would have another digest than the pushed one.
  const kept = builder.driver === 'docker' ? image : { type: 'docker' };
  const isLoaded = plan.load || plan.outputs.loaded;
  if (delivery.to === 'nowhere') {
    const named = plan.tags.length === 0 && names.length > 0 ? { name: names.join(',') } : {};
    const images = plan.outputs.image ? [{ ...image, ...named }] : [];
    // An image that the driver docker makes is in the engine.
    const loads = isLoaded && !(builder.driver === 'docker' && images.length > 0) ? [{ ...kept, ...named }] : [];
    return [...others, ...[...images, ...loads].map(csv)];
  }
  const all = { name: plan.tags.map(formatReference).join(',') };
  const asked = [
    ...others.map((output) => (plan.outputs.byDigest ? output : withNames(output, all))),
    ...(isLoaded && !isKeptByPush(builder, delivery) ? [csv({ ...kept, ...all })] : []),
  ];
  switch (delivery.to) {
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

/** An archive of an image holds its names too, as it would beside buildx's own `--tag`. */
function withNames(output: string, names: { readonly name: string }): string {
  const attributes = readAttributes(output);
  return /^(oci|docker)$/.test(attributes.type ?? '') ? formatAttributes({ ...names, ...attributes }) : output;
}
