/**
 * A failure that the user can mend: it says what is wrong, where, and what to do.
 * Anything else that is thrown is treated as a defect of the suite and shown with its stack in debug.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** The same without a word of an app, a node or a webhook: what may be kept, in the record, outputs and summaries. */
  readonly brief: string;

  constructor(message: string, { brief, ...options }: ErrorOptions & { readonly brief?: string } = {}) {
    super(message, options);
    this.brief = brief ?? message;
  }
}

/** What another system answered, in its words: neither the user's mistake nor a defect of the suite. */
export class OutsideFailure extends Error {}

/** Gathers everything that is wrong, so that the user meets all of it at once and not one failure a run. */
export class Problems {
  readonly #texts: string[] = [];

  add(text: string): void {
    if (!this.#texts.includes(text)) this.#texts.push(text);
  }

  get texts(): readonly string[] {
    return this.#texts;
  }

  /** Runs `check`; a UserError becomes one more problem, anything else goes on up. */
  async gather<T>(check: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await check();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.add(error.message);
      return undefined;
    }
  }

  /**
   * @param closing what there is to say when anything is wrong, and is no problem by itself
   * @throws UserError with every problem, numbered when there are several; nothing has been changed by then
   */
  throwIfAny(closing?: string): void {
    const [first, ...rest] = this.#texts;
    const end = closing === undefined ? '' : `\n${closing}`;
    if (first === undefined) return;
    if (rest.length === 0) throw new UserError(`${first}${end}`);
    const numbered = this.#texts.map((text, index) => `${index + 1}. ${text.replaceAll('\n', '\n   ')}`);
    throw new UserError(`${this.#texts.length} things are wrong:\n${numbered.join('\n')}${end}`);
  }
}
