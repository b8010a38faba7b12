import { type Dockerfile, flagsOf, type Instruction, type Stage } from './dockerfile.js';
import { type Expanded, expand } from './expand.js';

/** What a Dockerfile is built with. */
export interface ReviewedBuild {
  /** Name or number of the stage that is built; undefined: the last one. */
  readonly target: string | undefined;
  /** `NAME=value`. */
  readonly buildArgs: readonly string[];
  /** Names of further contexts; FROM and `--from` take these before stages and images. */
  readonly contexts: readonly string[];
}

/** What a FROM leads to. */
export type Base =
  /** One of these: which one is only known while it is built. */
  | { readonly kind: 'stages'; readonly stages: readonly Stage[] }
  /** Another context: an image, a directory, another target. What it is, is for who gives it to say. */
  | { readonly kind: 'context' }
  | { readonly kind: 'nothing' }
  /** `shown` is without what build arguments give. */
  | { readonly kind: 'image'; readonly image: string; readonly shown: string };

/** The stages of a Dockerfile as they build on each other. */
export class StageGraph {
  readonly dockerfile: Dockerfile;
  readonly #build: ReviewedBuild;
  readonly #values: ReadonlyMap<string, string>;

  /** @param platform that the image is for; undefined: any */
  constructor(dockerfile: Dockerfile, build: ReviewedBuild, platform?: string) {
    this.dockerfile = dockerfile;
    this.#build = build;
    this.#values = argumentValues(dockerfile, build.buildArgs, platform);
  }

  /** A text with its variables put in, by default those of a FROM; what only the builder knows stands as it was written. */
  expand(text: string, values: ReadonlyMap<string, string> = this.#values): string {
    return expand(text, values).text;
  }

  /** What an ARG in front of the first FROM says, for stages that take it. */
  argument(name: string): string | undefined {
    return this.#values.get(name);
  }

