import { UserError } from '../../kernel/errors.js';
import type { BuildPlan } from '../build-plan.js';
import { commonArguments, contextArgument, optional, repeated } from '../command-line.js';
import { formatReference } from '../reference.js';

/** Where buildah leaves the image, for the commands after the build: an image's id in a file, or a list of several platforms by its name. */
export type BuildahResult =
  | { readonly kind: 'image'; readonly idFile: string }
  | { readonly kind: 'list'; readonly name: string };

/**
 * The arguments of `buildah build`.
 * @throws UserError naming the inputs that only buildx has
 */
export function buildahArguments(plan: BuildPlan, result: BuildahResult): string[] {
  refuseBuildxOnly(plan);
  return [
    'build',
    '--format=oci',
    // With several platforms buildah 1.28 takes the layers of one for those of another.
    ...(result.kind === 'image' ? ['--layers', '--iidfile', result.idFile] : ['--manifest', result.name]),
    ...commonArguments(plan),
    ...optional('--network', plan.network === 'default' ? undefined : plan.network),
    ...optional('--timestamp', plan.sourceDateEpoch === undefined ? undefined : String(plan.sourceDateEpoch)),
    ...(plan.pull ? ['--pull=always'] : []),
    ...(plan.load && result.kind === 'image' ? repeated('--tag', plan.tags.map(formatReference)) : []),
    contextArgument(plan),
  ];
}

function refuseBuildxOnly(plan: BuildPlan): void {
  const given = {
    'cache-from': plan.cacheFrom.length > 0,
    'cache-to': plan.cacheTo.length > 0,
    'no-cache-filters': plan.noCacheFilters.length > 0,
    provenance: plan.provenance !== 'false',
    sbom: plan.sbom !== 'false',
    attests: plan.attests.length > 0,
    outputs: plan.outputs.others.length > 0,
    ...Object.fromEntries(Object.keys(plan.outputs.making).map((name) => [name, true])),
    allow: plan.allow.length > 0,
    builder: plan.builder !== undefined,
  };
  const names = Object.entries(given).flatMap(([name, isGiven]) => (isGiven ? [`\`${name}\``] : []));
  if (names.length === 0) return;
  throw new UserError(
    'buildah-lacks-feature',
    `buildah cannot honour ${names.join(', ')}: only buildx has ${names.length === 1 ? 'that' : 'those'}.\nLeave ${names.length === 1 ? 'it' : 'them'} out, or set \`engine: buildx\`.`,
  );
}
