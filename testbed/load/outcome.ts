/** How one request ended, seen from the client. */
export type Outcome =
  /** Answered by a version: below 500 it is ok, else the app failed. */
  | { readonly version: string; readonly status: number }
  /** No answer, or one that no version gave; `lost` says why. */
  | { readonly lost: string };

/** The kinds of client that requests are sent as; see `Clients`. */
export type ClientKind = 'keep-alive' | 'new' | 'sticky' | 'header';

/** One request that is over. Times are milliseconds since 1970, by the load's `Timers`. */
export interface Sent {
  readonly dueAt: number;
  readonly sentAt: number;
  readonly endedAt: number;
  readonly client: ClientKind;
  /** The Service that was chosen, or the host that was asked for. */
  readonly service: string;
  readonly outcome: Outcome;
  /** A sticky client was answered by another version than before. */
  readonly moved?: true;
}

/** What became of a request, in one word. */
export function verdictOf(outcome: Outcome): 'ok' | 'failed' | 'lost' {
  if ('lost' in outcome) return 'lost';
  return outcome.status >= 500 ? 'failed' : 'ok';
}

/**
 * Names why there was no answer: `reset`, `refused`, `unreachable`, `timeout`, else the system's own code. `EADDRNOTAVAIL` and `EMFILE` are the
 * generator's own troubles, and no loss of the app; they are counted as lost all the same, so that nobody overlooks them.
 */
export function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ECONNRESET':
    case 'EPIPE':
      return 'reset';
    case 'ECONNREFUSED':
      return 'refused';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'unreachable';
    case 'ETIMEDOUT':
      return 'timeout';
    default:
      return code ?? message;
  }
}
