import { readPairs } from '../csv-fields.js';

/** What goes for all tags that follow from rules (docker/metadata-action, README, "flavor input"). */
export interface Flavor {
  /** `auto`: for versions, other tags and matches. */
  readonly latest: 'auto' | 'true' | 'false';
  readonly prefix: string;
  readonly suffix: string;
  /** Whether `latest` gets them too. */
  readonly prefixLatest: boolean;
  readonly suffixLatest: boolean;
}

export const PLAIN_FLAVOR: Flavor = { latest: 'auto', prefix: '', suffix: '', prefixLatest: false, suffixLatest: false };

/**
 * Reads lines such as `latest=false` and `suffix=-alpine,onlatest=true`.
 * @throws RangeError naming what is not known
 */
export function readFlavor(lines: readonly string[]): Flavor {
  let flavor = PLAIN_FLAVOR;
  for (const line of lines) {
    let affix: 'prefix' | 'suffix' | undefined;
    for (const [key, value] of readPairs(line)) {
      if (value === undefined) throw new RangeError(`"${line}" is not latest=, prefix= or suffix=`);
      switch (key.toLowerCase()) {
        case 'latest':
          flavor = { ...flavor, latest: oneOf(line, value, ['auto', 'true', 'false']) };
          break;
        case 'prefix':
        case 'suffix':
          affix = key.toLowerCase() as 'prefix' | 'suffix';
          flavor = { ...flavor, [affix]: value };
          break;
        case 'onlatest': {
          if (affix === undefined) throw new RangeError(`"${line}" has onlatest= without prefix= or suffix= in front of it`);
          flavor = { ...flavor, [`${affix}Latest`]: oneOf(line, value, ['true', 'false']) === 'true' };
          break;
        }
        default:
          throw new RangeError(`"${line}" has "${key}"; known are latest, prefix, suffix and onlatest`);
      }
    }
  }
  return flavor;
}

function oneOf<const V extends string>(line: string, value: string, known: readonly V[]): V {
  const found = known.find((one) => one === value);
  if (found === undefined) throw new RangeError(`"${line}" has "${value}"; known are ${known.join(', ')}`);
  return found;
}
