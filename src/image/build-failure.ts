import { stripVTControlCharacters } from 'node:util';

const SHOWN_LINES = 20;

/** What is known to go wrong: what buildx prints, and what it means for the one who reads it. */
const KNOWN: ReadonlyArray<{ pattern: RegExp; explain(...groups: string[]): string }> = [
  {
    // The second wording is that of Docker 29.
    pattern: /(?:Cannot connect to the Docker daemon at|failed to connect to the docker API at) ([^\s;]+?)[.;]? /,
    explain: (host) =>
      `The Docker daemon at ${host} does not answer.\nStart it, or point DOCKER_HOST (or the docker context) at one that runs.`,
  },
  {
    pattern: /permission denied while trying to connect to (?:the Docker daemon socket|the docker API) at (\S+?):? /,
    explain: (host) => `This user may not talk to the Docker daemon at ${host}.\nAdd the runner's user to the group docker.`,
  },
  {
    pattern: /target stage "([^"]*)" could not be found/,
    explain: (target) =>
      `The Dockerfile has no stage "${target}".\nInput \`target\` names a stage: the word after AS in \`FROM … AS name\`.`,
  },
  {
    pattern: /failed to push ([^:/]+(?::\d+)?)\S*: .*dial tcp.*: (?:connect: )?(connection refused|no such host|i\/o timeout)/,
    explain: (registry, reason) =>
      `Registry ${registry} cannot be reached from the Docker daemon: ${reason}.\nCheck the host in \`tags\`, and that the registry is up.`,
  },
  {
    pattern: /failed to push ([^:/]+(?::\d+)?)\S*: .*(401 Unauthorized|403 Forbidden|denied|insufficient_scope|no basic auth)/,
    explain: (registry, reason) =>
      `Registry ${registry} refused the push: ${reason}.\nLog in to it in a step before this one (docker/login-action), as somebody who may write there.`,
  },
  {
    pattern: /process "(.*)" did not complete successfully: exit code: (\d+)/,
    explain: (command, code) => `A RUN step of the Dockerfile ended with exit code ${code}: ${command}`,
  },
];

/**
 * Says what went wrong from what buildx printed last.
 * @param lines end of its stderr
 * @returns text for a person: the meaning when it is known, then buildx's own last lines, without control characters
 */
export function explainBuildFailure(code: number, lines: readonly string[]): string {
  const readable = lines.map(plainLine);
  // The last ERROR decides: earlier ones may be quoted from a step's own output.
  const verdict = readable.findLast((line) => /^ERROR: /.test(line)) ?? readable.at(-1) ?? '';
  const meaning = KNOWN.flatMap(({ pattern, explain }) => {
    const groups = pattern.exec(`${verdict} `);
    return groups ? [explain(...groups.slice(1))] : [];
  })[0];
  const printed = readable.filter((line) => line.trim() !== '').slice(-SHOWN_LINES);
  return [
    meaning ?? `buildx ended with exit code ${code}.`,
    ...(printed.length === 0 ? [] : ['', 'buildx said:', ...printed.map((line) => `  ${line}`)]),
  ].join('\n');
}

/**
 * One line of somebody else's output, safe to print in a job: no colours or cursor moves, and nothing that the runner would take for
 * a workflow command (`::` at the start; the old `##[` anywhere: actions/runner, ActionCommand.cs).
 */
export function plainLine(line: string): string {
  return stripVTControlCharacters(line)
    .replaceAll('##[', '# #[')
    .replace(/^(\s*):(?=:)/, '$1: ');
}
