import type { BuildAccount, Finding } from './build-account.js';
import type { BuildPlan, Delivery } from './build-plan.js';
import type { InsecureRegistries } from './registry/insecure.js';

/** A program that builds images. */
export interface Engine {
  readonly kind: 'buildx' | 'buildah';
  /** For the log: `buildx 0.29.1, builder default (driver docker, containerd image store)`. */
  readonly description: string;
  /** How it can push: without giving the image a name, only under a tag, or not at all by itself. */
  readonly pushes: 'by-digest' | 'by-tag' | 'never';
  /** Registries that it speaks to without TLS, as far as it says so. */
  readonly insecureRegistries: InsecureRegistries;
  /** Whether it can write an image to a directory; when not, why, and what to do. */
  readonly layout: { readonly possible: true } | { readonly possible: false; readonly why: string };

  /**
   * Builds one image.
   * @throws BuildFailure when the build or the push failed; the signal's reason once the engine has stopped
   */
  build(plan: BuildPlan, delivery: Delivery): Promise<BuiltImage>;

  /** Has the engine's own checks look through the Dockerfile; files are named from where the Dockerfile is. */
  check(plan: BuildPlan): Promise<readonly Finding[]>;

  /**
   * Asks about the Dockerfile instead of building it: `check`, `outline` or `targets`. The answer is for people, and goes to the log.
   * @throws UserError when the answer is that something is wrong, or when the engine knows no such question
   */
  ask(plan: BuildPlan, question: string): Promise<void>;
}

export interface BuiltImage {
  /** Digest of what was pushed or exported: of the manifest, or of the index when there are several platforms or attestations. */
  readonly digest: string | undefined;
  /** Id in the engine's own store; empty when it keeps none. */
  readonly imageId: string;
  /** What the engine says of it besides. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly account: BuildAccount;
}
