import type { UsedImage } from './images.js';
import type { RuleFinding } from './rule-finding.js';

/**
 * When the last security fixes of a version come, from the makers' own calendars as https://endoflife.date collects them. Taken down on TABLE_OF; a version
 * that is newer than all here is not judged. Debian and Ubuntu until the end of their free long-term support.
 */
const ENDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  node: {
    ...{ '8': '2019-12-31', '10': '2021-04-30', '12': '2022-04-30', '14': '2023-04-30', '15': '2021-06-01', '16': '2023-09-11' },
    ...{ '17': '2022-06-01', '18': '2025-04-30', '19': '2023-06-01', '20': '2026-04-30', '21': '2024-06-01', '22': '2027-04-30' },
    ...{ '23': '2025-06-01', '24': '2028-04-30', '25': '2026-06-01' },
  },
  python: {
    ...{
      '2': '2020-01-01',
      '2.7': '2020-01-01',
      '3.5': '2020-09-30',
      '3.6': '2021-12-23',
      '3.7': '2023-06-27',
      '3.8': '2024-10-07',
    },
    ...{ '3.9': '2025-10-31', '3.10': '2026-10-31', '3.11': '2027-10-31', '3.12': '2028-10-31', '3.13': '2029-10-31' },
    ...{ '3.14': '2030-10-31' },
  },
  debian: {
    ...{ '7': '2018-05-31', '8': '2020-06-30', '9': '2022-06-30', '10': '2024-06-30', '11': '2026-08-31', '12': '2028-06-30' },
    ...{ '13': '2030-06-30' },
  },
  ubuntu: {
    ...{ '14.04': '2019-04-02', '16.04': '2021-04-02', '18.04': '2023-05-31', '20.04': '2025-05-31', '22.04': '2027-04-30' },
    ...{ '23.04': '2024-01-20', '23.10': '2024-07-12', '24.04': '2029-05-31', '24.10': '2025-07-10', '25.04': '2026-01-17' },
    ...{ '25.10': '2026-07-01', '26.04': '2031-04-30' },
  },
  alpine: {
    ...{ '3.10': '2021-05-01', '3.11': '2021-11-01', '3.12': '2022-05-01', '3.13': '2022-11-01', '3.14': '2023-05-01' },
    ...{ '3.15': '2023-11-01', '3.16': '2024-05-23', '3.17': '2024-11-22', '3.18': '2025-05-09', '3.19': '2025-11-01' },
    ...{ '3.20': '2026-04-01', '3.21': '2026-11-01', '3.22': '2027-05-01', '3.23': '2027-11-01' },
  },
  // Until two newer ones are out (go.dev/doc/devel/release), which come each February and August.
  golang: {
    ...{ '1.20': '2024-02-06', '1.21': '2024-08-13', '1.22': '2025-02-11', '1.23': '2025-08-12', '1.24': '2026-02-28' },
    ...{ '1.25': '2026-08-31' },
  },
  php: {
    '7.4': '2022-11-28',
    '8.0': '2023-11-26',
    '8.1': '2025-12-31',
    '8.2': '2026-12-31',
    '8.3': '2027-12-31',
    '8.4': '2028-12-31',
    '8.5': '2029-12-31',
  },
  ruby: {
    '2.7': '2023-03-31',
    '3.0': '2024-04-23',
    '3.1': '2025-03-26',
    '3.2': '2026-03-31',
    '3.3': '2027-03-31',
    '3.4': '2028-03-31',
    '4.0': '2029-03-31',
  },
  postgres: {
    '11': '2023-11-09',
    '12': '2024-11-21',
    '13': '2025-11-13',
    '14': '2026-11-12',
    '15': '2027-11-11',
    '16': '2028-11-09',
  },
  centos: { '6': '2020-11-30', '7': '2024-06-30', '8': '2021-12-31' },
  // Given up by its maintainers (docker-library/openjdk).
  openjdk: { '': '2022-07-31' },
  dotnet: {
    '3.1': '2022-12-13',
    '5.0': '2022-05-10',
    '6.0': '2024-11-12',
    '7.0': '2024-05-14',
    '8.0': '2026-11-10',
    '9.0': '2026-11-10',
    '10.0': '2028-11-14',
  },
};
const TABLE_OF = '2026-02-28';

const CODENAMES: Readonly<Record<string, string>> = {
  ...{ wheezy: 'debian 7', jessie: 'debian 8', stretch: 'debian 9', buster: 'debian 10', bullseye: 'debian 11' },
  ...{ bookworm: 'debian 12', trixie: 'debian 13' },
  ...{ trusty: 'ubuntu 14.04', xenial: 'ubuntu 16.04', bionic: 'ubuntu 18.04', focal: 'ubuntu 20.04', jammy: 'ubuntu 22.04' },
  ...{ noble: 'ubuntu 24.04', plucky: 'ubuntu 25.04', questing: 'ubuntu 25.10', resolute: 'ubuntu 26.04' },
};

