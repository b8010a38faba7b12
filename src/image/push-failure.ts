import { meaningOf } from './registry/refusal-kinds.js';

/** Why BuildKit's push failed, from its own words (github.com/containerd/containerd, core/remotes/docker/pusher.go and errcode.go). */
interface PushFailure {
  /** Repository, with or without a tag. */
  readonly name: string;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly message: string;
}

const PASSING_STATUSES = [408, 429, 500, 502, 503, 504];
const PASSING_CODES = ['TOOMANYREQUESTS', 'UNAVAILABLE'];

const isPassing = ({ status, code }: PushFailure): boolean =>
  (status !== undefined && PASSING_STATUSES.includes(status)) || (code !== undefined && PASSING_CODES.includes(code));

/** @param line the last that the engine printed @returns undefined when it is not about a push */
function readPushFailure(line: string): PushFailure | undefined {
  const [, name, reason = ''] = /failed to push (\S+): (.*)$/s.exec(line.trim()) ?? [];
  if (name === undefined) return undefined;
  const [, status, words, body] = /unexpected status from \w+ request to \S+: (\d{3}) ?([^:]*)(?:: (.*))?$/s.exec(reason) ?? [];
  if (status !== undefined) return { name, status: Number(status), code: undefined, message: body ?? words ?? '' };
  const [, code, message] =
    /^(unknown|unauthorized|denied|unsupported|unavailable|toomanyrequests)(?:: (.*))?$/s.exec(reason) ?? [];
  if (code === undefined) return { name, status: undefined, code: undefined, message: reason };
  return { name, status: undefined, code: code === 'unknown' ? undefined : code.toUpperCase(), message: message ?? code };
}

/**
 * What a failed push means, where the registry has refused it for good.
 * @returns undefined when that is not known
 */
export function explainPushFailure(line: string): string | undefined {
  const failure = readPushFailure(line);
  if (failure === undefined || isPassing(failure)) return undefined;
  const { name, tag } = splitName(failure.name);
  return meaningOf(failure, name, tag === undefined ? 'push' : `push the tag ${tag}`);
}

function splitName(reference: string): { name: string; tag: string | undefined } {
  const colon = reference.indexOf(':', reference.lastIndexOf('/') + 1);
  return colon < 0 ? { name: reference, tag: undefined } : { name: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}

/**
 * Whether a push that failed may work a moment later: the registry was overloaded, restarting or out of reach.
 * @param lines what the engine printed, its last word at the end
 */
export function mayPushAgain(lines: readonly string[]): boolean {
  const last = lines.findLast((line) => line.startsWith('ERROR: ')) ?? lines.at(-1) ?? '';
  const failure = readPushFailure(last);
  // Addresses hold ports and tokens that look like anything.
  const reason = (failure?.message ?? last).replaceAll(/https?:\/\/\S+/g, '');
  if (/connection re(set|fused)|broken pipe|\bEOF\b|(i\/o|handshake) timeout|use of closed/i.test(reason)) return true;
  if (failure === undefined) return /\b(408|429|50[0234])\b|toomanyrequests/i.test(reason);
  if (isPassing(failure)) return true;
  if (failure.status !== undefined || failure.code !== undefined || meaningOf(failure, '', '') !== undefined) return false;
  // `unknown: …` is any other code of the registry's, of a 400 as of a 500. BuildKit tries the latter again by itself (util/resolver/retryhandler).
  return lines.some((line) => /retrying in \d/.test(line)) || /\b(408|429|50[0234])\b/.test(reason);
}
