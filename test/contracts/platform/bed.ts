/** What the contract needs to know of a platform to try it: one file beside this one, named as the platform. */
export interface PlatformBed {
  /** An app that serves and was never released. */
  createApp(): Promise<PlatformApp>;
  close(): Promise<void>;
}

export interface PlatformApp {
  /** Inputs that each action takes there, by which it finds the app. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Those of canary-step and rollback besides, so that nothing is waited for that nobody needs. */
  readonly quick: Readonly<Record<string, string>>;
  /** Versions as `revision` and `rolled-back-to` name them; the first one serves. */
  readonly versions: readonly [string, string, string];
  /** Which version a canary-step is to release. */
  release(version: string): Readonly<Record<string, string>>;
  /** What the platform is told to serve, in percent by version, without those that get nothing. */
  serving(): Promise<Readonly<Record<string, number>>>;
  /** What of a release is still there: objects, aliases, marks. Its record is not among them. */
  left(): Promise<readonly string[]>;
  /** Puts a text where the record is stored. */
  forge(text: string): Promise<void>;
  /** Removes the record, as a cleaner does. */
  forget(): Promise<void>;
}
