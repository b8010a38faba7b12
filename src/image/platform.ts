/**
 * What a container can be built for: `go tool dist list` (Go 1.26) without the systems that have no containers, with the variants of
 * github.com/containerd/platforms. Docker itself takes any architecture: it builds and pushes `linux/bogus99` and exits 0 (buildx 0.29.1).
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
  'freebsd/amd64': ['v1', 'v2', 'v3', 'v4'],
  'freebsd/arm64': ['v8', 'v9'],
  'wasip1/wasm': [],
  'wasi/wasm': [],
  'windows/amd64': ['v1', 'v2', 'v3', 'v4'],
  'windows/arm64': ['v8', 'v9'],
};

/** Other names of the same architectures, as `uname -m` and Debian write them. */
const ALIASES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  i386: '386',
  armhf: 'arm/v7',
  armel: 'arm/v6',
};

/**
 * Reads `os/architecture[/variant]`.
 * @throws RangeError naming what is known, and what was probably meant
 */
export function parsePlatform(text: string): string {
  const [os = '', architecture = '', ...variant] = text.split('/');
  const variants = Object.hasOwn(VARIANTS, `${os}/${architecture}`) ? VARIANTS[`${os}/${architecture}`] : undefined;
  if (variants !== undefined && variant.length === 0) return text;
  if (variants !== undefined && variant.length === 1 && variants.includes(variant[0] ?? '')) return text;

  if (variants !== undefined) {
    const allowed = variants.length === 0 ? 'no variant' : variants.join(', ');
    throw new RangeError(`"${text}" has the variant "${variant.join('/')}"; ${os}/${architecture} has ${allowed}`);
  }
  const meant = Object.hasOwn(ALIASES, architecture) ? `; did you mean ${os}/${ALIASES[architecture]}?` : '';
  throw new RangeError(`"${text}" is not a known platform${meant || `; known are ${Object.keys(VARIANTS).join(', ')}`}`);
}
