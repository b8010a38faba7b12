import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Job extends Step {
  readonly steps?: readonly Step[];
}

/** Workflows whose steps could be swapped under us, or that paste untrusted text into a shell. */
export function unsafeWorkflows(root: string): string[] {
  const folder = join(root, '.github', 'workflows');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => /\.ya?ml$/.test(file))
    .flatMap((file) =>
      unsafeParts(readFileSync(join(folder, file), 'utf8')).map((problem) => `.github/workflows/${file}: ${problem}`),
    );
}

/** What is wrong with one workflow file. */
export function unsafeParts(yaml: string): string[] {
  const workflow = load(yaml) as { permissions?: unknown; jobs?: Record<string, Job> };
  const problems =
    workflow.permissions === undefined ? ['no top-level `permissions:`; the token gets the default of the repository'] : [];
  for (const job of Object.values(workflow.jobs ?? {})) {
    for (const { uses, run } of [job, ...(job.steps ?? [])]) {
      if (uses !== undefined && !/^(\.|\$)\//.test(uses) && !/@[0-9a-f]{40}$/.test(uses)) {
        problems.push(`\`uses: ${uses}\` is not pinned to a commit`);
      }
      if (run?.includes('${{'))
        problems.push(`an expression inside \`run:\`; pass it through \`env:\`: ${run.trim().split('\n')[0]}`);
    }
  }
  return problems;
}
