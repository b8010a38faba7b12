/** The texts of `::error::…` or `::warning::…` lines, with the runner's escapes undone. */
export function annotations(stdout: string, level: 'error' | 'warning'): string[] {
  return [...stdout.matchAll(new RegExp(`^::${level}(?: [^:]*)?::(.*)$`, 'gm'))].map(([, text = '']) =>
    text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%'),
  );
}
