/** Answers in a row that contradict what was known. */
const BELIEVED = 3;

/**
 * How far the API server's clock is ahead of ours, from the `Date` headers of its answers (RFC 9110 §6.6.1, whole seconds). A runner's clock may be
 * minutes off; then times that the cluster wrote (a pod's readiness, a container's end) can't be compared with our own.
 */
export class ServerClock {
  #low = Number.NEGATIVE_INFINITY;
  #high = Number.POSITIVE_INFINITY;
  #contradictions = 0;

  /**
   * @param date of an answer
   * @param sentAt when its request was sent, by our clock, in milliseconds since the epoch
   * @param receivedAt when it came
   */
  hear(date: string | string[] | undefined, sentAt: number, receivedAt: number): void {
    const server = typeof date === 'string' ? Date.parse(date) : Number.NaN;
    if (Number.isNaN(server) || receivedAt < sentAt) return;
    // The server wrote the whole second of some moment between the two.
    const [low, high] = [server - receivedAt, server + 1000 - sentAt];
    const isContradicted = low > this.#high || high < this.#low;
    this.#contradictions = isContradicted ? this.#contradictions + 1 : 0;
    // A server that was busy may have written an old date; several of them mean that one of the clocks was set.
    if (isContradicted && this.#contradictions < BELIEVED) return;
    this.#low = isContradicted ? low : Math.max(this.#low, low);
    this.#high = isContradicted ? high : Math.min(this.#high, high);
  }

  /** Milliseconds to add to our time for the server's; 0 while nothing says that they differ. */
  get aheadMs(): number {
    if (this.#low <= 0 && this.#high >= 0) return 0;
    return Math.round((this.#low + this.#high) / 2);
  }
}
