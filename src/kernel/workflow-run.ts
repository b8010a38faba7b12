import type { Environment } from './environment.js';

/** Which workflow run is speaking; a release belongs to one. */
export interface WorkflowRun {
  /** `owner/name`. */
  readonly repository: string;
  readonly runId: string;
  readonly runAttempt: number;
  /** Job id, attempt and runner together: no two processes that live at the same time share them. */
  readonly job: string;
  readonly runner: string;
  readonly event: string;
  /** File of the workflow, as `owner/name/.github/workflows/release.yml`; undefined where the runner does not say. */
  readonly workflow: string | undefined;
  /** Login of whoever started the run; undefined where the runner does not say. */
  readonly actor?: string | undefined;
  /** Commit that the run is about; undefined where the runner does not say. */
  readonly commit?: string | undefined;
  /** Page of the run, for messages and the record. */
  readonly url: string;
}

/** Reads the run from the runner's variables; outside a workflow every part says `local`. */
export function readWorkflowRun({ variables }: Environment): WorkflowRun {
  const repository = variables.GITHUB_REPOSITORY || 'local/local';
  const runId = variables.GITHUB_RUN_ID || 'local';
  return {
    repository,
    runId,
    runAttempt: Number(variables.GITHUB_RUN_ATTEMPT || 1),
    job: variables.GITHUB_JOB || 'local',
    runner: variables.RUNNER_NAME || 'local',
    event: variables.GITHUB_EVENT_NAME || 'local',
    workflow: workflowFile(variables.GITHUB_WORKFLOW_REF),
    actor: variables.GITHUB_TRIGGERING_ACTOR || variables.GITHUB_ACTOR || undefined,
    commit: variables.GITHUB_SHA || undefined,
    url: `${variables.GITHUB_SERVER_URL || 'https://github.com'}/${repository}/actions/runs/${runId}`,
  };
}

/** Without `@refs/heads/main`, so that a branch asks for the same file. In a called workflow it is the caller's, as GitHub has it. */
const workflowFile = (ref = ''): string | undefined => /^(.+?)@refs\//.exec(ref)?.[1] ?? (ref.split('@')[0] || undefined);
