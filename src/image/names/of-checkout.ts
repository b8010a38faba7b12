import type { CheckedOut } from '../commit-time.js';
import type { BuildEvent } from '../event.js';

/**
 * What is built is the commit in the workspace, whatever the event is about. Where a job checked out another one (`ref:` of actions/checkout), names and labels
 * are of that: no branch, version or pull request of the event stands for it.
 */
export function ofCheckout(
  event: BuildEvent,
  commit: CheckedOut | undefined,
): { readonly event: BuildEvent; readonly notes: readonly string[] } {
  // Of a pull request the workflow checks out the merge with its base; of `pull_request_target` the base itself.
  const expected = event.name === 'pull_request_target' ? [event.sha] : [event.sha, event.runSha];
  if (!event.aboutCommit || event.sha === '' || commit === undefined || expected.includes(commit.sha))
    return { event, notes: [] };
  const short = (sha: string) => sha.slice(0, 7);
  return {
    event: {
      ...event,
      ...{ sha: commit.sha, runSha: commit.sha, committedAt: commit.committedAt },
      ...{ aboutCommit: false, ref: '', pullRequest: undefined },
    },
    notes: [
      `The commit in the workspace is ${short(commit.sha)}, and the event is about ${short(event.sha)}: tags and labels are of ${short(commit.sha)} alone. What it is called besides is for \`tags\` to say.`,
    ],
  };
}
