import type { ContextFiles } from './context-files.js';
import { type Instruction, type Stage, scriptOf } from './dockerfile.js';
import type { RuleFinding } from './rule-finding.js';
import { mountsOf, type StageGraph } from './stages.js';
import { argumentsOf, copiesAll } from './whole-context.js';

/** A program that installs what a project depends on. */
interface Manager {
  readonly name: string;
  /** An install of the project's own dependencies, without names of packages. */
  readonly install: RegExp;
  /** What lists them. */
  readonly manifest: string;
  readonly lock?: { readonly file: RegExp; readonly obeys: RegExp; readonly better: string };
  /** Leaves out what only development needs. */
  readonly forProduction?: RegExp;
  /** Where it keeps what it has fetched, by its own documentation. */
  readonly cache: string;
}

const MANAGERS: readonly Manager[] = [
  {
    name: 'npm',
    install: /^npm\s+(ci|clean-install|i|install)(\s+-(?!g\b|-global)\S+)*$/,
    manifest: 'package.json and package-lock.json',
    lock: { file: /(^|\/)(package-lock|npm-shrinkwrap)\.json$/, obeys: /^npm\s+(ci|clean-install)\b/, better: 'npm ci' },
    forProduction: /--omit[= ]dev|--production|--only[= ]prod/,
    cache: '/root/.npm',
  },
  {
    name: 'yarn',
    install: /^yarn(\s+install)?(\s+-\S+)*$/,
    manifest: 'package.json and yarn.lock',
    lock: {
      file: /(^|\/)yarn\.lock$/,
      obeys: /--(frozen-lockfile|immutable)/,
      better: 'yarn install --immutable (--frozen-lockfile before Yarn 2)',
    },
    forProduction: /--production|--prod\b/,
    cache: '/usr/local/share/.cache/yarn',
  },
  {
    name: 'pnpm',
    install: /^pnpm\s+(i|install)(\s+-\S+)*$/,
    manifest: 'package.json and pnpm-lock.yaml',
    lock: { file: /(^|\/)pnpm-lock\.yaml$/, obeys: /--frozen-lockfile/, better: 'pnpm install --frozen-lockfile' },
    forProduction: /\s(-P|--prod(uction)?)\b/,
    cache: '/root/.local/share/pnpm/store',
  },
  {
    name: 'pip',
    install: /^(python3?\s+-m\s+)?pip3?\s+install\s.*(-r|--requirement)[= ]?\S+/,
    manifest: 'requirements.txt',
    cache: '/root/.cache/pip',
  },
  { name: 'go', install: /^go\s+mod\s+download\b/, manifest: 'go.mod and go.sum', cache: '/go/pkg/mod' },
  { name: 'cargo', install: /^cargo\s+fetch\b/, manifest: 'Cargo.toml and Cargo.lock', cache: '/usr/local/cargo/registry' },
  { name: 'Maven', install: /^(\.\/)?mvnw?\s.*dependency:(go-offline|resolve)/, manifest: 'pom.xml', cache: '/root/.m2' },
  { name: 'Bundler', install: /^bundle\s+install\b/, manifest: 'Gemfile and Gemfile.lock', cache: '/usr/local/bundle/cache' },
  {
    name: 'Composer',
    install: /^composer\s+(i|install)\b/,
    manifest: 'composer.json and composer.lock',
    forProduction: /--no-dev/,
    cache: '/tmp/cache',
  },
];

/** One install, where it stands. */
interface Install {
  readonly manager: Manager;
  readonly command: string;
  readonly instruction: Instruction;
  readonly stage: Stage;
}

/** What installs cost that are done at the wrong time, in the wrong way or for the wrong people. */
export function installs(graph: StageGraph, context: ContextFiles | undefined): RuleFinding[] {
  const found = graph.dockerfile.stages.filter((stage) => graph.built().has(stage)).flatMap(installsIn);
  return [
    ...developmentInImage(graph, found),
    ...sourceBefore(found),
    ...(context === undefined ? [] : ignoredLocks(found, context)),
    ...withoutCache(found),
  ];
}

const installsIn = (stage: Stage): Install[] =>
  stage.instructions
    .filter(({ keyword }) => keyword === 'RUN')
    .flatMap((instruction) =>
      commandsOf(instruction).flatMap((command) => {
        const manager = MANAGERS.find(({ install }) => install.test(command));
        return manager === undefined ? [] : [{ manager, command, instruction, stage }];
      }),
    );

/** The commands of a script, without what only changes how they are run. */
export const commandsOf = (instruction: Instruction): string[] =>
  scriptOf(instruction)
    .replace(/^(--[\w-]+(=\S*)?\s+)*/, '')
    .split(/&&|\|\||[;|\n]/)
    .map((command) =>
      command
        .trim()
        .replace(/^(\w+=\S*\s+|sudo\s+|set\s+-\S+\s*$)*/, '')
        .replace(/\s+\d?>\s*\S+$/, ''),
    );

