/** A version as the patterns of a rule see it. */
export interface Version {
  readonly raw: string;
  readonly version: string;
  readonly major: string;
  readonly minor: string;
  readonly patch: string;
  /** Whether it stands for itself alone, and moves no shorter name. */
  readonly isPreRelease: boolean;
}

/** semver.org, with the `v` or `=` in front that node-semver takes. */
const SEMVER =
  /^\s*[v=\s]*(?<version>(?<major>0|[1-9]\d*)\.(?<minor>0|[1-9]\d*)\.(?<patch>0|[1-9]\d*)(?<pre>-(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*)?)(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?\s*$/;

/** @returns undefined when it is none; build metadata is no part of a version */
export function readSemver(raw: string): Version | undefined {
  const { version, major = '', minor = '', patch = '', pre } = SEMVER.exec(raw)?.groups ?? {};
  return version === undefined ? undefined : { raw, version, major, minor, patch, isPreRelease: pre !== undefined };
}

/** https://peps.python.org/pep-0440/, Appendix B. */
const PEP440 = new RegExp(
  [
    /^\s*v?(?:(?<epoch>\d+)!)?(?<release>\d+(?:\.\d+)*)/,
    /(?<pre>[-_.]?(?<preLetter>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?<preNumber>\d+)?)?/,
    /(?<post>-(?<postBare>\d+)|[-_.]?(?:post|rev|r)[-_.]?(?<postNumber>\d+)?)?/,
    /(?<dev>[-_.]?dev[-_.]?(?<devNumber>\d+)?)?(?:\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?\s*$/,
  ]
    .map(({ source }) => source)
    .join(''),
  'i',
);
const LETTERS: Readonly<Record<string, string>> = { alpha: 'a', beta: 'b', c: 'rc', pre: 'rc', preview: 'rc' };

/** @returns a version as Python has it, in its normal form; undefined when it is none */
export function readPep440(raw: string): Version | undefined {
  const groups = PEP440.exec(raw)?.groups;
  if (groups === undefined) return undefined;
  const { epoch, release = '', pre, preLetter = '', preNumber, post, postBare, postNumber, dev, devNumber, local } = groups;
  const numbers = release.split('.').map(Number);
  const letter = preLetter.toLowerCase();
  const version = [
    epoch === undefined || Number(epoch) === 0 ? '' : `${Number(epoch)}!`,
    numbers.join('.'),
    pre === undefined ? '' : `${LETTERS[letter] ?? letter}${Number(preNumber ?? 0)}`,
    post === undefined ? '' : `.post${Number(postBare ?? postNumber ?? 0)}`,
    dev === undefined ? '' : `.dev${Number(devNumber ?? 0)}`,
    local === undefined ? '' : `+${local.toLowerCase().replaceAll(/[-_]/g, '.')}`,
  ].join('');
  const [major = 0, minor = 0, patch = 0] = numbers;
  const isPreRelease = [pre, post, dev].some((part) => part !== undefined);
  return { raw, version, major: String(major), minor: String(minor), patch: String(patch), isPreRelease };
}
