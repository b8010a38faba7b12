/** What the runner shows of an annotation; `title`, `file` and `line` where it was given them. */
export interface Annotation {
  readonly text: string;
  readonly [property: string]: string;
}

/** The `::error …::…` or `::warning …::…` lines, with the runner's escapes undone (actions/toolkit, command.ts). */
export function annotationsWithPlaces(stdout: string, level: 'error' | 'warning'): Annotation[] {
  return [...stdout.matchAll(new RegExp(`^::${level}(?: ([^:]*))?::(.*)$`, 'gm'))].map(([, properties = '', text = '']) => {
    const pairs = properties.split(',').filter((pair) => pair !== '');
    const values = pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), unescaped(pair.slice(pair.indexOf('=') + 1))]);
    return { ...Object.fromEntries(values), text: unescaped(text) } as Annotation;
  });
}

/** Their texts. */
export const annotations = (stdout: string, level: 'error' | 'warning'): string[] =>
  annotationsWithPlaces(stdout, level).map(({ text }) => text);

const unescaped = (text: string): string =>
  text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%25', '%');
