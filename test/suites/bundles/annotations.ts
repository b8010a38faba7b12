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

/** Their texts, without the codes of problems. */
export const annotations = (stdout: string, level: 'error' | 'warning'): string[] =>
  annotationsWithPlaces(stdout, level).map(({ text }) => (level === 'error' ? text.replace(CODE, '') : text));

/** Ends a line of an error, or has one for itself (`withCode` in src/kernel/errors.ts). */
const CODE = /(?: |\n *)\[([a-z]+(?:-[a-z]+)*)\]$/gm;

/** The codes of all problems that a step ended with. @throws Error for an error annotation that has none */
export function codesOf(stdout: string): string[] {
  return annotationsWithPlaces(stdout, 'error').flatMap(({ text }) => {
    const codes = [...text.matchAll(CODE)].map(([, code = '']) => code);
    if (codes.length === 0) throw new Error(`An error without a code:\n${text}`);
    return codes;
  });
}

const unescaped = (text: string): string =>
  text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%25', '%');
