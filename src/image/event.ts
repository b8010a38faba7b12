import { readFileSync } from 'node:fs';
import type { Environment } from '../action/environment.js';

/** What set the workflow off, as far as names and labels of an image follow from it. Empty texts mean unknown. */
export interface BuildEvent {
  /** Full ref, e.g. `refs/heads/main`, `refs/tags/v1.2.3`. */
  readonly ref: string;
  readonly sha: string;
  readonly pullRequest: number | undefined;
  readonly defaultBranch: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly server: string;
  /** When the commit was made, in seconds since the epoch. */
  readonly committedAt: number | undefined;
  readonly description: string;
  /** SPDX expression. */
  readonly license: string;
}

/** The parts of GitHub's event payload that we read; which of them are there depends on the event. */
interface Payload {
  readonly repository?: {
    readonly default_branch?: string;
    readonly description?: string | null;
    readonly license?: { readonly spdx_id?: string | null } | null;
  };
  readonly head_commit?: { readonly timestamp?: string } | null;
  readonly pull_request?: { readonly number?: number; readonly head?: { readonly sha?: string } };
}

/** Reads the event from the runner's variables and its payload file; outside a workflow everything is unknown. */
export function readEvent({ variables }: Environment): BuildEvent {
  const { repository, head_commit: head, pull_request: pullRequest } = readPayload(variables.GITHUB_EVENT_PATH);
  const seconds = Date.parse(head?.timestamp ?? '') / 1000;
  const license = repository?.license?.spdx_id ?? '';
  return {
    ref: variables.GITHUB_REF ?? '',
    // The commit that a pull request is built at is a merge that nobody will find again.
    sha: pullRequest?.head?.sha ?? variables.GITHUB_SHA ?? '',
    pullRequest: pullRequest?.number,
    defaultBranch: repository?.default_branch ?? '',
    repository: variables.GITHUB_REPOSITORY ?? '',
    server: variables.GITHUB_SERVER_URL || 'https://github.com',
    committedAt: Number.isNaN(seconds) ? undefined : Math.floor(seconds),
    description: repository?.description ?? '',
    license: license === 'NOASSERTION' ? '' : license,
  };
}

/** A payload that is missing or broken tells nothing; what needs it says so itself. */
function readPayload(path: string | undefined): Payload {
  if (!path) return {};
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Payload;
  } catch {
    return {};
  }
}
