import { isDeepStrictEqual } from 'node:util';
import { EDITED_IMAGE } from './acts.js';
import type { Scenario } from './scenarios.js';
import { FIRST_IMAGE, FIRST_OBJECTS, NEXT_IMAGE, REPLICAS } from './simulation/app.js';
import type { StepEnd } from './simulation/step-process.js';
import type { Trial } from './simulation/trial.js';
import {
  askedFor,
  canaryWeightIn,
  hasTesterRules,
  imagesBehind,
  leftoversIn,
  ownersView,
  type RecordedRelease,
  recordIn,
  rulesIn,
  stableImageIn,
} from './simulation/view.js';
import { asTheyWant, isOwnLoss } from './theirs.js';

/**
 * (a) Every request is on a version that the record names, and the record's weight is the route's: the one that was announced last, or the one
 * before it where the step was cut between the two. Once an abort has put weight 0 on record, it is so.
 */
export function accountedFor({ store, watchman, setup, done }: Trial): string[] {
  const record = recordIn(store);
  const weight = canaryWeightIn(store);
  const serving = rulesIn(store)
    .flat()
    .filter(({ service, share }) => share > 0 && service.startsWith('restaurant'))
    .flatMap(({ service }) => imagesBehind(store, service));
  const known = [
    ...(record ? namedBy(record) : [setup.isAbsent ? NEXT_IMAGE : FIRST_IMAGE]),
    ...(done?.act === 'edited' ? [EDITED_IMAGE] : []),
  ];
  const strangers = [...new Set(serving)].filter((image) => !known.includes(image));
  const isSettled = record === undefined || isOver(record) || (record.phase === 'aborting' && record.weight === 0);
  const possible = isSettled
    ? [0]
    : [
        ...watchman.recordedWeights.slice(-2),
        ...(record.phase === 'aborting' ? [0] : []),
        ...(watchman.recordedWeights.length === 1 ? [0] : []),
      ];
  // Pods become ready and are taken away one by one.
  const isOnTheWay = setup.isSplitByPods && !isSettled;
  return [
    ...(isSettled && hasTesterRules(store) ? [`testers are led to the canary, and the record says ${describe(record)}`] : []),
    ...strangers.map((image) => `${image} gets traffic, and the record (${describe(record)}) says ${known.join(' or ')}`),
    ...(isOnTheWay || possible.some((one) => Math.abs(one - weight) < 0.01)
      ? []
      : [`the canary has ${weight} %, and the record says ${describe(record)}`]),
  ];
}

const isOver = ({ phase }: RecordedRelease): boolean => ['promoted', 'aborted', 'rolled-back'].includes(phase);

/** The versions that may have traffic by this record. */
function namedBy({ phase, stable, canary }: RecordedRelease): string[] {
  if (phase === 'promoted') return [askedFor(canary.image)];
  if (phase === 'aborted' || phase === 'rolled-back') return [askedFor(stable.image)];
  return [askedFor(stable.image), askedFor(canary.image)];
}

const describe = (record: RecordedRelease | undefined): string =>
  record ? `${record.phase}${record.strategy.stage ? ` (${record.strategy.stage})` : ''}, ${record.weight} %` : 'nothing';

/** (b) The step has been completed. */
export function completed({ store, setup }: Trial, { goal }: Scenario, end: StepEnd): string[] {
  const record = recordIn(store);
  if (end.kind === 'killed') return ['the step was killed although nobody killed it'];
  return [
    ...(end.exitCode === goal.exitCode ? [] : [`exit code ${end.exitCode} instead of ${goal.exitCode}: ${end.failure}`]),
    ...inPhase(record, goal.phase),
    ...(setup.isAbsent ? created(store, goal.exitCode === 0) : []),
    ...(Math.abs(canaryWeightIn(store) - goal.weight) < 0.01
      ? []
      : [`the canary has ${canaryWeightIn(store)} % instead of ${goal.weight}`]),
    ...nothingLeft(store, record),
  ];
}

/** (e) One refusal out of turn, or one broken connection, is no reason to fail or to take a release back. */
export function gotOver({ store }: Trial, { goal }: Scenario, end: StepEnd): string[] {
  const record = recordIn(store);
  if (end.kind === 'killed' || end.exitCode !== goal.exitCode) return [`the step did not get over it: ${JSON.stringify(end)}`];
  return inPhase(record, goal.phase);
}

const inPhase = (record: RecordedRelease | undefined, phase: string): string[] =>
  (record?.phase ?? 'none') === phase ? [] : [`the record says ${describe(record)} instead of ${phase}`];

