import { UserError } from '../../kernel/errors.js';

/** Another process works on the record. */
export class LockLost extends UserError {
  /** Whether that is another job of the same run, which goes on with the release as its own. */
  readonly isWithinRun: boolean;

  constructor(message: string, { isWithinRun = false, ...options }: ErrorOptions & { readonly isWithinRun?: boolean } = {}) {
    super('lock-lost', message, options);
    this.isWithinRun = isWithinRun;
  }
}
