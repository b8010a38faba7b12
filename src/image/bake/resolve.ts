import { relative } from 'node:path';
import { UserError } from '../../kernel/errors.js';
import { repeated } from '../command-line.js';
import type { BuildEffects } from '../effects.js';
import type { Command } from '../process.js';
import { type BakeDefinition, readDefinition } from './definition.js';
import { explainNoPlan } from './explain.js';

/** What is to be built, in the user's words. */
export interface BakeQuestion {
  /** Where buildx runs; paths in the files are relative to it. */
  readonly directory: string;
  /** Absolute; none: what buildx finds in the directory. */
  readonly files: readonly string[];
  /** None: those that the files build when nothing is asked for. */
  readonly targets: readonly string[];
  /** `pattern.key=value`: what takes the place of what the files say. */
  readonly set: readonly string[];
}

/**
 * Has buildx resolve bake and Compose files: variables, matrices, `inherits`, several files.
 * @throws UserError saying what is wrong with which file or target
 */
export async function resolveDefinition(
  program: string,
  { directory, files, targets, set }: BakeQuestion,
  { environment, run, signal }: BuildEffects,
): Promise<BakeDefinition> {
  const { workspace, variables } = environment;
  const buildx = (...args: string[]): Command => ({
    file: program,
    args: [
      'bake',
      '--progress=quiet',
      ...repeated(
        '--file',
        files.map((file) => relative(directory, file)),
      ),
      ...args,
    ],
    cwd: directory,
    variables,
  });
  const { code, stdout, lastErrorLines } = await run(buildx('--print', ...repeated('--set', set), '--', ...targets), { signal });
  if (code === 0) return readDefinition(stdout);
  // Not every buildx that bakes can list; what is missing is then told without what is there.
  const list = await run(buildx('--list=type=targets,format=json'), { signal });
  const fromWorkspace = (path: string) => relative(workspace, path) || 'the root of the workspace';
  const asked = { files: files.map(fromWorkspace), targets, directory: fromWorkspace(directory) };
  const known = list.code === 0 ? namesIn(list.stdout) : [];
  throw new UserError('bake-file-invalid', explainNoPlan(code, lastErrorLines, { ...asked, known }));
}

function namesIn(listed: string): string[] {
  try {
    return (JSON.parse(listed) as ReadonlyArray<{ readonly name?: string }>).flatMap(({ name }) => name ?? []);
  } catch {
    return [];
  }
}
