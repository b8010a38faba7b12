/** Text that came from outside (names, messages, logs) must not become mark-up in the summary. */
export const escapeMarkdown = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/([\\`*_{}[\]|~#])/g, '\\$1')
    .replaceAll(/\r\n|\r|\n/g, '<br>');

/** The same of a sentence of ours, whose code stands in backticks: what it quotes may still come from outside. */
export const prose = (text: string): string =>
  text
    .split(/`([^`\n]*)`/)
    .map((part, index) => (index % 2 === 0 ? escapeMarkdown(part) : `<code>${escapeMarkdown(part)}</code>`))
    .join('');

/** A table with a header row; every cell is escaped. */
export function table(header: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  return [line(header), `|${' --- |'.repeat(header.length)}`, ...rows.map(line)].join('\n');
}
