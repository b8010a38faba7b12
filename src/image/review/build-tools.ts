import { type Instruction, scriptOf } from './dockerfile.js';
import { commandsOf } from './installs.js';
import type { RuleFinding } from './rule-finding.js';
import type { StageGraph } from './stages.js';

/** What packages of build tools unpack to, with what they bring, in MB: Debian 12 and Alpine 3.20, rounded. */
const TOOLS: ReadonlyArray<readonly [RegExp, number]> = [
  [/^(build-essential|base-devel)$/, 250],
  [/^build-base$/, 200],
  [/^(gcc|clang|g\+\+|gcc-c\+\+)(-\d+)?$/, 150],
  [/^cmake$/, 100],
  [/^(golang|golang-go|go|rustc|cargo|rust)$/, 400],
  [/^(openjdk-?\d+-jdk|default-jdk|openjdk\d+)(-headless)?$/, 350],
  [/^(maven|gradle)$/, 100],
  [/^python3?-dev(el)?$/, 60],
  [/^linux-headers(-\S+)?$/, 10],
  [/^(make|autoconf|automake|pkg-config|pkgconf)$/, 5],
];

/** Images that are toolchains, with what they add to one that only runs a program, in MB (docker image ls, unpacked). */
const TOOLCHAINS: ReadonlyArray<readonly [RegExp, number]> = [
  [/(^|\/)golang(:|@|$)/, 800],
  [/(^|\/)rust(:|@|$)/, 1_400],
  [/(^|\/)gcc(:|@|$)/, 1_200],
  [/(^|\/)maven(:|@|$)/, 500],
  [/(^|\/)gradle(:|@|$)/, 700],
  [/mcr\.microsoft\.com\/dotnet\/sdk(:|@|$)/, 700],
];

/** Compilers and their like in what ships: megabytes in every pull, and tools for whoever breaks in. */
export function buildTools(graph: StageGraph): RuleFinding[] {
  const shipped = [...graph.shipped()];
  const bases = shipped.flatMap((stage) => {
    const base = graph.baseOf(stage);
    const found = base.kind === 'image' ? TOOLCHAINS.find(([pattern]) => pattern.test(base.image)) : undefined;
    return base.kind !== 'image' || found === undefined
      ? []
      : [finding(`The image is built on ${base.shown}, compilers and all`, found[1], stage.line)];
  });
  const installed = shipped
    .flatMap(({ instructions }) => instructions)
    .flatMap((instruction) => {
      const tools = instruction.keyword === 'RUN' && !takesAway(instruction) ? commandsOf(instruction).flatMap(packagesOf) : [];
      const found = tools.flatMap((name) =>
        TOOLS.filter(([pattern]) => pattern.test(name)).map(([, megabytes]) => ({ name, megabytes })),
      );
      if (found.length === 0) return [];
      const largest = Math.max(...found.map(({ megabytes }) => megabytes));
      return [
        finding(
          `${found.map(({ name }) => name).join(', ')} ${found.length === 1 ? 'is' : 'are'} in the image`,
          largest,
          instruction.line,
        ),
      ];
    });
  return [...bases, ...installed];
}

const finding = (what: string, megabytes: number, line: number): RuleFinding => ({
  rule: 'BuildToolsInImage',
  text: `${what}: about ${megabytes} MB. Build in a stage of its own, and copy what it makes (\`COPY --from\`) into one that only runs it.`,
  line,
});

/** Names behind `apt-get install` and its kin, without their versions. */
function packagesOf(command: string): string[] {
  const [, names] = /^(?:apt(?:-get)?|apk|dnf|microdnf|yum|zypper)\s+(?:-\S+\s+)*(?:install|add|in)\s+(.*)$/s.exec(command) ?? [];
  return (names ?? '')
    .split(/\s+/)
    .filter((word) => word !== '' && !word.startsWith('-'))
    .map((word) => word.replace(/[=~<>@].*$/, ''));
}

/** What the same RUN removes is in no layer. */
const takesAway = (instruction: Instruction): boolean =>
  /\bapk\s+del\b|\b(purge|autoremove|remove|erase)\b/.test(scriptOf(instruction));
