/** Shorter ones would blot out ordinary words. */
const SHORTEST = 8;

/** Hides a secret in everything that is printed from here on. The log is masked line by line, so one of several lines is too. */
export function maskLines(secret: string, mask: (line: string) => void): void {
  for (const line of secret.split('\n')) if (line.trim().length >= SHORTEST) mask(line.trim());
}