  baseOf(stage: Stage): Base {
    const base = expand(stage.base, this.#values);
    if (this.#isContext(base)) return { kind: 'context' };
    const stages = this.#earlier(stage, base);
    if (stages.length > 0) return { kind: 'stages', stages };
    return base.text === 'scratch' || base.text === ''
      ? { kind: 'nothing' }
      : { kind: 'image', image: base.text, shown: this.#shown(stage.base) };
  }

  /** What build arguments give is for no log: people do put secrets there. */
  #shown(text: string): string {
    const given = this.#build.buildArgs.map((one) => one.split('=')[0] ?? '');
    return expand(text, new Map([...this.#values, ...given.map((name) => [name, `$${name}`] as const)])).text;
  }

  /** Whether the stage that is to be built is there. */
  hasTarget(): boolean {
    return this.#final() !== undefined;
  }

  /** The stage that is built, and those that it is built on, the nearest first: what ends in the image. One list for each way that it may be built. */
  chains(): Stage[][] {
    const final = this.#final();
    return final === undefined ? [] : this.#chainsFrom(final, []);
  }

  /** Stages whose files and settings end in the image. */
  shipped(): Set<Stage> {
    return new Set(this.chains().flat());
  }

  /** All that is built for the image: what it is built on, and what is copied or mounted from. BuildKit leaves the others out. */
  built(): Set<Stage> {
    const final = this.#final();
    const seen = new Set<Stage>();
    const visit = (stage: Stage): void => {
      if (seen.has(stage)) return;
      seen.add(stage);
      const base = this.baseOf(stage);
      for (const one of base.kind === 'stages' ? base.stages : []) visit(one);
      for (const from of stage.instructions.flatMap(sourcesOf)) for (const one of this.#copiedFrom(stage, from)) visit(one);
    };
    if (final !== undefined) visit(final);
    return seen;
  }

  /** The stages that `--from` of an instruction may mean. */
  #copiedFrom(stage: Stage, from: string): readonly Stage[] {
    const name = expand(from, this.#values);
    if (this.#isContext(name)) return [];
    const byNumber = /^\d+$/.test(name.text) ? this.dockerfile.stages[Number(name.text)] : undefined;
    return byNumber === undefined ? this.#earlier(stage, name) : [byNumber];
  }

  /** @returns stages that an instruction takes files from */
  sources(stage: Stage, instruction: Instruction): readonly Stage[] {
    return sourcesOf(instruction).flatMap((from) => this.#copiedFrom(stage, from));
  }

  /** @returns images of a registry that an instruction takes files from */
  copiedImages(stage: Stage, instruction: Instruction): string[] {
    return sourcesOf(instruction).flatMap((from) => {
      const name = expand(from, this.#values);
      const isNone = name.text === '' || /^\d+$/.test(name.text) || this.#isContext(name);
      return isNone || this.#copiedFrom(stage, from).length > 0 ? [] : [name.text];
    });
  }

  #final(): Stage | undefined {
    const { stages } = this.dockerfile;
    const { target } = this.#build;
    if (target === undefined) return stages.at(-1);
    return stages.findLast(({ name }) => name?.toLowerCase() === target.toLowerCase()) ?? stages[Number(target)];
  }

  #chainsFrom(stage: Stage, above: readonly Stage[]): Stage[][] {
    const chain = [...above, stage];
    const base = this.baseOf(stage);
    const next = base.kind === 'stages' ? base.stages.filter((one) => !chain.includes(one)) : [];
    return next.length === 0 ? [chain] : next.flatMap((one) => this.#chainsFrom(one, chain));
  }

  /** The last stage of each name in front of this one; of a name that is known, one. */
  #earlier(stage: Stage, name: Expanded): Stage[] {
    const before = this.dockerfile.stages.slice(0, this.dockerfile.stages.indexOf(stage));
    const found = before.filter((one) => one.name !== undefined && name.matches(one.name));
    return [...new Map(found.map((one) => [one.name?.toLowerCase(), one])).values()];
  }

  /** Names of contexts are compared as those of images are: without `docker.io/library/` and `:latest`. */
  #isContext(name: Expanded): boolean {
    return this.#build.contexts.some((context) => name.matches(context) || shortName(context) === shortName(name.text));
  }
}

const shortName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^docker\.io\//, '')
    .replace(/^library\//, '')
    .replace(/:latest$/, '');

/** A build argument counts where an ARG in front of the first FROM takes it. */
function argumentValues({ global }: Dockerfile, buildArgs: readonly string[], platform: string | undefined): Map<string, string> {
  const given = new Map(buildArgs.map((text) => [text.split('=')[0] ?? '', text.slice(text.indexOf('=') + 1)]));
  const values = new Map(platform === undefined ? [] : platformValues(platform));
  for (const { keyword, text } of global) {
    if (keyword !== 'ARG') continue;
    // Several may stand in one line.
    for (const [, name = '', , value] of text.matchAll(/(\w+)(=("[^"]*"|'[^']*'|\S*))?/g)) {
      const own = value === undefined ? undefined : expand(value, values).text;
      const found = given.get(name) ?? own;
      if (found !== undefined) values.set(name, found);
    }
  }
  return values;
}

/** As BuildKit sets them (docs.docker.com/build/building/variables, "Multi-platform build arguments"). */
function platformValues(platform: string): Array<[string, string]> {
  const [os = '', architecture = '', variant = ''] = platform.split('/');
  return [
    ['TARGETPLATFORM', platform],
    ['TARGETOS', os],
    ['TARGETARCH', architecture],
    ['TARGETVARIANT', variant],
  ];
}

/** What stands behind `--from` of COPY, and `from` of a mount. */
function sourcesOf(instruction: Instruction): string[] {
  if (instruction.keyword === 'COPY') return flagsOf(instruction).flatMap(([name, value]) => (name === 'from' ? [value] : []));
  if (instruction.keyword !== 'RUN') return [];
  return mountsOf(instruction).flatMap(({ from }) => from ?? []);
}

/** The attributes of each `--mount`, in whatever order they stand. */
export const mountsOf = (instruction: Instruction): Array<Readonly<Record<string, string>>> =>
  flagsOf(instruction)
    .filter(([name]) => name === 'mount')
    .map(([, value]) => Object.fromEntries(value.split(',').map(readAttribute)));

/** Where a mount is seen goes by three names (docs.docker.com/reference/dockerfile, "RUN --mount"). */
const readAttribute = (attribute: string): [string, string] => {
  const [, name = attribute, value = ''] = /^([^=]+)=(.*)$/s.exec(attribute) ?? [];
  return [/^(dst|destination)$/i.test(name) ? 'target' : name.toLowerCase(), value];
};
