import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

export interface Block {
  readonly language: string;
  readonly text: string;
  readonly line: number;
  /** The comment that stands right before the block, without its brackets. */
  readonly mark: string | undefined;
}

export interface Link {
  readonly path: string;
  readonly anchor: string | undefined;
  readonly line: number;
}

export interface Page {
  readonly file: string;
  readonly blocks: readonly Block[];
  readonly links: readonly Link[];
  readonly anchors: ReadonlySet<string>;
  /** Everything outside the blocks, line by line; a line inside one is empty. */
  readonly prose: readonly string[];
}

/** Reads a Markdown file as GitHub shows it: its fenced blocks, its relative links, and the anchors of its headings. */
export function readPage(file: string): Page {
  const blocks: Block[] = [];
  const prose: string[] = [];
  let open: { indent: string; language: string; line: number; lines: string[]; mark: string | undefined } | undefined;
  for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    const [, indent = '', language] = /^( *)```(\S*)\s*$/.exec(line) ?? [];
    if (open !== undefined && language === '') {
      blocks.push({ ...open, text: open.lines.map((text) => text.slice(open?.indent.length)).join('\n') });
      open = undefined;
    } else if (open !== undefined) {
      open.lines.push(line);
    } else if (language !== undefined) {
      const before = prose.findLast((text) => text.trim() !== '')?.trim() ?? '';
      open = { indent, language, line: index + 1, lines: [], mark: /^<!-- (.*) -->$/.exec(before)?.[1] };
    }
    prose.push(open !== undefined || language !== undefined ? '' : line);
  }
  if (open !== undefined) throw new Error(`${file}:${open.line}: the block is not closed`);
  return { file, blocks, prose, links: linksOf(file, prose), anchors: anchorsOf(prose) };
}

function linksOf(file: string, prose: readonly string[]): Link[] {
  return prose.flatMap((text, index) =>
    [...text.replaceAll(/`[^`]*`/g, '`').matchAll(/\]\((?![a-z]+:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].map(
      ([, path = '', anchor]) => ({
        path: path === '' ? file : normalize(join(dirname(file), path)).replace(/\/$/, ''),
        anchor,
        line: index + 1,
      }),
    ),
  );
}

// github.com/Flet/github-slugger, whose rules are GitHub's: lower case, marks go, spaces become dashes, a repeated one gets a number.
function anchorsOf(prose: readonly string[]): Set<string> {
  const anchors = new Set<string>();
  for (const text of prose) {
    const [, named] = /^<a id="([^"]+)"><\/a>/.exec(text) ?? [];
    if (named !== undefined) anchors.add(named);
    const [, heading] = /^#{1,6} +(.+?)\s*$/.exec(text) ?? [];
    if (heading === undefined) continue;
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}\- _]/gu, '')
      .replaceAll(' ', '-');
    let anchor = slug;
    for (let again = 1; anchors.has(anchor); again++) anchor = `${slug}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
}
