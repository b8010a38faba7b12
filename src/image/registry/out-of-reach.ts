import { TransportFailure } from '../../http/failure.js';
import { UserError } from '../../kernel/errors.js';

/** A registry that gave no answer, after it was asked as often as is worth it. */
export class RegistryOutOfReach extends UserError {
  /** In words: `nothing listens there (ECONNREFUSED)`. */
  readonly why: string;
  /** Whether it may have got the request and acted on it. */
  readonly maybeProcessed: boolean;

  /** @param what was to be done, in words: `read the tag 1.2.3` */
  constructor(registry: string, repository: string, what: string, failure: TransportFailure) {
    super(
      'registry-unreachable',
      `${registry} gave no answer when this step wanted to ${what} in ${repository}: ${failure.message}.\n` +
        'Is it restarting, or is there a proxy or a firewall in between? Run the job again once it answers, or raise `retry-for`.',
      { cause: failure },
    );
    this.why = failure.message;
    this.maybeProcessed = failure.maybeProcessed;
  }
}

/** Gives a request without an answer the name of the registry; everything else stays as it is. */
export const orOutOfReach =
  (registry: string, repository: string, what: string) =>
  (error: unknown): never => {
    throw error instanceof TransportFailure ? new RegistryOutOfReach(registry, repository, what, error) : error;
  };
