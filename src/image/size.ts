const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
};

/**
 * Reads a size as registries show it: `180MB`, `1.5GiB`, `900 kB`.
 * @returns bytes
 * @throws RangeError when the text is not a size; a bare number is refused, because its unit would be a guess
 */
export function parseSize(text: string): number {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(text.trim()) ?? [];
  const factor = UNITS[unit.toLowerCase()];
  if (factor === undefined) throw new RangeError(`"${text}" is not a size; write a number and a unit, such as 180MB or 1.5GiB`);
  return Math.floor(Number(amount) * factor);
}

/** For a reader: `512 B`, `1.1 MB`, `312 MB`. */
export function formatSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, Math.abs(bytes))) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 || Math.abs(value) >= 100 ? Math.round(value) : Number(value.toFixed(1))} ${units[power]}`;
}

/** How much larger an image may be than the one before. */
export type Growth = { readonly bytes: number } | { readonly percent: number };

/** @throws RangeError when it is neither a size nor a percentage */
export function parseGrowth(text: string): Growth {
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim())?.[1];
  if (percent !== undefined) return { percent: Number(percent) };
  try {
    return { bytes: parseSize(text) };
  } catch {
    throw new RangeError(`"${text}" is neither a size nor a percentage; write 10% or 20MB`);
  }
}
