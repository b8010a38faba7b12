/** An image that a step started from. */
export interface UsedBase {
  /** As the Dockerfile names it, such as `alpine:3.20`. */
  readonly image: string;
  /** What the engine took for it; undefined where it does not say. */
  readonly digest: string | undefined;
  /** Of the stage; undefined for a named context, of which the engine does not say who uses it, and where only one platform is built. */
  readonly platform: string | undefined;
  /** Whether a stage names it, and no named context. */
  readonly ofStage: boolean;
}

/**
 * `[linux/arm64 build 1/2] FROM alpine:3.20@sha256:…`; `[linux/amd64->arm64 …]` where one platform builds for another (moby/buildkit, dockerfile2llb).
 * Without a platform there is only one.
 */
const FROM = /^\[([^\]]*)\] FROM (\S+)@(sha256:[0-9a-f]{64})$/;
/** `[context base] alpine:3.20`, with or without a digest: a named context that is an image. */
const NAMED_CONTEXT = /^\[(?:[^\]]* )?context [^\]]+\] (?!\w+:\/\/)([^\s@]+)(?:@(sha256:[0-9a-f]{64}))?$/;
const PLATFORM = /(?:^| )([a-z]\w*\/[a-z0-9]\w*(?:\/\w+)?)(?=->|\s|$)/;

/** @param step name of a step, as BuildKit writes it @returns the image that it takes from a registry or from the engine; undefined when it takes none */
export function usedBase(step: string): UsedBase | undefined {
  const [, where = '', image, digest] = FROM.exec(step) ?? [];
  const platform = PLATFORM.exec(where)?.[1];
  if (image !== undefined) return { image, digest, platform, ofStage: true };
  const [, named, namedDigest] = NAMED_CONTEXT.exec(step) ?? [];
  return named === undefined ? undefined : { image: named, digest: namedDigest, platform: undefined, ofStage: false };
}
