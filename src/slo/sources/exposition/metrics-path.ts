import { fullWidthIn } from '../../../kernel/full-width.js';

const LONGEST = 1024;

/**
 * Reads where on a pod its page of metrics is. The API server is asked for it as a part of the pod's own address, which nothing in it may lead out of.
 * @throws RangeError saying why it is no path
 */
export function parseMetricsPath(text: string): string {
  const fullWidth = fullWidthIn(text);
  const isWhole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  if (isWhole) throw new RangeError(`"${text}" is an address; only its path is wanted, such as /metrics, and \`metrics-port\``);
  if (/[\s\p{Cc}#]/u.test(text) || text.length > LONGEST)
    throw new RangeError(`"${text.slice(0, 100)}" is no path${fullWidth ? `; ${fullWidth}` : '; write it as /metrics'}`);
  if (/^[^?]*(^|\/)(\.|%2e){1,2}(\/|\?|$)/i.test(text))
    throw new RangeError(`"${text}" leads out of itself with dots; write the path that the pod serves the page at`);
  if (fullWidth !== undefined) throw new RangeError(`"${text}": ${fullWidth}`);
  return text;
}
