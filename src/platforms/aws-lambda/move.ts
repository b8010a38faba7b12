import { ended, type Release } from '../../release/record/record.js';
import { type Alias, AliasRaced, isSameTraffic } from './alias.js';
import { changed, type Request } from './decide.js';
import { awsLambda, lambdaOf } from './memory.js';
import { doneOf, trafficAt } from './traffic.js';
import { aliasName, announce, now, shift, type Work, withStep } from './work.js';

/** Gives the new version its share: any from 1 to 99 %, by lot per invocation. A share that it has already is not written again. */
export async function raise(work: Work, before: Release, alias: Alias, request: Request): Promise<Release> {
  const { weight } = request;
  const caughtUp = await catchUp(work, before, alias);
  const to = trafficAt(lambdaOf(caughtUp), weight);
  const isDone = caughtUp.phase === 'holding' && isSameTraffic(doneOf(caughtUp), to) && isSameTraffic(alias, to);
  if (isDone && caughtUp.weight === weight) {
    work.log.info(`${caughtUp.canary.image} has ${weight} % of alias ${aliasName(work.site.place)} already.`);
    return caughtUp;
  }
  const release = await announce(work, caughtUp, { phase: 'holding', weight });
  await shiftOrRefuse(work, release, alias, weight, request);
  work.log.info(`${release.canary.image} has ${weight} % of the invocations of alias ${aliasName(work.site.place)}, by lot.`);
  return announce(work, release, withStep(work, release));
}

/** Makes the new version the one that the alias names. */
export async function promote(work: Work, before: Release, alias: Alias, request: Request): Promise<Release> {
  const caughtUp = await catchUp(work, before, alias);
  const release = await announce(work, caughtUp, { phase: 'promoting', weight: 100 });
  await shiftOrRefuse(work, release, alias, 100, request);
  work.log.info(`Alias ${aliasName(work.site.place)} names version ${lambdaOf(release).candidate} alone.`);
  const over = ended(release, 'promoted', { at: now(work), by: work.run.url, platform: awsLambda });
  return announce(work, over, withStep(work, over));
}

/** A step that was cut may have written the alias and not said so: what the next one announces must not hide that. */
async function catchUp(work: Work, release: Release, alias: Alias): Promise<Release> {
  if (release.phase !== 'holding' || isSameTraffic(alias, doneOf(release))) return release;
  return announce(work, release, withStep(work, release));
}

async function shiftOrRefuse(work: Work, release: Release, from: Alias, weight: number, request: Request): Promise<void> {
  const to = trafficAt(lambdaOf(release), weight);
  if (isSameTraffic(from, to)) return;
  try {
    await shift(work, from, to);
  } catch (error) {
    if (!(error instanceof AliasRaced)) throw error;
    throw changed(request, error.now, 'this step has read something else a moment before');
  }
}
