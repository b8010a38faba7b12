import type { Owner } from '../release/record/record.js';

/** Who started a release, as far as the runner said, and the page of the run; and the commit that it was about. Rows for a table. */
export const starterRows = ({ actor, url, commit }: Owner, title: string): string[][] => [
  [title, [actor, url].filter((text) => text !== undefined).join(', ')],
  ...(commit === undefined ? [] : [['Commit', commit]]),
];
