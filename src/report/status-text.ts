import { formatDuration } from '../kernel/duration.js';
import type { MeasuredShare, PastRelease, Release } from '../release/record/record.js';
import { measuredNow } from '../release/standing/measured-now.js';
import type { Standing } from '../release/standing/standing.js';

/** How an app's releases stand, for a terminal or a log. */
export function statusText(standing: Standing): string {
  const { app, record, next } = standing;
  const { latest, history } = record;
  return [
    `${app}: ${headline(standing)}`,
    ...(latest ? factsOf(latest, standing).map(([name, value]) => `  ${name.padEnd(16)}${value}`) : []),
    ...(history.length > 0 ? ['  before', ...history.map((past) => `    ${pastLine(past)}`)] : []),
    `What now: ${next}`,
  ].join('\n');
}

/** Where it stands, in a few words: `holding at 10 % on record, in flight for 4m`. */
export function headline({ record: { latest }, inFlight, weight, towards, nowMs }: Standing): string {
  if (latest === undefined) return 'no release on record';
  const when = inFlight
    ? `, in flight for ${age(latest.startedAt, nowMs)}`
    : `, ${age(latest.endedAt ?? latest.startedAt, nowMs)} ago`;
  const way = towards === undefined ? ` at ${weight} % on record` : `, on record on the way from ${weight} % to ${towards} %`;
  const share = inFlight ? way : '';
  return `${latest.phase}${latest.strategy.stage ? ` (${latest.strategy.stage})` : ''}${share}${when}`;
}

/** What is known of the newest release, name and value. */
export function factsOf(release: Release, { holder, atWork, judged, since, nowMs }: Standing): Array<readonly [string, string]> {
  const measured = measuredNow(release) ?? sameWeight(release);
  const { owner, endedBy, reason } = release;
  return [
    ['new version', release.canary.image],
    ['stable before', release.stable.image],
    ['began', `${release.startedAt} (${age(release.startedAt, nowMs)} ago)`],
    ...(since === undefined ? [] : [['since', `${since} (${age(since, nowMs)} ago)`] as const]),
    ['run', owner.url],
    ...(owner.actor === undefined ? [] : [['started by', owner.actor] as const]),
    ...(owner.commit === undefined ? [] : [['commit', owner.commit] as const]),
    ...(endedBy === undefined || endedBy === owner.url ? [] : [['ended by', endedBy] as const]),
    ['gate', judged ? `${judged.verdict} at ${judged.weight} %` : 'none has looked'],
    ['measured', measured ? shareText(measured) : 'nothing'],
    ['lock', holder === undefined ? 'free' : `${holder}${atWork === false ? ' (not renewed any more)' : ''}`],
    ...(reason === undefined ? [] : [['reason', reason] as const]),
  ];
}

export const shareText = ({ share, low, high, proven }: MeasuredShare): string =>
  `${share} % (${low}–${high} %)${proven ? '' : ', not proven'}`;

/** A step that measured nothing takes nothing from what an earlier one of the same weight has. */
const sameWeight = ({ steps, weight, phase }: Release): MeasuredShare | undefined =>
  phase === 'holding' ? steps.findLast((step) => step.weight === weight && step.measured)?.measured : undefined;

const pastLine = ({ phase, image, startedAt, runUrl }: PastRelease): string =>
  `${startedAt.slice(0, 16).replace('T', ' ')}  ${phase.padEnd(12)} ${image}  ${runUrl}`;

const age = (at: string, nowMs: number): string =>
  formatDuration(Math.max(0, Math.round((nowMs - Date.parse(at)) / 1000) * 1000));
