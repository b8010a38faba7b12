import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const FOLDERS = '(?:src|actions|scripts|testbed|test|docs|examples)';
/** A file, or a folder with a slash at its end; what begins otherwise (`github.com/…/src/x.ts`, `@actions/core`) is somebody else's. */
const PATH = new RegExp(`(?<![\\w.@/:<>*-])${FOLDERS}/(?:[\\w.-]+/)*(?:[\\w.-]+\\.(?:ts|mjs|md)\\b|(?<=/)(?![\\w.<*{-]))`, 'g');
const COMMENT = /^\s*(?:\/\*\*?|\*)\s.*|(?:^|\s)\/\/\s.*/gm;

/** Paths of this repository that comments and pages name, and that are not there (any more). */
export function stalePaths(root: string): string[] {
  const code = globSync(['{src,actions,scripts,testbed,test}/**/*.ts', '*.mjs'], { cwd: root }).sort();
  const pages = globSync(['*.md', 'docs/**/*.md'], { cwd: root }).sort();
  const read = (file: string) => readFileSync(join(root, file), 'utf8');
  return [
    ...code.map((file) => ({ file, text: read(file).match(COMMENT)?.join('\n') ?? '' })),
    ...pages.map((file) => ({ file, text: read(file) })),
  ].flatMap(({ file, text }) =>
    [...new Set(text.match(PATH) ?? [])]
      .filter((path) => ![path, join(dirname(file), path)].some((place) => existsSync(join(root, place))))
      .map((path) => `${file}: ${path} is named, and is not there`),
  );
}
