/**
 * BuildKit's name for a base image whose files are for another platform. BuildKit only warns of it, and looks at the first platform alone
 * (frontend/dockerui, build.go) and at no named context.
 */
export const WRONG_PLATFORM = 'InvalidBaseImagePlatform';

/** Variants that go without saying (github.com/containerd/platforms, database.go). */
const IMPLIED: Readonly<Record<string, string>> = { arm64: 'v8', amd64: 'v1' };

/** `linux/arm64/v8` and `linux/arm64` are the same, and so are `linux/arm` and `linux/arm/v7`. */
export function normalized(platform: string): string {
  const [os = '', architecture = '', variant] = platform.split('/');
  if (variant === undefined) return architecture === 'arm' ? `${platform}/v7` : platform;
  return IMPLIED[architecture] === variant ? `${os}/${architecture}` : platform;
}

/** Whether files for the one can be for the other: BuildKit compares system and architecture and leaves the variant out (linter, InvalidBaseImagePlatform). */
export const sameMachine = (one: string, other: string): boolean => machine(one) === machine(other);

const machine = (platform: string): string => platform.split('/').slice(0, 2).join('/');

/** @param problems one line for each base image @returns text for a person */
export const wrongPlatform = (problems: readonly string[]): string =>
  `${problems.join('\n')}\nThe image would claim a platform that its files are not for; no tag has been moved. Choose a base image that has the platform, or leave it out of \`platforms\`. ` +
  `Where only files without machine code are copied from it, pass over it with \`review-ignore: ${WRONG_PLATFORM}\`.`;
