/** Why every wait of the step ended: the runner asked the process to stop. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/**
 * One signal for every wait of the process. The runner sends SIGINT, 7.5 s later SIGTERM and 2.5 s later SIGKILL
 * (actions/runner, ProcessInvoker.cs), so there is time to stop, and none to finish: undoing is for `post`.
 */
export function abortOnCancellation(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => controller.abort(new Cancelled(`The workflow run was cancelled (${name}).`)));
  }
  return controller.signal;
}
