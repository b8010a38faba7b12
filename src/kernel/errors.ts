/**
 * The codes that problems may have. Each floor adds those of its table (`src/<floor>/problem-codes.ts`) by declaring them here: the compiler knows
 * them all, and no bundle has a table in it.
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is filled by declarations elsewhere, which a type can't be.
export interface ProblemCodes {}

/** What kind of fault a problem is, in the field's words; docs/errors.md has its meaning and its remedy. */
export type ProblemCode = keyof ProblemCodes;

/** One thing that is wrong. */
export interface Problem {
  readonly code: ProblemCode;
  /** For a person, without the code: what is kept, counted or put into a summary has no use for it. */
  readonly text: string;
}

/** What a table says of one code. */
export interface ProblemMeaning {
  readonly means: string;
  readonly remedy: string;
}

/** A problem as people are shown it: the code ends the line, or has the last line for itself, so that it is never part of what an app has said. */
export const withCode = ({ code, text }: Problem): string => `${text}${text.includes('\n') ? '\n' : ' '}[${code}]`;

interface Details extends ErrorOptions {
  readonly brief?: string;
  /** The same for people to see, where not all of it is one problem. */
  readonly coded?: string | undefined;
}

/**
 * A failure that the user can mend: it says what is wrong, where, and what to do.
 * Anything else that is thrown is treated as a defect of the suite and shown with its stack in debug.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** That of the first problem, where there are several. */
  readonly code: ProblemCode;
  /** The same without a word of an app, a node or a webhook: what may be kept, in the record, outputs and summaries. */
  readonly brief: string;
  readonly #coded: string | undefined;

  constructor(code: ProblemCode, message: string, { brief, coded, ...options }: Details = {}) {
    super(message, options);
    this.code = code;
    this.brief = brief ?? message;
    this.#coded = coded;
  }

  /** The message with the code of each problem, for whoever shows it to a person. */
  get coded(): string {
    return this.#coded ?? withCode({ code: this.code, text: this.message });
  }

  /** The same error with something said after it, such as what it has left behind. */
  followedBy(text: string, { brief }: Pick<Details, 'brief'> = {}): UserError {
    const coded = this.#coded === undefined ? undefined : `${this.#coded}\n${text}`;
    return new UserError(this.code, `${this.message}\n${text}`, { cause: this, coded, ...(brief !== undefined && { brief }) });
  }
}

/** What another system answered, in its words: neither the user's mistake nor a defect of the suite. */
export class OutsideFailure extends Error {}

/** Gathers everything that is wrong, so that the user meets all of it at once and not one failure a run. */
export class Problems {
  readonly #all: Problem[] = [];

  add(code: ProblemCode, text: string): void {
    if (!this.#all.some((each) => each.text === text)) this.#all.push({ code, text });
  }

  get all(): readonly Problem[] {
    return this.#all;
  }

  get texts(): readonly string[] {
    return this.#all.map(({ text }) => text);
  }

  /** Runs `check`; a UserError becomes one more problem, anything else goes on up. */
  async gather<T>(check: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await check();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.add(error.code, error.message);
      return undefined;
    }
  }

  /**
   * @param closing what there is to say when anything is wrong, and is no problem by itself
   * @throws UserError with every problem, numbered when there are several; nothing has been changed by then
   */
  throwIfAny(closing?: string): void {
    const [first, ...rest] = this.#all;
    const end = closing === undefined ? '' : `\n${closing}`;
    if (first === undefined) return;
    if (rest.length === 0) throw new UserError(first.code, `${first.text}${end}`);
    const list = (shown: readonly string[]): string =>
      `${shown.length} things are wrong:\n${shown.map((text, index) => `${index + 1}. ${text.replaceAll('\n', '\n   ')}`).join('\n')}${end}`;
    throw new UserError(first.code, list(this.texts), { coded: list(this.#all.map(withCode)) });
  }
}
