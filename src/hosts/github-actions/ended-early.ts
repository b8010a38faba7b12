/** Longer messages stand in the log; the summary page has the beginning. */
const MAX_LINES = 40;

interface Ended {
  readonly isCancelled: boolean;
  readonly message: string;
  /** What the step has left in flight, in a sentence or two; empty when nothing. */
  readonly inFlight: string;
}

/** The job summary of a step that ended before it could say anything itself. What it quotes is indented, because what is inside a fence could end it. */
export function failureSummary(action: string, { isCancelled, message, inFlight }: Ended): string {
  const title = `### ${action}: ${isCancelled ? 'cancelled' : 'failed'}`;
  const lines = (inFlight === '' || message.includes(inFlight) ? message : `${message}\n${inFlight}`).split(/\r\n|\r|\n/);
  const more = lines.length > MAX_LINES ? ['… the rest is in the log of the step'] : [];
  return `${title}\n\n${[...lines.slice(0, MAX_LINES), ...more].map((line) => `    ${line}`).join('\n')}\n`;
}
