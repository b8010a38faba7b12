/** A renewal is the last write of the record before the step says that it was one: they go one after the other. It comes at a time of its own. */
export function withoutRenewals(lines: readonly string[]): string[] {
  const kept: string[] = [];
  for (const line of lines) {
    if (line !== '::debug::renewed the lock') kept.push(line);
    else
      kept.splice(
        kept.findLastIndex((before) => /^::debug::PATCH .*\/leases\//.test(before)),
        1,
      );
  }
  return kept;
}
