import { nearest } from '../kernel/nearest.js';
import { type Attributes, readAttributes } from './bake/attributes.js';

/** How an image is written (github.com/moby/buildkit, exporter/containerimage/exptypes/keys.go). */
const MAKING = [
  ...['name', 'compression', 'compression-level', 'force-compression', 'oci-mediatypes', 'oci-artifact', 'rewrite-timestamp'],
  ...['source-date-epoch', 'prefer-nondist-layers', 'attestation-inline', 'buildinfo', 'buildinfo-attrs'],
  'compatibility-version',
];
const IMAGE = [
  ...['push', 'push-by-digest', 'registry.insecure', 'name-canonical', 'dangling-name-prefix', 'dangling-name-empty-only'],
  ...['unpack', 'store', ...MAKING],
];
const FILES = ['dest', 'platform-split', 'attestation-prefix', 'mode', 'source-date-epoch'];

/** What buildx can write, with the attributes of each (docs.docker.com/build/exporters). */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  image: IMAGE,
  registry: IMAGE,
  docker: ['dest', 'tar', 'context', ...MAKING],
  oci: ['dest', 'tar', ...MAKING],
  local: FILES,
  tar: FILES,
  cacheonly: [],
};

const ANNOTATION = /^annotation(-(index|manifest)(-descriptor)?)?(\[[^\]]*\])?\./;

const BOOLEANS = new Set([
  ...['push', 'push-by-digest', 'registry.insecure', 'name-canonical', 'dangling-name-empty-only', 'unpack', 'store'],
  ...['force-compression', 'oci-mediatypes', 'oci-artifact', 'rewrite-timestamp', 'prefer-nondist-layers', 'attestation-inline'],
  ...['tar', 'platform-split'],
]);
const TRUE = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE = ['0', 'f', 'F', 'FALSE', 'false', 'False'];
const COMPRESSIONS = ['uncompressed', 'gzip', 'estargz', 'zstd'];

/** As Go's strconv.ParseBool reads it, by which the engine goes. */
export const isTrue = (value: string | undefined): boolean => TRUE.includes(value ?? '');

/**
 * One of `outputs`, or of a target's `output`, with the names of its attributes in lower case, as buildx reads them. Everything in it must be known: BuildKit
 * passes over what it does not know, and a push that is misspelt is then none.
 * @throws RangeError saying what is wrong, without values, which may be secret
 */
export function readOutput(entry: string | Attributes): Attributes {
  const output = Object.fromEntries(
    Object.entries(readAttributes(entry)).map(([name, value]) => [name.trim().toLowerCase(), value]),
  );
  const { type } = output;
  if (!type) throw new RangeError(`has no \`type=\` beside ${Object.keys(output).join(', ')}; write type=${meantType(output)},…`);
  const known = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (known === undefined) {
    throw new RangeError(
      `has the type "${type}"${didYouMean(type, Object.keys(TYPES))}; there are ${Object.keys(TYPES).join(', ')}`,
    );
  }
  for (const [name, value] of Object.entries(output)) {
    if (name !== 'type') refuseUnknown(type, name, known);
    refuseBadValue(name, value);
  }
  return output;
}

const meantType = ({ dest, push }: Attributes): string => (dest === undefined ? 'image' : push === undefined ? 'local' : 'oci');

function refuseUnknown(type: string, name: string, known: readonly string[]): void {
  if (known.includes(name) || (known.includes('compression') && ANNOTATION.test(name))) return;
  const elsewhere = Object.keys(TYPES).find((other) => TYPES[other]?.includes(name));
  if (elsewhere !== undefined) {
    throw new RangeError(`has "${name}" beside type=${type}, which knows no such thing; it is for type=${elsewhere}`);
  }
  const all =
    known.length === 0 ? 'it has none' : `it has ${known.join(', ')}${known.includes('compression') ? ', annotation.…' : ''}`;
  throw new RangeError(`has "${name}", which is no attribute of type=${type}${didYouMean(name, known)}; ${all}`);
}

function refuseBadValue(name: string, value: string): void {
  if (BOOLEANS.has(name) && !TRUE.includes(value) && !FALSE.includes(value)) {
    throw new RangeError(
      value === ''
        ? `has "${name}" without a value; write ${name}=true or ${name}=false`
        : `has "${name}=${value}", which is neither true nor false`,
    );
  }
  if (name === 'compression' && !COMPRESSIONS.includes(value)) {
    throw new RangeError(
      `has a compression that nobody knows${didYouMean(value, COMPRESSIONS)}; it is ${COMPRESSIONS.join(', ')}`,
    );
  }
  if (name === 'compression-level' && !/^\d{1,2}$/.test(value)) throw new RangeError('has a compression-level that is no number');
}

function didYouMean(given: string, words: readonly string[]): string {
  const meant = nearest(given, words);
  return meant === undefined ? '' : `, did you mean "${meant}"`;
}
