import { hereDocumentEnds } from './here-documents.js';

type Flags = ReadonlyArray<readonly [name: string, value: string]>;

/** One instruction of a Dockerfile. */
export interface Instruction {
  /** In upper case; empty for what is no instruction, whose whole line is the text. */
  readonly keyword: string;
  /** What follows it: continued lines joined by a blank, without comments and without what stands in here-documents. */
  readonly text: string;
  /** Of its start, from 1. */
  readonly line: number;
  /** What stands in its here-documents. */
  readonly documents: readonly HereDocument[];
}

export interface HereDocument {
  readonly text: string;
  /** Of its first line, from 1. */
  readonly line: number;
}

/** A FROM and what belongs to it. */
export interface Stage {
  /** As it was written, with its variables. */
  readonly base: string;
  /** After AS; undefined when it has none. */
  readonly name: string | undefined;
  /** Of its FROM. */
  readonly flags: Flags;
  readonly line: number;
  readonly instructions: readonly Instruction[];
}

export interface Dockerfile {
  /** In front of the first FROM: ARGs. */
  readonly global: readonly Instruction[];
  readonly stages: readonly Stage[];
}

/**
 * Reads a Dockerfile as far as a review needs it: instructions, stages and lines (docs.docker.com/reference/dockerfile). What is no Dockerfile gives no
 * stages; to say what is wrong with it is for the engine.
 */
export function parseDockerfile(content: string): Dockerfile {
  const global: Instruction[] = [];
  const stages: Array<Omit<Stage, 'instructions'> & { readonly instructions: Instruction[] }> = [];
  for (const instruction of instructionsOf(content)) {
    if (instruction.keyword === 'FROM') stages.push({ ...readFrom(instruction), instructions: [] });
    else (stages.at(-1)?.instructions ?? global).push(instruction);
  }
  return { global, stages };
}

function readFrom({ text, line }: Omit<Instruction, 'documents'>): Omit<Stage, 'instructions'> {
  const words = text.split(/\s+/).filter((word) => !word.startsWith('--'));
  const name = words[1]?.toUpperCase() === 'AS' ? words[2] : undefined;
  return { base: words[0] ?? '', name, flags: flagsOf({ text }), line };
}

function* instructionsOf(content: string): Generator<Instruction> {
  const lines = content.replace(/^\uFEFF/, '').split(/\r?\n/);
  const continuation = escapeCharacter(lines);
  for (let index = 0; index < lines.length; index++) {
    const first = lines[index] ?? '';
    if (isBlank(first)) continue;
    const start = index + 1;
    let text = first;
    while (goesOn(text, continuation) && index + 1 < lines.length) {
      index += 1;
      const next = lines[index] ?? '';
      // Comments and empty lines may stand between the lines of an instruction.
      if (!isBlank(next)) text = `${text.trimEnd().slice(0, -1)} ${next.trim()}`;
    }
    const [, keyword = '', rest = text] = INSTRUCTION.exec(text) ?? [];
    const documents: HereDocument[] = [];
    for (const end of hereDocumentEnds(text)) {
      const from = index + 1;
      while (index + 1 < lines.length && lines[index + 1]?.replace(end.tabs ? /^\t+/ : '', '') !== end.word) index += 1;
      documents.push({ text: lines.slice(from, index + 1).join('\n'), line: from + 1 });
      index += 1;
    }
    yield { keyword: keyword.toUpperCase(), text: rest.trim(), line: start, documents };
  }
}

/** The `--name=value` that stand in front of all else. */
export function flagsOf({ text }: Pick<Instruction, 'text'>): Flags {
  const flags = /^(?:--[\w-]+(?:=\S*)?\s+)*/.exec(`${text} `)?.[0] ?? '';
  return [...flags.matchAll(/--([\w-]+)(?:=(\S*))?/g)].map(([, name = '', value = '']) => [name, value.replaceAll(/["']/g, '')]);
}

/** All that a RUN runs, whether it stands in the line or in a here-document. */
export const scriptOf = ({ text, documents }: Instruction): string =>
  [text, ...documents.map((document) => document.text)].join('\n');

/** docs.docker.com/reference/dockerfile, "Overview". */
const INSTRUCTION =
  /^\s*(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)(?![^\s])\s*(.*)$/is;

/** An escape character that is escaped itself ends its line (moby/buildkit, parser.go). */
function goesOn(text: string, continuation: string): boolean {
  const line = text.replace(/[ \t]+$/, '');
  return line.endsWith(continuation) && !line.slice(0, -1).endsWith(continuation);
}

const isBlank = (line: string): boolean => /^\s*(#.*)?$/.test(line);

/** `# escape=` is a directive only in front of everything else. */
function escapeCharacter(lines: readonly string[]): string {
  for (const line of lines) {
    const [, name, value] = /^#\s*([a-zA-Z]+)\s*=\s*(\S+)/.exec(line) ?? [];
    if (name === undefined) return '\\';
    if (name.toLowerCase() === 'escape') return value ?? '\\';
  }
  return '\\';
}
