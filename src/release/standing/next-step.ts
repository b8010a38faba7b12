import type { Verdict } from '../../slo/objective/objective.js';
import { describeHolder } from '../record/lock-holder.js';
import type { Release, ReleaseRecord } from '../record/record.js';

/** What is on record of an app's releases. */
export interface OnRecord {
  readonly app: string;
  /** Where it was looked for, such as `namespace shop`. */
  readonly place: string;
  readonly record: ReleaseRecord;
  /** Whether the newest release is neither promoted nor put back. */
  readonly inFlight: boolean;
  /** Whether a process holds the lock and has renewed it lately; undefined where the clock that it wrote the time by can't be right. */
  readonly atWork: boolean | undefined;
  /** Who holds the lock, as the process wrote it; undefined when nobody does. */
  readonly holder: string | undefined;
  /** Share of the traffic that the new version was last given by a step that is done, in percent; 0 when nothing is on record. */
  readonly weight: number;
  /** The share that a step at work, or one that was cut, was to give; undefined where none was. */
  readonly towards: number | undefined;
  /** What a gate said last; undefined where none looked. */
  readonly judged: Judged | undefined;
  /** ISO 8601, UTC: the newest step, or the beginning; undefined when nothing is on record. */
  readonly since: string | undefined;
  /** Milliseconds since the epoch, by the server's clock. */
  readonly nowMs: number;
}

/** A verdict, and the canary's weight that it is about. */
export interface Judged {
  readonly verdict: Verdict;
  readonly weight: number;
}

type Around = Pick<OnRecord, 'app' | 'nowMs'> & Partial<Pick<OnRecord, 'weight' | 'towards' | 'judged'>>;

/** What whoever asks for the status is to do next. */
export function nextStep(known: OnRecord): string {
  const { record, app, place, atWork, holder } = known;
  const { latest } = record;
  if (latest === undefined && atWork !== undefined && holder !== undefined)
    return nextOfNothing(describeHolder(holder, ''), atWork);
  if (atWork && holder !== undefined)
    return `${describeHolder(holder, '')} is at work on it: wait for that, or end it with the rollback action, \`app: ${app}\` and \`scope: any\`, to which a step gives way.`;
  if (atWork === undefined && holder !== undefined)
    return `Whether ${describeHolder(holder, '')} is at work can't be told: the time of its last sign of life is still to come, so its clock or the server's is wrong. Look at that run; to put everything back all the same, run ${putBack(known)}, which waits to see whether it lives.`;
  if (latest === undefined)
    return `Nothing has been released as \`app: ${app}\` in ${place}, or its record was deleted. Where a release was expected, check \`app\` and that it is there that it runs.`;
  return nextOf(latest, known);
}

/** A first deployment has no release on record, so no rollback ends it. */
const nextOfNothing = (holder: string, atWork: boolean): string =>
  atWork
    ? `${holder} is at work on it, and nothing is on record yet: a first deployment, or the beginning of a release. Wait for that, or cancel that run.`
    : `${holder} was cut before anything was on record. If it was a first deployment, run that step again, or delete what it has created.`;

/** The same of a release that nobody is at work on. */
export const nextOf = (release: Release, around: Around): string => NEXT[release.phase](release, around);

const putBack = ({ app }: Around): string => `the rollback action with \`app: ${app}\` and \`scope: any\``;

/** A process that was killed leaves the phase that it was in. */
const cut = (what: string, known: Around): string =>
  `${what} was cut: no process is at work on it. Run ${putBack(known)} to put everything back.`;

const NEXT: Readonly<Record<Release['phase'], (release: Release, known: Around) => string>> = {
  starting: (_, known) => cut('The first step of this release', known),
  holding: (release, known) => {
    const { weight, towards, judged } = known;
    if (towards !== undefined) return cut(`The step from ${weight} % to ${towards} %`, known);
    if (judged?.weight === release.weight && judged.verdict !== 'pass' && judged.verdict !== 'warn')
      return `Its gate said ${judged.verdict} at ${judged.weight} %: put it back with ${putBack(known)}, or let a gate look again.`;
    return `Go on with the next step of ${release.owner.url}, or put it back with ${putBack(known)}. ${
      Date.parse(release.holdUntil) > known.nowMs
        ? `Until ${release.holdUntil} no other run takes it over.`
        : 'Any other run may take it over.'
    }`;
  },
  promoting: (_, known) => cut('The promotion', known),
  aborting: (_, known) => cut('Putting it back', known),
  'rolling-back': (_, known) => cut('Taking the promoted version back', known),
  promoted: ({ irreversible }, known) =>
    irreversible
      ? 'Nothing is in flight. The version was said to be irreversible: going back would break something.'
      : `Nothing is in flight. To take this version back, run ${putBack(known)}.`,
  aborted: () => 'Nothing is in flight: stable has all traffic. Find out why it was put back before the next release.',
  'rolled-back': () => 'Nothing is in flight: stable is the former version again. Find out why before the next release.',
};
