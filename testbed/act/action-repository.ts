import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** The repository root, seen from build/testbed/act. */
const root = path.resolve(import.meta.dirname, '../../..');

/**
 * Puts into `directory` what `uses: org/d9-actions/<name>@v1` needs of this repository: the manifests and the bundles. act copies the whole of an
 * action's repository before each of its steps, so node_modules must not be in it.
 */
export function copyActionRepository(directory: string): void {
  mkdirSync(directory, { recursive: true });
  const manifests = readdirSync(root)
    .map((name) => path.join(name, 'action.yml'))
    .filter((manifest) => existsSync(path.join(root, manifest)));
  for (const name of ['action.yml', 'dist', ...manifests])
    cpSync(path.join(root, name), path.join(directory, name), { recursive: true });
}