/** All of an app that did not exist is there and serves, without a mark of ours; or none of it. */
function created(store: Trial['store'], isThere: boolean): string[] {
  const found = ownersView(store);
  const names = Object.keys(found).sort();
  const serving = imagesBehind(store, 'restaurant').filter((image) => image === NEXT_IMAGE).length;
  return [
    ...(isDeepStrictEqual(names, isThere ? FIRST_OBJECTS : []) ? [] : [`there is ${names.join(', ') || 'nothing'}`]),
    ...(serving === (isThere ? REPLICAS : 0) ? [] : [`${serving} pods of ${NEXT_IMAGE} serve`]),
    ...(JSON.stringify(found).includes('d9.dev/') ? [`a mark is left: ${JSON.stringify(found)}`] : []),
  ];
}

/** A release that is over has left nothing; one that may still be taken back keeps the configuration that stable had. */
function nothingLeft(store: Trial['store'], record: RecordedRelease | undefined): string[] {
  const left = record === undefined || isOver(record) ? leftoversIn(store) : [];
  const isKept = (what: string) => record?.phase === 'promoted' && what.endsWith(' menu-d9-former');
  return left.filter((what) => !isKept(what)).map((what) => `${what} is left, and the record says ${describe(record)}`);
}

/** (c) After a rollback everything is as its owner wrote it. */
export function asBefore({ store, ownersView: first, done }: Trial, end: StepEnd): string[] {
  if (end.kind === 'killed') return ['the rollback was killed although nobody killed it'];
  const after = ownersView(store);
  const before = asTheyWant(first, after, done);
  const image = done?.act === 'edited' ? EDITED_IMAGE : FIRST_IMAGE;
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => !isDeepStrictEqual(before[name], after[name]),
  );
  const stable = stableImageIn(store);
  if (done?.act === 'replaced' && isWithoutHistory(end)) return asItServes(store);
  // What somebody has deployed since is not taken back.
  const isTheirs = done?.act === 'edited' && recordIn(store)?.phase === 'promoted';
  return [
    ...(end.exitCode === 0 || isTheirs ? [] : [`the rollback failed: ${end.failure}`]),
    ...changed.map((name) => `${name} is ${JSON.stringify(after[name])} instead of ${JSON.stringify(before[name])}`),
    ...(stable === image ? [] : [`stable is to run ${stable}`]),
    ...imagesBehind(store, 'restaurant')
      .filter((one) => one !== image)
      .map((one) => `stable runs ${one}`),
    ...nothingLeft(store, recordIn(store)),
  ];
}

/** A rollback that has ended well, whatever it led to. */
export const undone = (end: StepEnd): string[] =>
  end.kind === 'ended' && end.exitCode === 0 ? [] : [`the rollback failed: ${JSON.stringify(end)}`];

/** The former template is gone with its ReplicaSet, and the record alone must not decide what stable runs: the way out is named. */
const isWithoutHistory = (end: StepEnd): boolean =>
  end.kind === 'ended' && end.failure.includes('no longer has the revision') && end.failure.includes('`to-image`');

/** Everybody is answered by what stable is to run. */
function asItServes(store: Trial['store']): string[] {
  const serving = imagesBehind(store, 'restaurant');
  const stable = stableImageIn(store);
  return [
    ...(serving.length === REPLICAS && serving.every((one) => one === stable)
      ? []
      : [`stable is to run ${stable}, and ${serving} serve`]),
    ...nothingLeft(store, recordIn(store)),
  ];
}

/** (g) A promoted version is what stable is to run; where somebody has put another there meanwhile, the step fails and says so. */
export function isTrue({ store, done }: Trial, end: StepEnd): string[] {
  const record = recordIn(store);
  const stable = stableImageIn(store);
  const isOutdated = done?.act === 'edited' && done.record?.id === record?.id && done.record?.phase === 'promoted';
  const isSaid =
    end.kind === 'ended' &&
    end.exitCode === 1 &&
    (end.failure.includes(stable) || end.failure.includes('was changed after release'));
  if (record?.phase !== 'promoted' || isOutdated || isSaid || stable === askedFor(record.canary.image)) return [];
  return [`the record says promoted (${record.canary.image}), and stable is to run ${stable}`];
}

/** (d) No customer went without an answer. */
export function nothingLost({ cluster: { traffic }, done, backAtMs }: Trial): string[] {
  traffic.account();
  const lost = new Map<string, number>();
  for (const { service, reason, requests, atMs } of traffic.losses) {
    if (done && service === 'restaurant' && isOwnLoss(done, atMs, backAtMs)) continue;
    const what = `${service}: ${reason.replace(/10\.244\.\d+\.\d+/, 'its address')}`;
    lost.set(what, (lost.get(what) ?? 0) + requests);
  }
  return [...lost].map(([what, requests]) => `${requests.toFixed(1)} requests lost: ${what}`);
}
