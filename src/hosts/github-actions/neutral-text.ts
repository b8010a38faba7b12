/** Nothing to a reader, and no blank to the runner, which therefore no longer finds its marks. */
const INVISIBLE = '\u200b';

/** At the start of a line, after whatever the runner trims or a terminal swallows. */
const COMMAND = /(^|[\r\n\v\f\u0085\u2028\u2029])([\s\p{C}]*):(?=:)/gu;

/**
 * Text that the runner prints and never obeys. It takes a line that begins with `::name::`, blanks before it trimmed, for a command, and `##[name]`
 * anywhere in one (actions/runner, ActionCommand.cs); an app's log lines may have either, sent by anybody.
 */
export const neutral = (text: string): string => text.replace(COMMAND, `$1$2:${INVISIBLE}`).replaceAll('##[', `##${INVISIBLE}[`);