/** Base images that get no more security fixes, or whose system does not. */
export function endOfLife(bases: readonly UsedImage[], nowMs: number): RuleFinding[] {
  const today = new Date(nowMs).toISOString().slice(0, 10);
  return bases.flatMap(({ image, shown, line }) =>
    partsOf(image).flatMap(({ product, version }) => {
      const end = endOf(product, version);
      if (end === undefined || end.at >= today) return [];
      const newer = newest(product, today);
      return [
        {
          rule: 'BaseImageEndOfLife',
          text: `${shown}: ${without(`${product} ${version}`.trim(), end)} (endoflife.date, as of ${TABLE_OF}). ${
            newer === undefined
              ? 'Take an image that is maintained.'
              : `Take one that is maintained, such as ${product} ${newer}.`
          }`,
          line,
        },
      ];
    }),
  );
}

interface Release {
  readonly product: string;
  readonly version: string;
}

/** `node:18.2-alpine3.17` is Node 18.2 on Alpine 3.17. Only Docker's own images, wherever they are mirrored, and Microsoft's. */
function partsOf(image: string): Release[] {
  const [, path = '', tag = ''] = /^(?:(?:index\.|registry-1\.)?docker\.io\/)?(.*?)(?::([^:/@]+))?(?:@.*)?$/.exec(image) ?? [];
  const dotnet = /^mcr\.microsoft\.com\/dotnet\/(?:core\/|nightly\/)?(?:aspnet|runtime|sdk|runtime-deps|monitor)$/.test(path);
  const official = /^(?:.*\/)?library\/([^/]+)$/.exec(path)?.[1] ?? (/^[^/]+$/.test(path) ? path : undefined);
  const product = dotnet ? 'dotnet' : official;
  if (product === undefined) return [];
  const version = /^v?(\d+(?:\.\d+)*)/.exec(tag)?.[1] ?? '';
  const own = product === 'openjdk' || version !== '' ? [{ product, version }] : [];
  const alpine = /alpine(\d+\.\d+)/.exec(tag)?.[1];
  const named = tag.split('-').flatMap((word) => CODENAMES[word] ?? [])[0];
  const [system = '', release = ''] = named?.split(' ') ?? [];
  const below: Release[] =
    alpine !== undefined ? [{ product: 'alpine', version: alpine }] : named ? [{ product: system, version: release }] : [];
  return [...own, ...below];
}

/** When the last fixes came. */
interface End {
  readonly at: string;
  /** The next newer version, where the table has not the version itself: no older one has fixes for longer. */
  readonly of?: string;
}

const without = (what: string, { at, of }: End): string =>
  of === undefined
    ? `${what} has had no security fixes since ${at}`
    : `${what} is older than ${of}, which has had no security fixes since ${at}`;

/** The longest number that the table has: 3.9.18 is judged as 3.9, and 18.2.0 as 18; what is older than a version without fixes has none either. */
function endOf(product: string, version: string): End | undefined {
  const ends = Object.hasOwn(ENDS, product) ? (ENDS[product] ?? {}) : {};
  if (ends[''] !== undefined) return { at: ends[''] };
  const numbers = version.split('.');
  const known = numbers
    .map((_, index) => numbers.slice(0, numbers.length - index).join('.'))
    .find((one) => Object.hasOwn(ends, one));
  if (known !== undefined) return { at: ends[known] as string };
  // `alpine:3` is its newest 3.x, which the table may not have yet; behind the first 4.0 it would be the last.
  const below = Object.keys(ends).filter((one) => one.startsWith(`${version}.`));
  const newer = Object.keys(ends)
    .filter((one) => !below.includes(one) && isOlder(version, one))
    .sort((one, other) => (isOlder(one, other) ? -1 : 1));
  const [next] = newer;
  if (next === undefined) return undefined;
  const last = below
    .map((one) => ends[one] as string)
    .sort()
    .at(-1);
  return last === undefined ? { at: ends[next] as string, of: next } : { at: last };
}

function isOlder(one: string, other: string): boolean {
  const [own, theirs] = [one, other].map((text) => text.split('.').map(Number)) as [number[], number[]];
  const index = own.findIndex((number, at) => number !== (theirs[at] ?? 0));
  return index >= 0 ? (own[index] as number) < (theirs[index] ?? 0) : own.length < theirs.length;
}

const newest = (product: string, today: string): string | undefined =>
  Object.entries(ENDS[product] ?? {})
    .filter(([, end]) => end > today)
    .sort(([, one], [, other]) => (one < other ? 1 : -1))[0]?.[0];
