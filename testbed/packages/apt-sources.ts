import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where this machine gets its Debian packages from. */
export interface DebianMirror {
  readonly url: string;
  /** Key ring that signs the archive, when the sources name one. */
  readonly signedBy: string | undefined;
}

/**
 * Finds the mirror in the machine's own apt sources: the one that has the suite bookworm, whichever host that is.
 * @throws Error when the machine has no Debian source
 */
export function readDebianMirror(directory = '/etc/apt'): DebianMirror {
  const parts = join(directory, 'sources.list.d');
  const files = [join(directory, 'sources.list'), ...list(parts).map((name) => join(parts, name))];
  const mirror = files.flatMap((file) => parseSources(read(file), file.endsWith('.sources') ? 'deb822' : 'one-line'))[0];
  if (!mirror)
    throw new Error(`${directory} names no Debian mirror with the suite bookworm; the engine for the tests comes from there.`);
  return mirror;
}

/** Both formats are described in sources.list(5). */
export function parseSources(text: string, format: 'deb822' | 'one-line'): DebianMirror[] {
  return format === 'deb822' ? text.split(/\n\s*\n/).flatMap(parseStanza) : text.split('\n').flatMap(parseLine);
}

function parseStanza(stanza: string): DebianMirror[] {
  const field = (name: string) => new RegExp(`^${name}:(.*)$`, 'im').exec(stanza)?.[1]?.trim();
  const words = (name: string) => field(name)?.split(/\s+/) ?? [];
  const [url] = words('URIs');
  const usable = words('Types').includes('deb') && words('Suites').includes('bookworm') && field('Enabled') !== 'no';
  return usable && url !== undefined ? [{ url, signedBy: field('Signed-By') }] : [];
}

function parseLine(line: string): DebianMirror[] {
  const {
    options = '',
    url,
    suite,
  } = /^\s*deb\s+(?:\[(?<options>[^\]]*)\]\s*)?(?<url>\S+)\s+(?<suite>\S+)/.exec(line)?.groups ?? {};
  return url !== undefined && suite === 'bookworm' ? [{ url, signedBy: /signed-by=(\S+)/i.exec(options)?.[1] }] : [];
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => /\.(list|sources)$/.test(name));
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
