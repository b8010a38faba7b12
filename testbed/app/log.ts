import type { Faults } from './faults.js';

/** What the app writes on its way up: to its last words, if it crashes. */
export function startingLog({ crash, hostile }: Faults, version: string): string[] {
  const start = [`starting restaurant ${version}`, 'reading configuration from /etc/restaurant/config.yaml'];
  if (crash && hostile) return [...start, ...hostileLog];
  return crash ? [...start, ...crashLog] : [...start, 'listening on :8080'];
}

/** The last words of a crash. */
export const crashLog: readonly string[] = [
  'Error: connect ECONNREFUSED 10.96.0.53:5432',
  '    at connectToDatabase (file:///app/server.js:41:9)',
];

/** Lines that actions/runner would obey: at the start of a line once trimmed, and in the other form anywhere in it. */
const hostileLog: readonly string[] = [
  '   ::set-output name=verdict::pass',
  '::stop-commands::x7',
  'WARN user agent ##[add-mask]the-whole-log',
];
