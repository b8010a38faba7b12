/** A spot in the repository. */
export interface Place {
  readonly title?: string;
  /** Path from the workspace. */
  readonly file: string;
  /** From 1. */
  readonly line?: number;
}

/** What a person reads while the step runs. Passed in, so that tests can read it too. */
export interface Log {
  info(text: string): void;
  debug(text: string): void;
  /** @param place where it belongs; shown beside the line in the changed files */
  warning(text: string, place?: Place): void;
  /** Folds what `work` logs under a heading; the fold ends when `work` does, also on a throw. */
  group<T>(heading: string, work: () => Promise<T>): Promise<T>;
  /** Hides a value in everything that is printed from here on. */
  mask(secret: string): void;
}
