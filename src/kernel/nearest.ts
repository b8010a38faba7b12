/** So many edits may be between a word and the one that was meant; more in a long one. */
const usualEdits = (word: string): number => Math.max(2, Math.floor(word.length / 4));

/** The word that was probably meant: within two edits (a quarter of its length for long words), else undefined. */
export function nearest(given: string, words: readonly string[], mostEdits = usualEdits): string | undefined {
  return words
    .map((word) => ({ word, distance: editDistance(given.toLowerCase(), word) }))
    .filter(({ word, distance }) => distance <= mostEdits(word) && distance < word.length)
    .sort((a, b) => a.distance - b.distance)[0]?.word;
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
