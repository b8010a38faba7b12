import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes a directory once. Everything is made beside `home` and moved there in one step, so that a directory that exists is whole; a second
 * call at the same time makes the same again and leaves the first one's in place.
 * @param make fills the empty directory that it is given
 * @returns `home`
 */
export async function cachedDirectory(home: string, make: (directory: string) => Promise<void>): Promise<string> {
  if (existsSync(home)) return home;
  await mkdir(path.dirname(home), { recursive: true });
  const unfinished = await mkdtemp(path.join(path.dirname(home), 'new-'));
  try {
    await make(unfinished);
    await rename(unfinished, home).catch((error: NodeJS.ErrnoException) => {
      // Somebody else was faster; theirs is as good.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return home;
}
