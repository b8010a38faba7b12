import { existsSync, globSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Removes what was emitted for sources that are gone, so that a deleted test or action does not live on in build/. */
const root = process.cwd();
for (const emitted of globSync('{actions,scripts,src,test,testbed}/**/*.js', { cwd: join(root, 'build') })) {
  if (existsSync(join(root, emitted.replace(/\.js$/, '.ts')))) continue;
  rmSync(join(root, 'build', emitted));
  rmSync(join(root, 'build', `${emitted}.map`), { force: true });
}
