import { getOctokit } from '@actions/github';

/** What GitHub says of a workflow run. */
export interface RunState {
  /** `queued`, `in_progress`, `waiting`, `completed`, … */
  readonly status: string;
  /** `success`, `failure`, `cancelled`, …; null until the run is over. */
  readonly conclusion: string | null;
}

/**
 * Asks GitHub (GITHUB_API_URL) what has become of a run. The only code that runs @actions/github; it costs twice the start of Node, so this module is
 * loaded on first use.
 * @param repository `owner/name`
 * @throws Error in the library's words when GitHub does not answer or refuses
 */
export async function runState(repository: string, runId: string, token: string, signal: AbortSignal): Promise<RunState> {
  const [owner = '', repo = ''] = repository.split('/');
  const run = { owner, repo, run_id: Number(runId), request: { signal } };
  const { data } = await getOctokit(token).rest.actions.getWorkflowRun(run);
  return { status: data.status ?? 'unknown', conclusion: data.conclusion };
}
