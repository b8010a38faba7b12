import { discoverActions, discoverPages } from './discover-actions.js';
import { discoverProblems } from './discover-problems.js';
import { drift, generatedFiles, writeGenerated } from './generate/generated-files.js';

/** Derives manifests, pages and tables from actions/*\/action.ts; with `--check` only lists what has drifted, and exits 1. */
const root = process.cwd();
const files = generatedFiles(root, await discoverActions(root), await discoverPages(root), await discoverProblems(root));

if (process.argv.includes('--check')) {
  const problems = drift(root, files);
  for (const problem of problems) console.log(problem);
  if (problems.length > 0) {
    console.log('Run `npm run build` and commit what it changes.');
    process.exitCode = 1;
  }
} else {
  for (const path of writeGenerated(root, files)) console.log(`wrote ${path}`);
}
