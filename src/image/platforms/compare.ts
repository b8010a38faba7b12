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

/** Platforms in the order in which they were asked for, others last: buildah lists them in the order in which their builds ended. */
export function inOrderOf(asked: readonly string[], platforms: readonly string[]): string[] {
  const order = asked.map(normalized);
  const place = (platform: string) => (order.includes(normalized(platform)) ? order.indexOf(normalized(platform)) : order.length);
  return platforms.toSorted((one, other) => place(one) - place(other));
}

/** Whether two are for the same system and architecture, whatever their variants. */
export const sameMachine = (one: string, other: string): boolean => machine(one) === machine(other);

/**
 * Whether an image for `asked` can be made of files for `files`. Those for an older variant run on a newer one and not the other way round: `arm/v7` ends a
 * Raspberry Pi Zero with an illegal instruction. `arm` alone may be any, as old tools wrote no variant.
 */
export function serves(files: string, asked: string): boolean {
  if (!sameMachine(files, asked)) return false;
  const [own, wanted] = [variantOf(files), variantOf(asked)];
  return own === undefined || wanted === undefined || own <= wanted;
}

/** The number of a variant; undefined where it is not known. */
function variantOf(platform: string): number | undefined {
  const [, architecture = '', variant = IMPLIED[architecture]] = platform.split('/');
  const number = /^v(\d+)/.exec(variant ?? '')?.[1];
  return number === undefined ? undefined : Number(number);
}

const machine = (platform: string): string => platform.split('/').slice(0, 2).join('/');

const FROM_BASE = 'Choose a base image that has the platform, or leave it out of `platforms`.';

/** @param problems one line for each base image @param way what was not done, and what is to be done @returns text for a person */
export const wrongPlatform = (problems: readonly string[], way = FROM_BASE): string =>
  `${problems.join('\n')}\nThe image would claim a platform that its files are not for. ${way} ` +
  `Where only files without machine code are copied from it, pass over it with \`review-ignore: ${WRONG_PLATFORM}\`.`;
