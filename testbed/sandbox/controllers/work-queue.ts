/**
 * Calls `reconcile` for each key after something about it has changed, one call at a time and once for changes that come together, so that
 * a controller sees the newest state and not every change.
 */
export class WorkQueue {
  readonly #reconcile: (key: string) => void;
  readonly #due = new Set<string>();
  readonly #later = new Map<string, NodeJS.Timeout>();
  #isScheduled = false;
  #isStopped = false;

  constructor(reconcile: (key: string) => void) {
    this.#reconcile = reconcile;
  }

  add(key: string): void {
    this.#due.add(key);
    if (this.#isScheduled || this.#isStopped) return;
    this.#isScheduled = true;
    setImmediate(() => this.#run());
  }

  /** A later call for the same key takes the place of an earlier one. */
  addAfter(key: string, delayMs: number): void {
    clearTimeout(this.#later.get(key));
    if (!this.#isStopped)
      this.#later.set(
        key,
        setTimeout(() => this.add(key), delayMs),
      );
  }

  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#later.values()) clearTimeout(timer);
  }

  #run(): void {
    this.#isScheduled = false;
    const keys = [...this.#due];
    this.#due.clear();
    for (const key of keys) {
      if (this.#isStopped) return;
      try {
        this.#reconcile(key);
      } catch (error) {
        process.stderr.write(`sandbox: ${key}: ${error instanceof Error ? error.stack : String(error)}\n`);
      }
    }
  }
}
