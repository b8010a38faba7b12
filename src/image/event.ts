import { readFileSync } from 'node:fs';
import type { Environment } from '../kernel/environment.js';

/** What set the workflow off, as far as names and labels of an image follow from it. Empty texts mean unknown. */
export interface BuildEvent {
  /** `push`, `schedule`, …; empty outside a workflow. */
  readonly name: string;
  /** Full ref, e.g. `refs/heads/main`, `refs/tags/v1.2.3`. */
  readonly ref: string;
  readonly sha: string;
  /** The commit that the workflow runs at; of a pull request a merge, where `sha` is its head. */
  readonly runSha: string;
  /** Whether the event is about a commit. Issues and comments run at the default branch, whatever the job checks out. */
  readonly aboutCommit: boolean;
  /** Where a pull request goes to, or the branch that a pushed tag is on, where GitHub says so. */
  readonly baseRef: string;
  readonly pullRequest: number | undefined;
  /** Whether the event is a release that GitHub calls a pre-release. */
  readonly isPreRelease: boolean;
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
  readonly base_ref?: string | null;
  readonly release?: { readonly prerelease?: boolean };
  readonly pull_request?: {
    readonly number?: number;
    readonly head?: { readonly sha?: string };
    readonly base?: { readonly ref?: string };
  };
}

/** Events whose commit is what they are about (docs.github.com/actions, "Events that trigger workflows"). */
const ABOUT_A_COMMIT =
  /^(push|create|deployment|merge_group|pull_request(_\w+)?|release|repository_dispatch|schedule|workflow_call|workflow_dispatch|)$/;

/**
 * Reads the event from the runner's variables and its payload file; outside a workflow everything is unknown.
 * @param checkedOut commit of the workspace, for events that are about none
 */
export function readEvent({ variables }: Environment, checkedOut: string | undefined): BuildEvent {
  const payload = readPayload(variables.GITHUB_EVENT_PATH);
  const { repository, head_commit: head, pull_request: pullRequest } = payload;
  const name = variables.GITHUB_EVENT_NAME ?? '';
  const aboutCommit = ABOUT_A_COMMIT.test(name);
  const runSha = variables.GITHUB_SHA ?? '';
  const seconds = Date.parse(head?.timestamp ?? '') / 1000;
  const license = repository?.license?.spdx_id ?? '';
  return {
    name,
    aboutCommit,
    runSha,
    baseRef: pullRequest?.base?.ref ?? payload.base_ref ?? '',
    ref: variables.GITHUB_REF ?? '',
    // The commit that a pull request is built at is a merge that nobody will find again.
    sha: pullRequest?.head?.sha ?? (aboutCommit ? runSha : (checkedOut ?? runSha)),
    pullRequest: pullRequest?.number,
    isPreRelease: payload.release?.prerelease === true,
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
