import { renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bundleAll } from './bundling/bundle-all.js';

/** Writes dist/ (or the folder named as the first argument) from what was compiled to build/. */
const root = process.cwd();
const out = join(root, process.argv[2] ?? 'dist');
// A bundle that can't be built must not leave the others missing.
const fresh = `${out}.new`;
const bundles = await bundleAll(root, fresh);
rmSync(out, { recursive: true, force: true });
renameSync(fresh, out);
for (const { name } of bundles) {
  const bytes = statSync(join(out, name, 'index.js')).size;
  console.log(`bundled ${name.padEnd(16)} ${(bytes / 1000).toFixed(0).padStart(6)} kB`);
}
