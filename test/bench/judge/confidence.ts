import { type Row, reported } from '../row.js';

const CONFIDENCE = 0.95;

/** The highest chance that lets one hope for so few hits in so many tries: the one-sided bound of C. J. Clopper and E. S. Pearson, 1934. */
export function upperBound(hits: number, tries: number): number {
  if (hits >= tries) return 1;
  let [low, high] = [hits / tries, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (atMost(hits, tries, middle) > 1 - CONFIDENCE) low = middle;
    else high = middle;
  }
  return high;
}

/** Chance of at most so many hits. */
function atMost(hits: number, tries: number, chance: number): number {
  let ln = tries * Math.log1p(-chance);
  let sum = Math.exp(ln);
  for (let k = 1; k <= hits; k++) {
    ln += Math.log((tries - k + 1) / k) + Math.log(chance / (1 - chance));
    sum += Math.exp(ln);
  }
  return sum;
}

/** What rows that are each held to at most 1 % say together, and the worst of them. */
export function alarmsTogether(rows: readonly Row[], releases: number): Row[] {
  const held = rows.filter(({ goal, unit }) => goal === 1 && unit === '%');
  const isWarning = ({ name }: Row) => name.includes('early warnings');
  return [
    ...together(
      'wrong fails',
      held.filter((row) => !isWarning(row)),
      releases,
    ),
    ...together('early warnings for nothing', held.filter(isWarning), releases),
  ];
}

function together(what: string, held: readonly Row[], releases: number): Row[] {
  if (held.length === 0) return [];
  const hits = held.map(({ value }) => Math.round((value * releases) / 100));
  const [all, worst] = [hits.reduce((sum, each) => sum + each, 0), Math.max(...hits)];
  const percent = (share: number) => 100 * share;
  const of = `${held.length} rows of ${releases} releases`;
  return [
    reported(`judge: ${what} inside the sentence, ${of} together`, percent(all / (held.length * releases)), '%'),
    reported(`judge: … ${what} at most, with 95 % confidence`, percent(upperBound(all, held.length * releases)), '%'),
    reported(`judge: … ${what} in the worst row`, percent(worst / releases), '%'),
    reported(
      `judge: … ${what} in the worst row at most, with 95 % confidence for a row by itself`,
      percent(upperBound(worst, releases)),
      '%',
    ),
  ];
}
