import { type Accepts, between, CLASSES, CONTROLS, caseless, either, not, only, POSIX } from './character-class.js';

/** RE2's own limit for a repetition. */
const MOST_REPEATS = 1000;

/** What a pattern says, as a tree. */
export type Node =
  | { readonly kind: 'empty' }
  | { readonly kind: 'one'; readonly accepts: Accepts }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Node[] }
  | { readonly kind: 'repeat'; readonly part: Node; readonly least: number; readonly most: number }
  | { readonly kind: 'edge'; readonly at: 'start' | 'end' | 'word' | 'inside' };

interface Flags {
  readonly ignoresCase: boolean;
  /** The dot takes line ends too; Prometheus sets it. */
  readonly dotAll: boolean;
  readonly multiline: boolean;
}

/** Reads RE2's syntax (google/re2, wiki/Syntax). What it does not know is refused rather than read otherwise. */
export class Parser {
  readonly #source: string;
  readonly #codes: readonly string[];
  #at = 0;
  #flags: Flags = { ignoresCase: false, dotAll: true, multiline: false };

  constructor(source: string) {
    this.#source = source;
    this.#codes = [...source];
  }

  parse(): Node {
    const tree = this.#alternatives();
    if (this.#at < this.#codes.length) throw this.#refuse('has a closing parenthesis too many');
    return tree;
  }

  #alternatives(): Node {
    const parts = [this.#sequence()];
    while (this.#take('|')) parts.push(this.#sequence());
    return parts.length === 1 ? (parts[0] ?? { kind: 'empty' }) : { kind: 'any', parts };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    for (;;) {
      const next = this.#codes[this.#at];
      if (next === undefined || next === '|' || next === ')') return { kind: 'all', parts };
      parts.push(this.#repeated(this.#atom()));
    }
  }

  #repeated(part: Node): Node {
    const bounds = this.#bounds();
    if (bounds === undefined) return part;
    this.#take('?'); // lazy or not, the whole text is matched or it is not
    if (this.#bounds() !== undefined) throw this.#refuse('repeats a repetition');
    const [least, most] = bounds;
    if (least > MOST_REPEATS || (most !== Number.POSITIVE_INFINITY && most > MOST_REPEATS) || most < least)
      throw this.#refuse(`repeats more than ${MOST_REPEATS} times, or less often than it must`);
    return { kind: 'repeat', part, least, most };
  }

  #bounds(): readonly [number, number] | undefined {
    if (this.#take('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.#take('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.#take('?')) return [0, 1];
    const [whole, least = '', comma, most] = /^\{(\d+)(?:(,)(\d*))?\}/.exec(this.#rest()) ?? [];
    if (whole === undefined) return undefined;
    this.#at += whole.length;
    return [Number(least), comma === undefined ? Number(least) : most === '' ? Number.POSITIVE_INFINITY : Number(most)];
  }

  #atom(): Node {
    const character = this.#codes[this.#at++] ?? '';
    switch (character) {
      case '(':
        return this.#group();
      case '[':
        return this.#folded(this.#bracket());
      case '.':
        return { kind: 'one', accepts: this.#flags.dotAll ? () => true : (code) => code !== 10 };
      case '^':
        return { kind: 'edge', at: 'start' };
      case '$':
        return { kind: 'edge', at: 'end' };
      case '*':
      case '+':
      case '?':
        throw this.#refuse(`has nothing to repeat before ${character}`);
      case '\\':
        return this.#escape();
      default:
        return this.#folded(only(character));
    }
  }

  #group(): Node {
    const before = this.#flags;
    if (this.#take('?')) {
      const [whole, on = '', off = '', end = ''] = /^([a-zA-Z]*)(?:-([a-zA-Z]+))?([:)])/.exec(this.#rest()) ?? [];
      const [named] = /^P?<[A-Za-z_]\w*>/.exec(this.#rest()) ?? [];
      if (named !== undefined) this.#at += named.length;
      else if (whole === undefined) throw this.#refuse('has a group that RE2 does not know');
      else {
        this.#at += whole.length;
        this.#setFlags(on, off);
        if (end === ')') return { kind: 'empty' }; // from here to the end of the group around it
      }
    }
    const inside = this.#alternatives();
    if (!this.#take(')')) throw this.#refuse('lacks a closing parenthesis');
    this.#flags = before;
    return inside;
  }

  #setFlags(on: string, off: string): void {
    const unknown = /[^imsU]/.exec(on + off);
    if (unknown) throw this.#refuse(`has the unknown flag ${unknown[0]}`);
    const flag = (letter: string, was: boolean) => (on.includes(letter) ? true : off.includes(letter) ? false : was);
    const { ignoresCase, dotAll, multiline } = this.#flags;
    this.#flags = { ignoresCase: flag('i', ignoresCase), dotAll: flag('s', dotAll), multiline: flag('m', multiline) };
    if (this.#flags.multiline) throw this.#refuse('matches line by line; a label is one text');
  }

  #escape(): Node {
    const letter = this.#codes[this.#at] ?? '';
    if (letter === 'A' || letter === 'z' || letter === 'b' || letter === 'B') {
      this.#at++;
      return { kind: 'edge', at: letter === 'A' ? 'start' : letter === 'z' ? 'end' : letter === 'b' ? 'word' : 'inside' };
    }
    if (letter === 'Q') {
      const [whole = '', text = ''] = /^Q([\s\S]*?)(?:\\E|$)/.exec(this.#rest()) ?? [];
      this.#at += [...whole].length;
      return { kind: 'all', parts: [...text].map((character) => this.#folded(only(character))) };
    }
    return this.#folded(this.#escapedClass());
  }

  /** What stands after a backslash, in or outside of brackets. */
  #escapedClass(): Accepts {
    const letter = this.#codes[this.#at++];
    if (letter === undefined) throw this.#refuse('ends in a backslash');
    const known = CLASSES[letter];
    if (known) return known;
    if (letter === 'p' || letter === 'P') return this.#property(letter === 'P');
    return only(this.#escapedCharacter(letter));
  }

  #escapedCharacter(letter: string): string {
    const control = CONTROLS[letter];
    if (control !== undefined) return String.fromCodePoint(control);
    if (letter === 'x') {
      const [whole, braced, plain] = /^(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{2}))/.exec(this.#rest()) ?? [];
      if (whole === undefined) throw this.#refuse('has \\x without two hexadecimal digits');
      this.#at += whole.length;
      return String.fromCodePoint(Math.min(Number.parseInt(braced ?? plain ?? '', 16), 0x10ffff));
    }
    if (/[0-9A-Za-z]/.test(letter)) throw this.#refuse(`has the escape \\${letter}, which RE2 does not know`);
    return letter;
  }

  #property(isNegated: boolean): Accepts {
    const [whole, caret, braced, single] = /^(?:\{(\^?)(\w+)\}|(\w))/.exec(this.#rest()) ?? [];
    if (whole === undefined) throw this.#refuse('has \\p without a class');
    this.#at += whole.length;
    const name = braced ?? single ?? '';
    for (const spelling of [name, `Script=${name}`]) {
      try {
        const regex = new RegExp(`^\\p{${spelling}}$`, 'u');
        const accepts: Accepts = (code) => regex.test(String.fromCodePoint(code));
        return isNegated !== (caret === '^') ? not(accepts) : accepts;
      } catch {
        // The other spelling may be the one.
      }
    }
    throw this.#refuse(`has the unknown class \\p{${name}}`);
  }

  #bracket(): Accepts {
    const isNegated = this.#take('^');
    const ways: Accepts[] = [];
    for (let isFirst = true; isFirst || this.#codes[this.#at] !== ']'; isFirst = false) {
      if (this.#at >= this.#codes.length) throw this.#refuse('lacks a closing bracket');
      ways.push(this.#member());
    }
    this.#at++;
    const accepts = either(...ways);
    const folded = this.#flags.ignoresCase ? caseless(accepts) : accepts;
    return isNegated ? not(folded) : folded;
  }

  #member(): Accepts {
    const [named, caret, name = ''] = /^\[:(\^?)(\w+):\]/.exec(this.#rest()) ?? [];
    if (named !== undefined) {
      const accepts = POSIX[name];
      if (accepts === undefined) throw this.#refuse(`has the unknown class [:${name}:]`);
      this.#at += named.length;
      return caret === '^' ? not(accepts) : accepts;
    }
    const low = this.#endpoint();
    if (typeof low === 'function') return low;
    const isRange = this.#codes[this.#at] === '-' && this.#codes[this.#at + 1] !== ']' && this.#at + 1 < this.#codes.length;
    if (!isRange) return only(low);
    this.#at++;
    const high = this.#endpoint();
    const [from, to] = [low.codePointAt(0) ?? 0, typeof high === 'function' ? -1 : (high.codePointAt(0) ?? 0)];
    if (to < from) throw this.#refuse('has a range that ends before it begins');
    return between(from, to);
  }

  /** One end of a range, or a whole class. */
  #endpoint(): string | Accepts {
    const character = this.#codes[this.#at++] ?? '';
    if (character !== '\\') return character;
    const letter = this.#codes[this.#at] ?? '';
    if (letter === 'p' || letter === 'P' || CLASSES[letter]) return this.#escapedClass();
    this.#at++;
    return this.#escapedCharacter(letter);
  }

  #folded(accepts: Accepts): Node {
    return { kind: 'one', accepts: this.#flags.ignoresCase ? caseless(accepts) : accepts };
  }

  #take(character: string): boolean {
    if (this.#codes[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #rest(): string {
    return this.#codes.slice(this.#at).join('');
  }

  #refuse(what: string): RangeError {
    return new RangeError(`"${this.#source}" ${what}`);
  }
}
