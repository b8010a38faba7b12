import { wrongPlatform } from '../platforms/compare.js';

/** Both forms are Go's: of a structure in 1.28, `linux/amd64` later (containers/common, libimage/pull.go and image.go). */
const MISMATCH = /image platform \((.*?)\) does not match the expected platform \((.*?)\)/;
const PULL = /^Trying to pull (\S+?)(?:\.\.\.)?$/;

/** Follows the warning with which buildah takes a base image that is for another platform than the one that is built. */
export class ForeignBases {
  #pulled: string | undefined;
  #found: string[] = [];

  take(line: string): void {
    this.#pulled = PULL.exec(line)?.[1] ?? this.#pulled;
    const [, is, expected] = MISMATCH.exec(line) ?? [];
    if (is === undefined || expected === undefined) return;
    this.#found.push(
      `Base image${this.#pulled === undefined ? '' : ` ${this.#pulled}`} is for ${readable(is)} alone, and it is built on for ${readable(expected)}.`,
    );
  }

  /** Why no image that works can come out; undefined when nothing is wrong. */
  get refusal(): string | undefined {
    return this.#found.length === 0 ? undefined : wrongPlatform([...new Set(this.#found)]);
  }
}

/** `{amd64 linux  [] }` or `linux/amd64`. */
function readable(platform: string): string {
  const [, architecture, os] = /^\{(\S+) (\S+)/.exec(platform) ?? [];
  return architecture === undefined ? platform : `${os}/${architecture}`;
}
