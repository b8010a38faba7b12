import type { ImageReference } from './reference.js';
import type { WantedOutputs } from './wanted-outputs.js';

/** Where the Dockerfile's COPY takes its files from. */
export type BuildContext =
  /** `outside` as the user wrote it, where it is not in the workspace. */
  | { readonly kind: 'directory'; readonly path: string; readonly outside?: string }
  /** Fetched by the engine: a Git repository or an archive. */
  | { readonly kind: 'remote'; readonly url: string };

/** A value that RUN steps may read and that never becomes part of the image. */
export type BuildSecret =
  | { readonly id: string; readonly from: 'value'; readonly value: string }
  | { readonly id: string; readonly from: 'variable'; readonly name: string }
  | { readonly id: string; readonly from: 'file'; readonly path: string };

/** What is to be built. Paths of files and directories are absolute; lists hold what the user wrote, one flag of the engine each. */
export interface BuildPlan {
  readonly context: BuildContext;
  /** Path of the Dockerfile; within the context when that is remote. Undefined: the engine's default. */
  readonly file: string | undefined;
  readonly target: string | undefined;
  readonly platforms: readonly string[];
  /** `NAME=value`, or `NAME` to take the value from the environment. */
  readonly buildArgs: readonly string[];
  /** `NAME=path, image or URL`. */
  readonly buildContexts: readonly string[];
  readonly labels: readonly string[];
  readonly annotations: readonly string[];
  readonly tags: readonly ImageReference[];
  readonly secrets: readonly BuildSecret[];
  readonly ssh: readonly string[];
  readonly cacheFrom: readonly string[];
  readonly cacheTo: readonly string[];
  readonly noCache: boolean;
  readonly noCacheFilters: readonly string[];
  readonly pull: boolean;
  readonly network: string | undefined;
  readonly shmSize: string | undefined;
  readonly ulimit: readonly string[];
  readonly addHosts: readonly string[];
  readonly cgroupParent: string | undefined;
  readonly allow: readonly string[];
  /** Name of the buildx builder; undefined: the current one. */
  readonly builder: string | undefined;
  readonly provenance: string;
  readonly sbom: string;
  readonly attests: readonly string[];
  readonly load: boolean;
  /** Where the result goes besides, and how the image is made. */
  readonly outputs: WantedOutputs;
  /** Whether it goes to the registries of its tags. */
  readonly pushes: boolean;
  /** Seconds since the epoch that every time in the image is set to; undefined: the times of the build. */
  readonly sourceDateEpoch: number | undefined;
  /** Checks that are passed over. */
  readonly ignoredRules: readonly string[];
}

/** How the image leaves the engine. */
export type Delivery =
  /** Not at all, but for the plan's `load` and `outputs`. */
  | { readonly to: 'nowhere' }
  /** The engine pushes it to these repositories without giving it a name there. */
  | { readonly to: 'digest'; readonly repositories: readonly string[] }
  /** The engine pushes it under these names. `onDigest` is told the digest, where the engine knows it before it pushes. */
  | { readonly to: 'tags'; readonly tags: readonly ImageReference[]; onDigest?(digest: string): void }
  /** Written to a directory as an OCI image layout. */
  | { readonly to: 'layout'; readonly directory: string };
