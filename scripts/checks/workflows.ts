import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Job extends Step {
  readonly steps?: readonly Step[];
}

/** Workflows, ours and those of the examples, whose steps could be swapped under us, or that paste untrusted text into a shell. */
export function unsafeWorkflows(root: string): string[] {
  return globSync(['.github/workflows/*.{yml,yaml}', 'examples/*/.github/workflows/*.{yml,yaml}'], { cwd: root }).flatMap(
    (file) => unsafeParts(readFileSync(join(root, file), 'utf8')).map((problem) => `${file}: ${problem}`),
  );
}

/** This suite itself, as its users name it: its releases are a branch that moves. */
const OURS = /^org\/d9-actions\/[a-z-]+@v1$/;

/** What is wrong with one workflow file. */
export function unsafeParts(yaml: string): string[] {
  const workflow = load(yaml) as { permissions?: unknown; jobs?: Record<string, Job> };
  const problems =
    workflow.permissions === undefined ? ['no top-level `permissions:`; the token gets the default of the repository'] : [];
  for (const job of Object.values(workflow.jobs ?? {})) {
    for (const { uses, run } of [job, ...(job.steps ?? [])]) {
      if (uses !== undefined && !/^(\.|\$)\//.test(uses) && !OURS.test(uses) && !/@[0-9a-f]{40}$/.test(uses)) {
        problems.push(`\`uses: ${uses}\` is not pinned to a commit`);
      }
      if (run?.includes('${{'))
        problems.push(`an expression inside \`run:\`; pass it through \`env:\`: ${run.trim().split('\n')[0]}`);
    }
  }
  return problems;
}
