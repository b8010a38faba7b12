const SAY_EVERY_MS = 30_000;

const startedAt = performance.now();
let saidAt = startedAt;
let releases = 0;

/** Says on stderr now and then how far a long series is: its table comes at the end, after most of an hour. */
export function tellProgress(more: number): void {
  releases += more;
  const now = performance.now();
  if (now - saidAt < SAY_EVERY_MS) return;
  saidAt = now;
  console.error(`judge: ${releases} releases simulated in ${Math.round((now - startedAt) / 1000)} s`);
}
