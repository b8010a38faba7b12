/** Of several lines: what is shorter, or has neither letters nor digits, such as a bracket, would blot out the log and hides nothing. */
const SHORTEST_LINE = 4;

/** Hides a secret in everything that is printed from here on. The log is masked line by line, so one of several lines is too. */
export function maskLines(secret: string, mask: (line: string) => void): void {
  const lines = secret.split('\n').map((line) => line.trim());
  const isTold = (line: string) => lines.length === 1 || (line.length >= SHORTEST_LINE && /[\p{L}\p{N}]/u.test(line));
  for (const line of lines) if (line !== '' && isTold(line)) mask(line);
}
