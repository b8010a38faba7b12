import { posix } from 'node:path';
import { formatSize } from '../size.js';
import type { ContextFiles } from './context-files.js';
import { flagsOf, type Instruction } from './dockerfile.js';
import { expand } from './expand.js';
import type { RuleFinding } from './rule-finding.js';
import type { StageGraph } from './stages.js';

/** Whether an instruction copies all that the context has. */
export function copiesAll(instruction: Instruction): boolean {
  if (!/^(COPY|ADD)$/.test(instruction.keyword) || flagsOf(instruction).some(([name]) => name === 'from')) return false;
  return argumentsOf(instruction)
    .slice(0, -1)
    .some((path) => /^(\.|\/|\*|\/\*)?$/.test(plainPath(path)));
}

/** `./.`, `src/..` and a default of a variable (`${SRC:-.}`) are the whole context, too. */
function plainPath(path: string): string {
  const text = /\$\{\w+:?-/.test(path) ? expand(path, new Map()).text : path;
  const plain = posix.normalize(text.replaceAll(/["']/g, '')).replace(/(?<=.)\/$/, '');
  return text === '' ? '-' : plain;
}

/** What stands behind the flags, also as a list in JSON. */
export function argumentsOf({ text }: Instruction): string[] {
  const rest = text.replace(/^(--[\w-]+(=\S*)?\s+)*/, '');
  if (!rest.startsWith('[')) return rest.split(/\s+/);
  try {
    return (JSON.parse(rest) as unknown[]).map(String);
  } catch {
    return rest.split(/\s+/);
  }
}

const HEAVY = ['.git', 'node_modules', '.venv', 'vendor', 'target', 'dist', '.next', 'coverage'];

/** What goes along when everything is copied: history, packages of the machine. */
export function wholeContext(graph: StageGraph, context: ContextFiles): RuleFinding[] {
  const all = [...graph.built()].flatMap(({ instructions }) => instructions).filter(copiesAll);
  const [first] = all.sort((one, other) => one.line - other.line);
  if (first === undefined) return [];
  return context.ignoreFile === undefined ? [noIgnoreFile(context, first)] : [];
}

function noIgnoreFile(context: ContextFiles, { keyword, line }: Instruction): RuleFinding {
  const found = HEAVY.filter((path) => context.has(path)).map((path) => `${path} (${formatSize(context.bytes(path))})`);
  const along = found.length === 0 ? 'Whatever lies there' : found.join(', ');
  const text = `${keyword} takes the whole context, and there is no .dockerignore. ${along} goes along, and a change there builds everything after this line again.`;
  return { rule: 'NoDockerignore', text, line };
}
