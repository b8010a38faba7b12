const MOST = 50;

/** @throws RangeError saying which is no path that only machines ask for */
export function parseUpkeepPaths(raw: string): readonly string[] {
  const asked = raw
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const wrong = asked.find((path) => !/^\/\S*$/.test(path) || path.length > 1024);
  if (wrong !== undefined)
    throw new RangeError(`"${wrong}" is not a path; write it as the pods are asked for it, such as /lb-check`);
  if (asked.includes('/')) throw new RangeError('"/" is where users go too; have the checks ask for a path of their own');
  if (asked.length > MOST) throw new RangeError(`there are ${asked.length} paths; at most ${MOST} are left out`);
  return asked;
}