/** What has been fetched before, as `pnpm fetch` does, is only linked. */
const OFFLINE = /\s--offline\b/;
/** A cache that the command itself leaves out was left out on purpose. */
const UNCACHED = /\s--no-cache(-dir)?\b/;

const sourceBefore = (found: readonly Install[]): RuleFinding[] =>
  found.flatMap(({ manager, command, instruction, stage }) => {
    const copy = stage.instructions.find((one) => copiesAll(one) && one.line < instruction.line);
    const text = `All files are copied before \`${command}\` (line ${instruction.line}), so any change of any file installs everything again: 10 to 90 s of most builds. Copy ${manager.manifest} first, and the rest after it.`;
    return copy === undefined || OFFLINE.test(command) ? [] : [{ rule: 'SourceBeforeInstall', text, line: copy.line }];
  });

const ignoredLocks = (found: readonly Install[], context: ContextFiles): RuleFinding[] =>
  found.flatMap(({ manager, command, instruction }) => {
    const { lock } = manager;
    const file =
      lock === undefined || lock.obeys.test(command) ? undefined : context.files().find((path) => lock.file.test(path));
    if (file === undefined || lock === undefined) return [];
    const text = `\`${command}\` may take other versions than ${file} says, on another day others again. \`${lock.better}\` takes those, and is faster.`;
    return [{ rule: 'InstallPastLock', text, line: instruction.line }];
  });

/** Each kind once: they have one reason and one remedy. */
function withoutCache(found: readonly Install[]): RuleFinding[] {
  const bare = found.filter(
    ({ command, instruction }) =>
      !OFFLINE.test(command) && !UNCACHED.test(command) && !mountsOf(instruction).some(({ type }) => type === 'cache'),
  );
  return [...Map.groupBy(bare, ({ manager }) => manager).values()].flatMap(([first]) => {
    if (first === undefined) return [];
    const { manager, command, instruction } = first;
    const text = `\`${command}\` fetches all packages again whenever one changes. With \`--mount=type=cache,target=${manager.cache}\` a builder that keeps its cache fetches only what is new.`;
    return [{ rule: 'NoCacheMount', text, line: instruction.line }];
  });
}

/** Packages for development in a stage that ships, or copied from one that does not. */
function developmentInImage(graph: StageGraph, found: readonly Install[]): RuleFinding[] {
  const shipped = graph.shipped();
  const full = found.filter(({ manager, command, stage }) => isFull(graph, manager, command, stage));
  const inPlace = full
    .filter(({ stage }) => shipped.has(stage))
    .map(({ command, instruction }) => ({ line: instruction.line, what: `\`${command}\` installs` }));
  const copied = [...shipped].flatMap((stage) =>
    stage.instructions
      .filter(({ keyword }) => keyword === 'COPY')
      .flatMap((instruction) => {
        const from = graph.sources(stage, instruction);
        const source = full.find((one) => from.includes(one.stage) && takesPackages(instruction, one.stage));
        return source === undefined || shipped.has(source.stage)
          ? []
          : [
              {
                line: instruction.line,
                what: `this takes what \`${source.command}\` (line ${source.instruction.line}) has installed,`,
              },
            ];
      }),
  );
  return [...inPlace, ...copied].map(({ line, what }) => ({
    rule: 'DevDependenciesInImage',
    text: `The image gets packages that only development needs: ${what} all of them, often 100 MB and more. Install for production (npm: \`--omit=dev\`) in a stage of its own, or prune.`,
    line,
  }));
}

function isFull(graph: StageGraph, { forProduction }: Manager, command: string, stage: Stage): boolean {
  if (forProduction === undefined || forProduction.test(command)) return false;
  const base = graph.baseOf(stage);
  const lineage = [stage, ...(base.kind === 'stages' ? base.stages : [])].flatMap(({ instructions }) => instructions);
  const isForProduction = lineage.some(({ keyword, text }) => keyword === 'ENV' && /\bNODE_ENV[= ]"?production/.test(text));
  const isPruned = stage.instructions.some((one) => one.keyword === 'RUN' && /\bprune\b/.test(scriptOf(one)));
  return !isForProduction && !isPruned;
}

function takesPackages(copy: Instruction, source: Stage): boolean {
  const directory = source.instructions.findLast(({ keyword }) => keyword === 'WORKDIR')?.text.replace(/\/+$/, '');
  return argumentsOf(copy)
    .slice(0, -1)
    .map((path) => path.replace(/\/+(\.|\*)?$/, ''))
    .some((path) => /(^|\/)(node_modules|vendor)$/.test(path) || path === directory || path === '');
}
