import type { ChildProcess } from 'node:child_process';
import { formatDuration } from '../../../../kernel/duration.js';
import type { Environment } from '../../../../kernel/environment.js';
import { UserError } from '../../../../kernel/errors.js';
import type { ExecEntry } from '../kubeconfig.js';

/** More than any credential is; a plugin that prints on is broken. */
const LIMIT_BYTES = 1024 * 1024;

export interface PluginResult {
  readonly stdout: string;
  /** The end of what it said to people; never the credential (client-go passes it on to the terminal). */
  readonly stderr: string;
}

export interface PluginLimits {
  readonly environment: Environment;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
}

/**
 * Runs a credential plugin without terminal and waits for its end.
 * @throws UserError when it can't be started (with the plugin's own install hint), fails, or takes too long
 */
export function runPlugin(exec: ExecEntry, info: object, limits: PluginLimits): Promise<PluginResult> {
  // Loaded here: most kubeconfigs have no plugin, and the module costs start-up time.
  const { spawn } = process.getBuiltinModule('node:child_process');
  const env = { ...limits.environment.variables, ...exec.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
  const hint = exec.installHint === undefined ? '' : `\n${exec.installHint.trim()}`;
  return new Promise((resolve, reject) => {
    // Its own process group, so that whatever it started ends with it.
    const child = spawn(exec.command, exec.args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const output = collect(child);
    const stop = (reason: unknown) => {
      finish();
      killGroup(child);
      child.stdout.destroy();
      child.stderr.destroy();
      reject(reason);
    };
    const cancel = () => stop(limits.signal?.reason);
    const tooLong = `The credential plugin ${exec.command} did not end within ${formatDuration(limits.timeoutMs)}; does it wait for a login?`;
    const timer = setTimeout(() => stop(new UserError('credential-plugin-failed', tooLong)), limits.timeoutMs);
    const finish = () => {
      clearTimeout(timer);
      limits.signal?.removeEventListener('abort', cancel);
    };
    limits.signal?.addEventListener('abort', cancel, { once: true });
    child.on('error', (cause: NodeJS.ErrnoException) => {
      finish();
      const why = cause.code === 'ENOENT' ? 'is not installed on this runner' : `can't be started (${cause.code})`;
      reject(new UserError('credential-plugin-failed', `The credential plugin ${exec.command} ${why}.${hint}`, { cause }));
    });
    child.on('close', (code, signalName) => {
      finish();
      if (code === 0) return resolve({ stdout: output.stdout(), stderr: output.stderr().trim() });
      const said = output.stderr().trim();
      const how = code === null ? `was ended by ${signalName}` : `failed with exit code ${code}`;
      const silent = '. It said nothing on stderr: run it on the runner by hand, or log in before this step.';
      reject(
        new UserError(
          'credential-plugin-failed',
          `The credential plugin ${exec.command} ${how}${said === '' ? silent : `:\n${said}`}${hint}`,
        ),
      );
    });
    if (limits.signal?.aborted) cancel();
  });
}

function collect(child: ChildProcess): { stdout(): string; stderr(): string } {
  const read = (stream: NodeJS.ReadableStream | null) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    stream?.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= LIMIT_BYTES) chunks.push(chunk);
    });
    return () => Buffer.concat(chunks).toString('utf8');
  };
  const stderr = read(child.stderr);
  return { stdout: read(child.stdout), stderr: () => stderr().slice(-2000) };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}
