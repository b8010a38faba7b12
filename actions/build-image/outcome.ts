import type { Inputs, Outputs } from '../../src/action/define.js';
import type { StepResult } from '../../src/action/runtime.js';
import type { BuildAccount } from '../../src/image/build-account.js';
import { BuildFailure } from '../../src/image/build-failure.js';
import type { BuildPlan } from '../../src/image/build-plan.js';
import type { BuiltImage, Engine } from '../../src/image/engine.js';
import type { PublishedImage } from '../../src/image/publish/publication.js';
import type { Destination } from '../../src/image/publish/registries.js';
import { formatReference, repositoryName } from '../../src/image/reference.js';
import { isAttestation, readManifest } from '../../src/image/registry/manifest.js';
import { OverBudget, type SizeReport } from '../../src/image/size-check.js';
import { type ImageReport, imageSummary } from '../../src/report/image-summary.js';
import type { buildImage as definition } from './action.js';
import type { Review } from './review.js';

type Given = Inputs<typeof definition>;
type Result = StepResult<typeof definition>;

const EMPTY: Outputs<typeof definition> = {
  image: '',
  digest: '',
  tags: '',
  imageid: '',
  'metadata-json': '',
  'size-bytes': '',
  platforms: '',
};
const NOTHING_BUILT: BuildAccount = { steps: [], findings: [], durationMs: 0 };

/** What all ends of a step tell. */
export interface Context {
  readonly inputs: Given;
  readonly plan: BuildPlan;
  readonly engine: Engine;
  readonly review: Review;
}

/** The image is in its registries, under all its tags. */
export function published(
  { built, digest, contents }: PublishedImage,
  size: SizeReport | undefined,
  destinations: readonly Destination[],
  context: Context,
): Result {
  const { plan } = context;
  const name = `${destinations[0]?.name}@${digest}`;
  const platforms = (size?.now ?? []).map(({ platform }) => platform).filter((platform) => platform !== '');
  return {
    outputs: {
      image: name,
      digest,
      tags: plan.tags.map(formatReference).join('\n'),
      imageid: built.imageId,
      'metadata-json': JSON.stringify(built.metadata),
      'size-bytes': size === undefined ? '' : String(Math.max(0, ...size.now.map(({ bytes }) => bytes))),
      platforms: (platforms.length > 0 ? platforms : plan.platforms).join('\n'),
    },
    ...summaryOf({ account: built.account, image: name, size, provenance: provenanceIn(contents) }, context),
  };
}

/** The image is in the engine, or where `outputs` says. */
export const builtOnly = (built: BuiltImage, context: Context): Result => ({
  outputs: {
    ...EMPTY,
    tags: context.plan.tags.map(formatReference).join('\n'),
    imageid: built.imageId,
    'metadata-json': JSON.stringify(built.metadata),
  },
  ...summaryOf({ account: built.account }, context),
});

/** The engine was only asked. */
export const nothingBuilt = (): Result => ({ outputs: EMPTY });

/** There is no image, or one that nobody is to have. */
export function failed(failure: BuildFailure | OverBudget, context: Context): Result {
  const account = failure instanceof BuildFailure ? failure.account : NOTHING_BUILT;
  const size = failure instanceof OverBudget ? failure.report : undefined;
  return { outputs: EMPTY, failure: failure.message, ...summaryOf({ account, size, failure: failure.message }, context) };
}

function summaryOf(
  told: Pick<ImageReport, 'account'> & Partial<ImageReport>,
  { inputs, plan, engine, review }: Context,
): Pick<Result, 'summary'> {
  review.add(told.account.findings);
  if (!inputs.summary) return {};
  const [first] = plan.tags;
  const report: ImageReport = {
    name: first === undefined ? 'Image' : repositoryName(first),
    image: undefined,
    tags: plan.tags.map(({ tag }) => tag),
    engine: engine.description,
    provenance: undefined,
    size: undefined,
    failure: undefined,
    ...told,
    findings: review.findings,
  };
  return { summary: imageSummary(report) };
}

/** Attestations of an index are manifests of their own. */
function provenanceIn(contents: PublishedImage['contents']): string | undefined {
  if (contents === undefined) return undefined;
  const attested = (readManifest(contents.root).manifests ?? []).filter(isAttestation).length;
  return attested === 0
    ? undefined
    : `attached (${attested === 1 ? '1 attestation manifest' : `${attested} attestation manifests`})`;
}
