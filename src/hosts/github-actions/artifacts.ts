import { appendFileSync, readFileSync } from 'node:fs';
import type { Environment } from '../../kernel/environment.js';
import type { Log } from '../../kernel/log.js';

/**
 * Tells the runner which image this step made, so that actions/attest finds it without inputs. The runner takes it where it has the feature (actions/runner,
 * CreateArtifactsFileCommand.cs) and passes over it elsewhere.
 * @param name without tag
 */
export function declareImage(name: string, digest: string, { variables }: Environment, log: Log): void {
  const file = variables.GITHUB_ARTIFACTS;
  if (!file) return;
  const other = declaredDigest(name, variables.GITHUB_ARTIFACTS_LIST);
  // The runner fails a step that gives one name two digests.
  if (other !== undefined && other !== digest) {
    log.info(`${name} is not added to the artifacts of the job: an earlier step has declared it as ${other}.`);
    return;
  }
  appendFileSync(file, `oci://${name}@${digest}\n`);
}

/** The list is empty while the feature is off. */
function declaredDigest(name: string, file: string | undefined): string | undefined {
  if (!file) return undefined;
  try {
    const { subjects } = JSON.parse(readFileSync(file, 'utf8')) as {
      subjects?: ReadonlyArray<{ name?: string; digest?: string }>;
    };
    return subjects?.find((subject) => subject.name === name)?.digest;
  } catch {
    return undefined;
  }
}
