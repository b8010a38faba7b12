/** Over this size the runner drops a step's whole summary (actions/runner, FileCommandManager.cs AttachmentSizeLimit). */
const LIMIT_BYTES = 1024 * 1024;
const NOTE = '\n\n*The summary was cut here: GitHub shows at most 1 MiB a step.*\n';

/** Cuts a summary at a line so that what is left is shown, and says that it was cut. */
export function cutSummary(markdown: string): string {
  if (Buffer.byteLength(markdown) <= LIMIT_BYTES) return markdown;
  const room = LIMIT_BYTES - Buffer.byteLength(NOTE);
  const cut = Buffer.from(markdown)
    .subarray(0, room)
    .toString('utf8')
    .replace(/\uFFFD$/, '');
  const lastLine = cut.lastIndexOf('\n') + 1;
  return (lastLine === 0 ? cut : cut.slice(0, lastLine)) + NOTE;
}
