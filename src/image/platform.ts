import { nearest } from '../kernel/nearest.js';
import { normalized } from './platforms/compare.js';

/**
 * What can be built for: `go tool dist list` (Go 1.26), with the variants of github.com/containerd/platforms. Systems without containers are among them, for
 * programs that are cross-compiled and exported. Docker itself takes any architecture: it builds and pushes `linux/bogus99` and exits 0 (buildx 0.29.1).
 */
const VARIANTS: Readonly<Record<string, readonly string[]>> = {
  'linux/386': [],
  'linux/amd64': ['v1', 'v2', 'v3', 'v4'],
  'linux/arm': ['v5', 'v6', 'v7', 'v8'],
  'linux/arm64': ['v8', 'v9'],
  'linux/loong64': [],
  'linux/mips': [],
  'linux/mips64': [],
  'linux/mips64le': [],
  'linux/mipsle': [],
  'linux/ppc64': [],
  'linux/ppc64le': [],
  'linux/riscv64': [],
  'linux/s390x': [],
  'freebsd/386': [],
  'freebsd/amd64': ['v1', 'v2', 'v3', 'v4'],
  'freebsd/arm': ['v5', 'v6', 'v7'],
  'freebsd/arm64': ['v8', 'v9'],
  'freebsd/riscv64': [],
  'windows/386': [],
  'windows/amd64': ['v1', 'v2', 'v3', 'v4'],
  'windows/arm': ['v5', 'v6', 'v7'],
  'windows/arm64': ['v8', 'v9'],
  'wasip1/wasm': [],
  'wasi/wasm': [],
  'js/wasm': [],
  'darwin/amd64': ['v1', 'v2', 'v3', 'v4'],
  'darwin/arm64': ['v8', 'v9'],
  'openbsd/386': [],
  'openbsd/amd64': ['v1', 'v2', 'v3', 'v4'],
  'openbsd/arm': ['v5', 'v6', 'v7'],
  'openbsd/arm64': ['v8', 'v9'],
  'openbsd/ppc64': [],
  'openbsd/riscv64': [],
  'netbsd/386': [],
  'netbsd/amd64': ['v1', 'v2', 'v3', 'v4'],
  'netbsd/arm': ['v5', 'v6', 'v7'],
  'netbsd/arm64': ['v8', 'v9'],
  'aix/ppc64': [],
  'android/386': [],
  'android/amd64': ['v1', 'v2', 'v3', 'v4'],
  'android/arm': ['v5', 'v6', 'v7'],
  'android/arm64': ['v8', 'v9'],
  'dragonfly/amd64': ['v1', 'v2', 'v3', 'v4'],
  'illumos/amd64': ['v1', 'v2', 'v3', 'v4'],
  'ios/amd64': ['v1', 'v2', 'v3', 'v4'],
  'ios/arm64': ['v8', 'v9'],
  'plan9/386': [],
  'plan9/amd64': ['v1', 'v2', 'v3', 'v4'],
  'plan9/arm': ['v5', 'v6', 'v7'],
  'solaris/amd64': ['v1', 'v2', 'v3', 'v4'],
};

/** Other names of the same architectures, as `uname -m` and Debian write them. */
export const ALIASES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  i386: '386',
  armhf: 'arm/v7',
  armel: 'arm/v6',
};

/** What people mean who think of a container; the others are known too. */
const SHOWN = /^(linux|windows)\//;

/**
 * Reads `os/architecture[/variant]`, or `local` for the machine that builds (docs.docker.com/build/building/multi-platform).
 * @throws RangeError naming what is known, and what was probably meant
 */
export function parsePlatform(text: string): string {
  if (text === 'local') return text;
  if (isPlatform(text)) return text;
  const [os = '', architecture = '', ...variant] = text.split('/');
  const variants = Object.hasOwn(VARIANTS, `${os}/${architecture}`) ? VARIANTS[`${os}/${architecture}`] : undefined;
  if (variants !== undefined) {
    const allowed = variants.length === 0 ? 'no variant' : variants.join(', ');
    throw new RangeError(`"${text}" has the variant "${variant.join('/')}"; ${os}/${architecture} has ${allowed}`);
  }
  const known = Object.keys(VARIANTS).filter((platform) => SHOWN.test(platform));
  const meant = meantPlatform(text, known);
  const way = meant === undefined ? `; known are ${known.join(', ')} and Go's other systems` : `; did you mean ${meant}?`;
  throw new RangeError(`"${text}" is not a known platform${way}`);
}

/** Docker itself takes other names of architectures, upper case, and an architecture alone; one spelling gives one name. */
function meantPlatform(text: string, known: readonly string[]): string | undefined {
  const lower = text.toLowerCase().replace(/^(linux|windows|darwin)[-_: ]/, '$1/');
  const [os = '', ...rest] = Object.keys(VARIANTS).some((one) => one.startsWith(`${lower.split('/')[0]}/`))
    ? lower.split('/')
    : ['linux', ...lower.split('/')];
  const architecture = rest.join('/');
  const plain = `${os}/${Object.hasOwn(ALIASES, architecture) ? ALIASES[architecture] : architecture}`;
  return isPlatform(plain) ? plain : nearest(lower, known);
}

const isPlatform = (text: string): boolean => {
  const [os, architecture, ...variant] = text.split('/');
  const variants = Object.hasOwn(VARIANTS, `${os}/${architecture}`) ? VARIANTS[`${os}/${architecture}`] : undefined;
  return variants !== undefined && (variant.length === 0 || (variant.length === 1 && variants.includes(variant[0] ?? '')));
};

/**
 * The engine would build the same twice, or drop one without a word.
 * @throws RangeError when two of the platforms are the same
 */
export function refuseRepeated(platforms: readonly string[]): void {
  for (const group of Map.groupBy(platforms, normalized).values()) {
    const [first, second] = group;
    if (first === undefined || second === undefined) continue;
    throw new RangeError(
      first === second
        ? `"${first}" is given ${group.length === 2 ? 'twice' : `${group.length} times`}; name each platform once`
        : `"${first}" and "${second}" are the same platform; name it once`,
    );
  }
}
