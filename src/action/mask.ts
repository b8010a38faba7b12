/** Of several lines: shorter ones, such as a bracket, would blot out ordinary words. */
const SHORTEST_LINE = 8;

/** Hides a secret in everything that is printed from here on. The log is masked line by line, so one of several lines is too. */
export function maskLines(secret: string, mask: (line: string) => void): void {
  const lines = secret.split('\n').map((line) => line.trim());
  const shortest = lines.length > 1 ? SHORTEST_LINE : 1;
  for (const line of lines) if (line.length >= shortest) mask(line);
}
