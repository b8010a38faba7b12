import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { minify as minifyCode } from '@swc/core';
import { compileAtLoad } from './compile-at-load.js';

/** Minifies every module of a bundle in place. ncc's own `--minify` leaves out what is loaded by `import()`, which is most of ours. */
export async function minify(folder: string): Promise<void> {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.js'))) {
    const path = join(folder, file);
    const { code } = await minifyCode(readFileSync(path, 'utf8'), {
      module: true,
      compress: true,
      mangle: true,
      format: { comments: false },
    });
    writeFileSync(path, await compileAtLoad(code));
  }
}
