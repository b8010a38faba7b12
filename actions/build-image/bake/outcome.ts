import type { BuildAccount } from '../../../src/image/build-account.js';
import { BuildFailure } from '../../../src/image/build-failure.js';
import type { BuiltImage, Engine } from '../../../src/image/engine.js';
import type { PublishedImage } from '../../../src/image/publish/publication.js';
import type { Destination } from '../../../src/image/publish/registries.js';
import { formatReference } from '../../../src/image/reference.js';
import { OverBudget, type SizeReport } from '../../../src/image/size-check.js';
import type { Inputs } from '../../../src/kernel/define.js';
import type { StepResult } from '../../../src/kernel/runtime.js';
import { type ImageReport, imageSummary } from '../../../src/report/image-summary.js';
import type { buildImage as definition } from '../action.js';
import { describeImage, EMPTY, NOTHING_BUILT, provenanceIn, publishedOutputs } from '../outcome.js';
import type { Review } from '../review.js';
import type { PlannedBake, PlannedTarget } from './plan.js';

type Result = StepResult<typeof definition>;

/** What all ends of a step tell. */
export interface BakeContext {
  readonly inputs: Inputs<typeof definition>;
  readonly plan: PlannedBake;
  readonly engine: Engine;
  readonly review: Review;
}

/** A target whose image is in its registries, under all its tags. */
export interface PublishedTarget {
  readonly target: PlannedTarget;
  readonly image: PublishedImage;
  readonly size: SizeReport | undefined;
  readonly destinations: readonly Destination[];
}

/** @param others targets that were built and not published */
export function bakedAndPublished(
  published: readonly PublishedTarget[],
  others: readonly BuiltTarget[],
  context: BakeContext,
): Result {
  const entries = published.map(({ target, image, size, destinations }) => {
    const plan = { tags: target.tags, platforms: target.target.platforms ?? [], outputs: target.outputs };
    return describeImage(target.name, image, size, destinations, plan);
  });
  const all = [...published.map(({ target, image }) => ({ target, built: image.built })), ...others];
  const reports = published.map(({ target, image, size }, index) => ({
    ...reportOf(target, image.built.account, context),
    image: entries[index]?.image,
    provenance: provenanceIn(image.contents),
    size,
  }));
  return {
    outputs: publishedOutputs(entries, metadataOf(all)),
    ...summaryOf([...reports, ...others.map((one) => builtReport(one, context))], context),
  };
}

/** A target whose image is in the engine, or where the file says. */
export interface BuiltTarget {
  readonly target: PlannedTarget;
  readonly built: BuiltImage;
}

export const bakedOnly = (targets: readonly BuiltTarget[], context: BakeContext): Result => ({
  outputs: {
    ...EMPTY,
    tags: targets.flatMap(({ target }) => target.tags.map(formatReference)).join('\n'),
    imageid: targets.length === 1 ? (targets[0]?.built.imageId ?? '') : '',
    'metadata-json': JSON.stringify(metadataOf(targets)),
  },
  ...summaryOf(
    targets.map((one) => builtReport(one, context)),
    context,
  ),
});

/** There is no image of any target, or none that anybody is to have. */
export function bakeFailed(failure: BuildFailure | OverBudget, context: BakeContext): Result {
  const account = failure instanceof BuildFailure ? failure.account : NOTHING_BUILT;
  const size = failure instanceof OverBudget ? failure.report : undefined;
  context.review.add(account.findings);
  const report: ImageReport = {
    name: context.plan.targets.map(({ name }) => name).join(', '),
    image: undefined,
    tags: [],
    engine: context.engine.description,
    provenance: undefined,
    account,
    rebuilt: rebuiltFor(context),
    size,
    findings: context.review.findings,
    failure: failure.message,
  };
  return { outputs: EMPTY, failure: { code: failure.code, text: failure.message }, ...summaryOf([report], context) };
}

const metadataOf = (targets: readonly BuiltTarget[]) =>
  Object.fromEntries(targets.map(({ target, built }) => [target.name, built.metadata]));

const builtReport = ({ target, built }: BuiltTarget, context: BakeContext): ImageReport =>
  reportOf(target, built.account, context);

function reportOf(target: PlannedTarget, account: BuildAccount, context: BakeContext): ImageReport {
  const { engine, plan, review } = context;
  review.add(account.findings);
  const [first] = plan.targets;
  // What is found in a Dockerfile that is no target's own, such as that of a common base, stands with the first.
  const isForeign = (file: string) => target === first && !plan.targets.some(({ shownAs }) => shownAs === file);
  return {
    name: target.name,
    image: undefined,
    tags: target.tags.map(formatReference),
    engine: engine.description,
    provenance: undefined,
    account,
    rebuilt: rebuiltFor(context),
    size: undefined,
    findings: review.findings.filter(({ file }) => file === target.shownAs || isForeign(file)),
    failure: undefined,
  };
}

/** Each target has a Dockerfile and arguments of its own; no one of them can be named for all. */
const rebuiltFor = ({ inputs }: BakeContext): ImageReport['rebuilt'] => ({
  noCache: inputs.noCache,
  noCacheFilters: inputs.noCacheFilters ?? [],
  buildArgs: [],
  dockerfile: undefined,
});

const summaryOf = (reports: readonly ImageReport[], { inputs }: BakeContext): Pick<Result, 'summary'> =>
  inputs.summary ? { summary: reports.map(imageSummary).join('\n') } : {};
