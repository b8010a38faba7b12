import { readFileSync } from 'node:fs';
import type { NotOk } from '../../../testbed/load/report.js';

/** Something that took its time while a load ran: a step, mostly. Times are milliseconds since 1970. */
export interface Period {
  readonly name: string;
  readonly startedAt: number;
  readonly endedAt: number;
}

const clockTime = (ms: number) => new Date(ms).toISOString().slice(11, 23);

/** Counts requests by how they ended and by what was going on, a line each, so that a failed test says when its clients missed what. */
export function misses(notOk: readonly NotOk[], periods: readonly Period[]): string[] {
  const groups = Map.groupBy(notOk, ({ sentAt, verdict, what }) => {
    const during = periods.find(({ startedAt, endedAt }) => startedAt <= sentAt && sentAt <= endedAt);
    return `${verdict}, ${what}, during ${during?.name ?? 'no step'}`;
  });
  return [...groups].map(([group, requests]) => {
    const times = requests.map(({ sentAt }) => sentAt);
    return `${requests.length} × ${group}, sent ${clockTime(Math.min(...times))} to ${clockTime(Math.max(...times))}`;
  });
}

/** What the router wrote of a host's requests that were not answered as they should be: how many, to whom, and when. */
export function routersView(accessLog: string, host: string): string[] {
  const lines = readFileSync(accessLog, 'utf8')
    .split('\n')
    // The last one may be on its way.
    .filter((line) => line.includes(host) && line.endsWith('}'))
    .map((line) => JSON.parse(line) as AccessLine)
    .filter(({ DownstreamStatus }) => DownstreamStatus >= 499);
  const groups = Map.groupBy(lines, ({ DownstreamStatus, ServiceURL }) => `${DownstreamStatus} from ${ServiceURL ?? 'nobody'}`);
  return [...groups].map(
    ([group, asked]) =>
      `${asked.length} × ${group}, asked ${asked[0]?.StartUTC.slice(11, 23)} to ${asked.at(-1)?.StartUTC.slice(11, 23)}`,
  );
}

/** A line of Traefik's access log, as far as it matters here (its documentation, "Access Logs", names the fields). */
interface AccessLine {
  readonly DownstreamStatus: number;
  readonly ServiceURL?: string;
  readonly StartUTC: string;
}
