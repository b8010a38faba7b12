/**
 * Reads what a step wrote for the runner (GITHUB_OUTPUT, GITHUB_STATE, GITHUB_ENV): `name=value`, or a value of several lines as
 * `name<<DELIMITER … DELIMITER` (actions/runner, FileCommandManager.cs).
 * @throws Error on what the runner would refuse
 */
export function parseFileCommands(content: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = content.replaceAll('\r\n', '\n').split('\n');
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    if (line === '') continue;
    const [, name, operator, rest = ''] = /^(.*?)(=|<<)(.*)$/.exec(line) ?? [];
    if (!name) throw new Error(`The runner refuses the line "${line}": neither name=value nor name<<DELIMITER.`);
    if (operator === '=') {
      values[name] = rest;
      continue;
    }
    const end = lines.indexOf(rest);
    if (end < 0) throw new Error(`The runner refuses the value of "${name}": the closing ${rest} is missing.`);
    values[name] = lines
      .splice(0, end + 1)
      .slice(0, -1)
      .join('\n');
  }
  return values;
}
