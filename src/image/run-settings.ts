import { isIP } from 'node:net';
import { nearest } from '../kernel/nearest.js';

/** What a limit can be of (github.com/docker/go-units, ulimit.go). */
const ULIMITS = [
  ...['core', 'cpu', 'data', 'fsize', 'locks', 'memlock', 'msgqueue', 'nice', 'nofile', 'nproc', 'rss', 'rtprio', 'rttime'],
  ...['sigpending', 'stack'],
];

/** @throws RangeError saying what a limit of RUN steps looks like */
export function parseUlimit(text: string): string {
  const [, name = '', soft, hard] = /^([^=]+)=(-?\d+)(?::(-?\d+))?$/.exec(text) ?? [];
  if (soft === undefined)
    throw new RangeError(`"${text}" is no limit; write name=soft or name=soft:hard, such as nofile=1024:2048`);
  if (!ULIMITS.includes(name))
    throw new RangeError(`"${text}" limits "${name}"${didYouMean(name, ULIMITS)}; there are ${ULIMITS.join(', ')}`);
  const isAbove = hard !== undefined && hard !== '-1' && (soft === '-1' || Number(soft) > Number(hard));
  if (isAbove) throw new RangeError(`"${text}" has a soft limit above its hard one; the second number is the hard one`);
  return text;
}

/** `host-gateway` is the address of the engine's own machine (docs.docker.com/reference/cli/docker/buildx/build, --add-host). */
export function parseExtraHost(text: string): string {
  const [, name, address = ''] = /^([^:=\s]+)[:=](.*)$/.exec(text) ?? [];
  if (name === undefined) throw new RangeError(`"${text}" is no host with its address; write name:address, such as db:10.0.0.1`);
  if (address === 'host-gateway' || isIP(address.replace(/^\[(.*)\]$/, '$1')) !== 0) return text;
  throw new RangeError(
    `"${text}" has no IP address behind the name; write name:address, such as db:10.0.0.1, or name:host-gateway`,
  );
}

/** Sizes as github.com/docker/go-units reads them (RAMInBytes), and buildah with it. */
export function parseMemory(text: string): string {
  if (/^\d+(\.\d+)? ?([kmgtp]?i?b?)$/i.test(text)) return text;
  throw new RangeError(`"${text}" is no size; write a number with its unit, such as 64m or 2g`);
}

const NETWORKS = ['default', 'none', 'host'];

/** BuildKit knows no other; a network of one's own belongs to the builder. */
export function parseNetwork(text: string): string {
  if (NETWORKS.includes(text)) return text;
  throw new RangeError(
    `"${text}" is not one of ${NETWORKS.join(', ')}; a network of your own is set where the builder is made (driver-opts of docker/setup-buildx-action)`,
  );
}

const OF_BUILD = ['network.host', 'security.insecure', 'device'];
/** github.com/docker/buildx, bake/entitlements.go. */
const OF_BAKE = ['fs', 'fs.read', 'fs.write', 'ssh', 'image', 'image.push', 'image.load'];
const RIGHTS = [...OF_BUILD, ...OF_BAKE];

/** A right that a build may be granted. @throws RangeError naming the one that was probably meant */
export function parseRight(text: string): string {
  const [name = ''] = text.split('=', 1);
  if (RIGHTS.includes(name)) return text;
  throw new RangeError(`"${text}" is no right that a build can have${didYouMean(name, RIGHTS)}; there are ${RIGHTS.join(', ')}`);
}

/** Whether only a bake file has a use for a right. */
export const isRightOfBake = (right: string): boolean => OF_BAKE.includes(right.split('=', 1)[0] ?? '');

function didYouMean(given: string, known: readonly string[]): string {
  const meant = nearest(given, known);
  return meant === undefined ? '' : `, did you mean "${meant}"`;
}
