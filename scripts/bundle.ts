import { readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bundleAll } from './bundling/bundle-all.js';

/** Writes dist/ (or the folder named as the first argument) from what was compiled to build/. */
const root = process.cwd();
const out = join(root, process.argv[2] ?? 'dist');
// A bundle that can't be built must not take away the one that is there.
const fresh = `${out}.new`;
await bundleAll(root, fresh);
rmSync(out, { recursive: true, force: true });
renameSync(fresh, out);
const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
const bytes = files.reduce((sum, file) => sum + statSync(join(out, file)).size, 0);
console.log(`bundled ${files.length} files, ${(bytes / 1000).toFixed(0)} kB`);
