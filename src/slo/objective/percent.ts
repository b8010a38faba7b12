/**
 * Reads a share as slo.yml has it: `0.1%`, `99.9 %`.
 * @returns a fraction, 0–1
 * @throws RangeError when it is no percentage; a bare number is refused, because 0.1 could be either
 */
export function parsePercent(text: string): number {
  const [, digits] = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim()) ?? [];
  if (digits === undefined) throw new RangeError(`"${text}" is not a percentage; write a number and the sign, such as 0.1%`);
  if (Number(digits) > 100) throw new RangeError(`"${text}" is more than 100%`);
  return fraction(Number(digits) / 100);
}

/** Takes the noise of binary fractions off, so that 1 − 99.9 % is 0.001 and not 0.0010000000000000009. */
export const fraction = (value: number): number => Number(value.toPrecision(12));

/** Writes a fraction for a reader, with three digits: `0.1 %`, `12.3 %`. */
export const formatPercent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;
