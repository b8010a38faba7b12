/** What the runner tells a step about where it runs. Read once at the start, then passed in. */
export interface Environment {
  /** All variables; for the few readers that follow a convention of their own (KUBECONFIG, HTTPS_PROXY, exec plugins). */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the checked-out repository; file inputs stay under it. */
  readonly workspace: string;
  /** Absolute path of a directory that the runner empties after the job. */
  readonly temporary: string;
  readonly debug: boolean;
}

export function readEnvironment(variables: Readonly<Record<string, string | undefined>>, workingDirectory: string): Environment {
  return {
    variables,
    workspace: variables.GITHUB_WORKSPACE || workingDirectory,
    temporary: variables.RUNNER_TEMP || variables.TMPDIR || '/tmp',
    debug: variables.RUNNER_DEBUG === '1',
  };
}
