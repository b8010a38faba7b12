import { type Accepts, isWordCode } from './character-class.js';
import { type Node, Parser } from './parser.js';

/**
 * Regular expressions in RE2's syntax, as Prometheus takes them, matched in time linear in the text: one step for each character keeps the set of all
 * places where the pattern may stand (K. Thompson, CACM 11, 1968). JavaScript's own engine tries one way after the other, which takes 14 s for
 * `(x+x+)+y` on forty letters, and a step that does not answer for so long loses its lock.
 */
export interface Pattern {
  /** Whether the whole text is matched, as Prometheus anchors at both ends. */
  matches(text: string): boolean;
}

/** More states than this is a pattern that nobody wrote for a label; RE2 has a limit too. */
const MOST_STATES = 10_000;
/** @throws RangeError saying what of the pattern can't be honoured */
export function compilePattern(source: string): Pattern {
  const tree = new Parser(source).parse();
  const program = new Program(tree, source);
  return { matches: (text) => program.matches(text) };
}

type State =
  | { readonly kind: 'one'; readonly accepts: Accepts; readonly next: number }
  | { readonly kind: 'fork'; readonly ways: readonly number[] }
  | { readonly kind: 'edge'; readonly at: 'start' | 'end' | 'word' | 'inside'; readonly next: number }
  | { readonly kind: 'end' };

/** The pattern as numbered places, each with where one gets from there. */
class Program {
  readonly #states: State[] = [{ kind: 'end' }];
  readonly #source: string;
  readonly #start: number;

  constructor(tree: Node, source: string) {
    this.#source = source;
    this.#start = this.#build(tree, 0);
  }

  matches(text: string): boolean {
    const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
    let now = this.#reach([this.#start], codes, 0);
    for (let at = 0; at < codes.length && now.size > 0; at++) {
      const code = codes[at] ?? 0;
      const next = [...now].flatMap((place) => {
        const state = this.#states[place];
        return state?.kind === 'one' && state.accepts(code) ? [state.next] : [];
      });
      now = this.#reach(next, codes, at + 1);
    }
    return now.has(0);
  }

  /** All places that can be got to without a further character. */
  #reach(from: readonly number[], codes: readonly number[], at: number): Set<number> {
    const reached = new Set<number>();
    const todo = [...from];
    for (let place = todo.pop(); place !== undefined; place = todo.pop()) {
      if (reached.has(place)) continue;
      reached.add(place);
      const state = this.#states[place];
      if (state?.kind === 'fork') todo.push(...state.ways);
      else if (state?.kind === 'edge' && isEdge(state.at, codes, at)) todo.push(state.next);
    }
    return reached;
  }

  /** @returns the first place of what then goes on at `next` */
  #build(node: Node, next: number): number {
    switch (node.kind) {
      case 'empty':
        return next;
      case 'one':
        return this.#add({ kind: 'one', accepts: node.accepts, next });
      case 'edge':
        return this.#add({ kind: 'edge', at: node.at, next });
      case 'all':
        return node.parts.reduceRight((after, part) => this.#build(part, after), next);
      case 'any':
        return this.#add({ kind: 'fork', ways: node.parts.map((part) => this.#build(part, next)) });
      case 'repeat':
        return this.#repeat(node, next);
    }
  }

  #repeat({ part, least, most }: Extract<Node, { kind: 'repeat' }>, next: number): number {
    let start = next;
    if (most === Number.POSITIVE_INFINITY) {
      const ways = [next];
      const loop = this.#add({ kind: 'fork', ways });
      ways.push(this.#build(part, loop));
      start = loop;
    } else {
      for (let i = least; i < most; i++) start = this.#add({ kind: 'fork', ways: [next, this.#build(part, start)] });
    }
    for (let i = 0; i < least; i++) start = this.#build(part, start);
    return start;
  }

  #add(state: State): number {
    if (this.#states.length >= MOST_STATES) throw new RangeError(`"${this.#source}" is too long a pattern`);
    return this.#states.push(state) - 1;
  }
}

function isEdge(at: 'start' | 'end' | 'word' | 'inside', codes: readonly number[], index: number): boolean {
  if (at === 'start') return index === 0;
  if (at === 'end') return index === codes.length;
  const isWord = (code: number | undefined) => code !== undefined && isWordCode(code);
  return (isWord(codes[index - 1]) !== isWord(codes[index])) === (at === 'word');
}
