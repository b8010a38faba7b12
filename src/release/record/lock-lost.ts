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

/** @param asker page of the run that undoes the release. Untrusted: whoever may write where the lock is kept could have written anything. */
export function gaveWay(asker: string): LockLost {
  const who = /^https?:\/\/[\w.:/-]{1,300}$/.test(asker) ? asker : 'Another run';
  return new LockLost(
    `${who} undoes this release and asked this step to give way. It stops here, and has left the lock and what it had begun to that run.`,
  );
}
