const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The longest that a timer can be set to: 2³¹ − 1 ms. */
export const MAX_MS = 2_147_483_647;

/**
 * Reads a duration as Kubernetes and Prometheus write it: `90s`, `1m30s`, `500ms`, `6h`, `1d`.
 * @returns milliseconds, 0 to 2³¹ − 1, which timers can take
 * @throws RangeError when the text is not a duration; a bare number other than 0 is refused, because its unit would be a guess
 */
export function parseDuration(text: string): number {
  const trimmed = text.trim();
  if (trimmed === '0') return 0;
  const parts = [...trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== trimmed) {
    throw new RangeError(`"${text}" is not a duration; write a number and a unit, such as 30s, 5m, 1h30m or 500ms`);
  }
  const ms = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNIT_MS[unit ?? ''] ?? Number.NaN), 0);
  if (ms > MAX_MS) throw new RangeError(`"${text}" is longer than the 24 days that can be waited for`);
  return ms;
}

/** Writes milliseconds for a reader: `800ms`, `14s`, `5m`, `1h30m`. Below a minute, tenths of a second are kept. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(1))}s`;
  const seconds = Math.round(ms / 1000);
  const units: Array<[number, string]> = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor((seconds % 86_400) / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'm'],
    [seconds % 60, 's'],
  ];
  return units.flatMap(([amount, unit]) => (amount > 0 ? [`${amount}${unit}`] : [])).join('');
}
