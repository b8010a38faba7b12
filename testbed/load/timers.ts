/** Time as an effect of the load generator: in fractions of a millisecond, never stepping, and cheap to wait for. */
export interface Timers {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back after `ms` milliseconds, unless what it returns is called before. */
  after(ms: number, callback: () => void): () => void;
}

export const systemTimers: Timers = {
  now: () => performance.timeOrigin + performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
