import { UserError } from '../../kernel/errors.js';
import { ended, isOver, type Release } from '../../release/record/record.js';
import { AliasRaced, describeTraffic, isSameTraffic, type Traffic } from './alias.js';
import { changed } from './decide.js';
import { awsLambda, lambdaOf } from './memory.js';
import { trafficAt, without } from './traffic.js';
import { aliasName, aliasNow, announce, now, shift, type Work, withStep } from './work.js';

const MOST_RACES = 20;
const AGAIN_AFTER_MS = 1000;

/**
 * Takes the new version out of the alias and ends the release. What somebody else has put there meanwhile is theirs, and stays.
 * @param reason for the record
 */
export async function putBack(work: Work, before: Release, reason: string): Promise<Release> {
  const isPromoted = before.phase === 'promoted' || before.phase === 'rolling-back';
  const phase = isPromoted ? 'rolling-back' : 'aborting';
  const release = await announce(work, before, { phase, weight: 0, reason });
  const after = await takeOut(work, release);
  const { stable } = lambdaOf(release);
  if (isSameTraffic(after, trafficAt(lambdaOf(release), 0)))
    work.log.info(`Alias ${aliasName(work.site.place)} names version ${stable} alone again.`);
  else
    work.log.warning(
      `${release.canary.image} is out of alias ${aliasName(work.site.place)}, which names ${describeTraffic(after)}: somebody else has put that there during the release, and it stays.`,
    );
  const over = ended(release, isPromoted ? 'rolled-back' : 'aborted', { at: now(work), by: work.run.url, platform: awsLambda });
  return announce(work, over, withStep(work, over));
}

/** The way back doesn't end at a write of somebody else's: what he has written is read, and the new version taken out of that. */
async function takeOut(work: Work, release: Release): Promise<Traffic> {
  for (let attempt = 1; ; attempt++) {
    const alias = await aliasNow(work);
    const to = without(lambdaOf(release), alias);
    if (isSameTraffic(alias, to)) return alias;
    try {
      return await shift(work, alias, to);
    } catch (error) {
      const isDisturbed = error instanceof AliasRaced || (error instanceof UserError && error.code === 'lambda-alias-changed');
      if (!isDisturbed || attempt === MOST_RACES) throw error;
      work.log.info(`${error.message}; looking again`);
      await work.clock.sleep(AGAIN_AFTER_MS, work.held.signal);
    }
  }
}

/**
 * Takes back what a release has promoted.
 * @throws UserError when the alias no longer names it, because what is live then is somebody else's decision
 */
export async function takeBack(work: Work, release: Release): Promise<Release> {
  if (release.irreversible)
    throw new UserError(
      'release-irreversible',
      `Release ${release.id} is marked irreversible (\`irreversible: true\`), so its promotion is not undone automatically: ${release.stable.image} may not work with what went out with it. ` +
        'Release a fixed version instead. Nothing has been changed.',
    );
  const { candidate, stable } = lambdaOf(release);
  const alias = await aliasNow(work);
  const isOurs = alias.version === candidate || (release.phase === 'rolling-back' && alias.version === stable);
  if (isOver(release) && !isOurs)
    throw changed(work.site.place, alias, `release ${release.id} had promoted version ${candidate}`);
  return putBack(work, release, 'rollback');
}

const AWAY = ['aws-unreachable', 'aws-throttled'];
const ENDURES_MS = 5 * 60_000;

/** A way back outlasts an AWS that is away or throttles for a while. Nothing is half done by an attempt: each begins by reading. */
export async function enduring<T>(
  { clock, log, signal }: Pick<Work, 'clock' | 'log'> & { readonly signal: AbortSignal },
  attempt: () => Promise<T>,
): Promise<T> {
  const end = clock.now() + ENDURES_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const isAway = error instanceof UserError && AWAY.includes(error.code);
      if (!isAway || signal.aborted || clock.now() >= end) throw error;
      log.info(`${error.message} Trying again.`);
      await clock.sleep(AGAIN_AFTER_MS, signal);
    }
  }
}
