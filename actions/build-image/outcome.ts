import type { BuildAccount } from '../../src/image/build-account.js';
import { BuildFailure } from '../../src/image/build-failure.js';
import type { BuildPlan } from '../../src/image/build-plan.js';
import type { BuiltImage, Engine } from '../../src/image/engine.js';
import type { Naming } from '../../src/image/names/naming.js';
import { inOrderOf } from '../../src/image/platforms/compare.js';
import type { PublishedImage } from '../../src/image/publish/publication.js';
import type { Destination } from '../../src/image/publish/registries.js';
import { formatReference, repositoryName } from '../../src/image/reference.js';
import { isAttestation, readManifest } from '../../src/image/registry/manifest.js';
import type { ReadDockerfile } from '../../src/image/review/review.js';
import { OverBudget, type SizeReport } from '../../src/image/size-check.js';
import type { Inputs, Outputs } from '../../src/kernel/define.js';
import type { StepResult } from '../../src/kernel/runtime.js';
import { type ImageReport, imageSummary } from '../../src/report/image-summary.js';
import type { buildImage as definition } from './action.js';
import type { Review } from './review.js';

type Given = Inputs<typeof definition>;
type Result = StepResult<typeof definition>;

export const EMPTY: Outputs<typeof definition> = {
  image: '',
  digest: '',
  tags: '',
  imageid: '',
  'metadata-json': '',
  'size-bytes': '',
  platforms: '',
  'images-json': '',
  version: '',
  labels: '',
  annotations: '',
};
export const NOTHING_BUILT: BuildAccount = { steps: [], findings: [], durationMs: 0 };

/** What all ends of a step tell. */
export interface Context {
  readonly inputs: Given;
  readonly plan: BuildPlan;
  readonly engine: Engine;
  readonly review: Review;
  readonly naming: Naming;
  readonly dockerfile: ReadDockerfile | undefined;
}

/** The image is in its registries, under all its tags. */
export function published(
  { built, digest, contents }: PublishedImage,
  size: SizeReport | undefined,
  destinations: readonly Destination[],
  context: Context,
): Result {
  const entry = describeImage('', { built, digest, contents }, size, destinations, context.plan);
  return {
    outputs: { ...publishedOutputs([entry], built.metadata), ...said(context) },
    ...summaryOf({ account: built.account, image: entry.image, size, provenance: provenanceIn(contents) }, context),
  };
}

/** One image as `images-json` tells it. */
export interface PublishedEntry {
  /** Of the bake or Compose file; empty for an image of a Dockerfile alone. */
  readonly target: string;
  readonly image: string;
  readonly digest: string;
  readonly tags: readonly string[];
  readonly imageid: string;
  /** Of the largest platform; null when the registry can't be asked. */
  readonly 'size-bytes': number | null;
  readonly platforms: readonly string[];
}

export function describeImage(
  target: string,
  { built, digest }: PublishedImage,
  size: SizeReport | undefined,
  destinations: readonly Destination[],
  plan: Pick<BuildPlan, 'tags' | 'platforms' | 'outputs'>,
): PublishedEntry {
  const named = (size?.now ?? []).map(({ platform }) => platform).filter((platform) => platform !== '');
  return {
    target,
    image: `${destinations[0]?.name}@${digest}`,
    digest,
    tags: plan.outputs.byDigest ? [] : plan.tags.map(formatReference),
    imageid: built.imageId,
    'size-bytes': size === undefined ? null : Math.max(0, ...size.now.map(({ bytes }) => bytes)),
    platforms: named.length > 0 ? inOrderOf(plan.platforms, named) : plan.platforms,
  };
}

/** What is said of a single image is empty when there are several, but for the tags. */
export function publishedOutputs(entries: readonly PublishedEntry[], metadata: unknown): Outputs<typeof definition> {
  const [first, ...others] = entries;
  const only = others.length === 0 ? first : undefined;
  return {
    ...EMPTY,
    image: only?.image ?? '',
    digest: only?.digest ?? '',
    tags: entries.flatMap(({ tags }) => tags).join('\n'),
    imageid: only?.imageid ?? '',
    'metadata-json': JSON.stringify(metadata),
    'size-bytes': String(only?.['size-bytes'] ?? ''),
    platforms: (only?.platforms ?? []).join('\n'),
    'images-json': JSON.stringify(entries),
  };
}

/** The image is in the engine, or where `outputs` says. */
export const builtOnly = (built: BuiltImage, context: Context): Result => ({
  outputs: {
    ...EMPTY,
    tags: context.plan.tags.map(formatReference).join('\n'),
    imageid: built.imageId,
    'metadata-json': JSON.stringify(built.metadata),
    ...said(context),
  },
  ...summaryOf({ account: built.account }, context),
});

/** What other steps may say of the same image; annotations in the form that docker/metadata-action gives them. */
const said = ({ plan, naming, inputs }: Context) => ({
  version: inputs.tags?.kind === 'names' ? '' : (naming.version ?? ''),
  labels: plan.labels.join('\n'),
  annotations: [...plan.labels.map((label) => `manifest:${label}`), ...plan.annotations].join('\n'),
});

/** The engine was only asked. */
export const nothingBuilt = (): Result => ({ outputs: EMPTY });

/** There is no image, or one that nobody is to have. */
export function failed(failure: BuildFailure | OverBudget, context: Context): Result {
  const account = failure instanceof BuildFailure ? failure.account : NOTHING_BUILT;
  const size = failure instanceof OverBudget ? failure.report : undefined;
  return {
    outputs: EMPTY,
    failure: { code: failure.code, text: failure.message },
    ...summaryOf({ account, size, failure: failure.message }, context),
  };
}

function summaryOf(
  told: Pick<ImageReport, 'account'> & Partial<ImageReport>,
  { inputs, plan, engine, review, dockerfile }: Context,
): Pick<Result, 'summary'> {
  review.add(told.account.findings);
  if (!inputs.summary) return {};
  const [first] = plan.tags;
  const report: ImageReport = {
    name: first === undefined ? 'Image' : repositoryName(first),
    image: undefined,
    tags: plan.pushes && plan.outputs.byDigest ? [] : plan.tags.map(({ tag }) => tag),
    engine: engine.description,
    provenance: undefined,
    size: undefined,
    failure: undefined,
    rebuilt: {
      noCache: plan.noCache,
      noCacheFilters: plan.noCacheFilters,
      buildArgs: plan.buildArgs.map((one) => one.split('=')[0] ?? ''),
      dockerfile: dockerfile?.content,
    },
    ...told,
    findings: review.findings,
  };
  return { summary: imageSummary(report) };
}

/** Attestations of an index are manifests of their own. */
export function provenanceIn(contents: PublishedImage['contents']): string | undefined {
  if (contents === undefined) return undefined;
  const attested = (readManifest(contents.root).manifests ?? []).filter(isAttestation).length;
  return attested === 0
    ? undefined
    : `attached (${attested === 1 ? '1 attestation manifest' : `${attested} attestation manifests`})`;
}
