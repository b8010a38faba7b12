import { UserError } from '../../kernel/errors.js';
import type { WorkflowRun } from '../../kernel/workflow-run.js';
import { owns, refuseHeld } from '../../release/record/holder.js';
import { isInFlight, type Release, type ReleaseRecord } from '../../release/record/record.js';
import { describeLatest, howLive, settledBy } from '../../release/record/seen-live.js';
import { refuseStopped, replacesNewer } from '../../release/record/stopped.js';
import { describeTraffic, type Traffic } from './alias.js';
import { awsLambda, lambdaOf, nameOf } from './memory.js';
import { isExplained } from './traffic.js';

export interface Request {
  readonly function: string;
  readonly alias: string;
  /** The version to release; undefined means the one that is in flight. */
  readonly version: string | undefined;
  readonly weight: number;
  readonly takeOver: boolean;
}

/** What a step finds and is to do, before anything is changed. */
export type Start =
  /** `isNew`: whether the later steps of this run would not know it from the record. */
  | {
      readonly kind: 'nothing';
      readonly reason: string;
      readonly live: string;
      readonly isNew: boolean;
      readonly release?: Release | undefined;
    }
  | { readonly kind: 'continue'; readonly release: Release }
  /** A release that was being put back, or that is taken over, is put back first. */
  | { readonly kind: 'put-back-first'; readonly release: Release }
  | { readonly kind: 'begin'; readonly version: string; readonly warning: string | undefined };

/**
 * Decides what a step with a weight of 1 to 100 has to do with what it finds.
 * @throws UserError when the release in flight is another run's or another version's, or the alias is not as a release of ours left it
 */
export function decide(record: ReleaseRecord, request: Request, run: WorkflowRun, alias: Traffic, nowMs: number): Start {
  const { latest } = record;
  if (!isInFlight(latest)) return decideFresh(record, request, run, alias);
  refuseHeld(latest, request, run, nowMs);
  const { version, takeOver, weight } = request;
  const { candidate } = lambdaOf(latest);
  const isHalfUndone = latest.phase === 'aborting' || latest.phase === 'rolling-back';
  if (!owns(run, latest) || isHalfUndone || (latest.phase === 'promoting' && weight < 100))
    return { kind: 'put-back-first', release: latest };
  const startsOver = version !== undefined && (takeOver || run.runAttempt > latest.owner.attempt);
  if (version !== undefined && version !== candidate) {
    if (startsOver) return { kind: 'put-back-first', release: latest };
    throw new UserError(
      'release-in-flight',
      `A release of ${latest.canary.image} is in flight (${latest.phase}, ${latest.weight} %), and this step asks for version ${version}. ` +
        'Abort it first with `weight: 0`, or promote it; `take-over: true` does the first and begins anew. Nothing has been changed.',
    );
  }
  if (isExplained(latest, alias)) return { kind: 'continue', release: latest };
  if (takeOver && version !== undefined) return { kind: 'put-back-first', release: latest };
  throw changed(request, alias, `the release of ${latest.canary.image} gave it ${latest.weight} %`);
}

export const changed = (
  { function: name, alias }: Pick<Request, 'function' | 'alias'>,
  now: Traffic,
  expected: string,
): UserError =>
  new UserError(
    'lambda-alias-changed',
    `Somebody has changed alias ${name}:${alias} since: it names ${describeTraffic(now)}, and ${expected}. ` +
      'See who moves it (CodeDeploy, a stack, a person). End the release with `weight: 0` or the rollback action: both take only the new version out. Nothing has been changed.',
  );

function decideFresh(record: ReleaseRecord, request: Request, run: WorkflowRun, alias: Traffic): Start {
  const { function: name, version, takeOver, weight } = request;
  const live = nameOf(name, alias.version);
  refuseShared(request, alias);
  const settled = settledBy(record, run, live, awsLambda);
  const nothing = { kind: 'nothing', live, isNew: false } as const;
  const brought = weight === 100 ? settled?.release : undefined;
  if (version === undefined && settled)
    return {
      ...nothing,
      reason: `${settled.image} ${settled.release ? 'is promoted already' : howLive(settled)}.`,
      release: brought,
    };
  if (version === undefined) {
    const known = describeLatest(record, live);
    throw new UserError(
      'lambda-version-needed',
      `No release is in flight, so \`version\` is needed to start one: it is left out, or its expression gives nothing. ${known === '' ? '' : `${known} `}Pass the number that the publication of the new version gives. Nothing has been changed.`,
    );
  }
  if (version === alias.version)
    return {
      ...nothing,
      reason: `Alias ${name}:${request.alias} names version ${version} already.`,
      isNew: !settled,
      release: brought,
    };
  const image = nameOf(name, version);
  const warning =
    refuseStopped(record.latest, { image, takeOver, manifest: undefined }, run, awsLambda) ?? replacesNewer(record, run, image);
  return { kind: 'begin', version, warning };
}

/**
 * For a way back that finds no release in flight: a success that left a version in the traffic would be none.
 * @throws UserError naming who shares the alias, which no record explains any more
 */
export function refuseUnexplained({ function: name, alias }: Pick<Request, 'function' | 'alias'>, traffic: Traffic): void {
  if (Object.keys(traffic.weights).length === 0) return;
  throw new UserError(
    'lambda-alias-splits-already',
    `No release of alias ${name}:${alias} is in flight on record, and it is shared by ${describeTraffic(traffic)}: the record of a release was lost, or somebody else has written that. ` +
      `Where version ${traffic.version} is to have all, take the weights away (aws lambda update-alias --function-name ${name} --name ${alias} --routing-config AdditionalVersionWeights={}). Nothing has been changed.`,
  );
}

/** @throws UserError for an alias that could not be put back as it was, because it is somebody else's split or moves by itself */
function refuseShared({ function: name, alias }: Request, traffic: Traffic): void {
  if (Object.keys(traffic.weights).length > 0)
    throw new UserError(
      'lambda-alias-splits-already',
      `Alias ${name}:${alias} is shared by ${describeTraffic(traffic)}, which no release on record has written: CodeDeploy, a stack, a person or AWS's own shift with provisioned concurrency is at it. ` +
        'Let that end, or take the weights away (aws lambda update-alias --routing-config AdditionalVersionWeights={}). Nothing has been changed.',
    );
  if (/^\d+$/.test(traffic.version)) return;
  throw new UserError(
    'lambda-version-unfit',
    `Alias ${name}:${alias} names ${traffic.version}, which can't be shared and can't be gone back to. Publish a version and point the alias at it first. Nothing has been changed.`,
  );
}
