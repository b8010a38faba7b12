interface Moment {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** East of UTC. */
  readonly offsetMinutes: number;
  readonly epochMs: number;
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const two = (value: number): string => String(value).padStart(2, '0');

/** What letters stand for (https://momentjs.com/docs/#/displaying/format), as far as a date in the name of an image may want them. */
const TOKENS: Readonly<Record<string, (moment: Moment) => string>> = {
  YYYY: ({ year }) => String(year).padStart(4, '0'),
  YY: ({ year }) => two(year % 100),
  Q: ({ month }) => String(Math.ceil(month / 3)),
  MMMM: ({ month }) => MONTHS[month - 1] ?? '',
  MMM: ({ month }) => (MONTHS[month - 1] ?? '').slice(0, 3),
  MM: ({ month }) => two(month),
  M: ({ month }) => String(month),
  DDDD: (moment) => String(dayOfYear(moment)).padStart(3, '0'),
  DDD: (moment) => String(dayOfYear(moment)),
  Do: ({ day }) => `${day}${ordinal(day)}`,
  DD: ({ day }) => two(day),
  D: ({ day }) => String(day),
  dddd: ({ weekday }) => DAYS[weekday] ?? '',
  ddd: ({ weekday }) => (DAYS[weekday] ?? '').slice(0, 3),
  dd: ({ weekday }) => (DAYS[weekday] ?? '').slice(0, 2),
  d: ({ weekday }) => String(weekday),
  E: ({ weekday }) => String(weekday || 7),
  GGGG: (moment) => String(isoWeek(moment).year),
  WW: (moment) => two(isoWeek(moment).week),
  W: (moment) => String(isoWeek(moment).week),
  HH: ({ hour }) => two(hour),
  H: ({ hour }) => String(hour),
  hh: ({ hour }) => two(hour % 12 || 12),
  h: ({ hour }) => String(hour % 12 || 12),
  A: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  a: ({ hour }) => (hour < 12 ? 'am' : 'pm'),
  mm: ({ minute }) => two(minute),
  m: ({ minute }) => String(minute),
  ss: ({ second }) => two(second),
  s: ({ second }) => String(second),
  SSS: ({ millisecond }) => String(millisecond).padStart(3, '0'),
  X: ({ epochMs }) => String(Math.floor(epochMs / 1000)),
  x: ({ epochMs }) => String(epochMs),
  ZZ: ({ offsetMinutes }) => offset(offsetMinutes, ''),
  Z: ({ offsetMinutes }) => offset(offsetMinutes, ':'),
};
const TOKEN = new RegExp(`\\[([^\\]]*)\\]|${Object.keys(TOKENS).join('|')}|[A-Za-z]`, 'g');

/**
 * Writes a time as moment.js does, which docker/metadata-action takes for its dates.
 * @param given the letters; undefined: ISO 8601
 * @param timeZone of the IANA's list
 * @throws RangeError when a letter or the time zone is not known
 */
export function formatDate(epochMs: number, given: string | undefined, timeZone: string): string {
  const moment = momentIn(epochMs, timeZone);
  const format = given ?? `YYYY-MM-DD[T]HH:mm:ss${timeZone === 'UTC' ? '[Z]' : 'Z'}`;
  return format.replaceAll(TOKEN, (token, quoted: string | undefined) => {
    if (quoted !== undefined) return quoted;
    const write = Object.hasOwn(TOKENS, token) ? TOKENS[token] : undefined;
    if (write !== undefined) return write(moment);
    throw new RangeError(
      `the date format "${format}" has "${token}", which is not known here; write letters of your own as [${token}]`,
    );
  });
}

function momentIn(epochMs: number, timeZone: string): Moment {
  const parts = new Map<string, number>(partsIn(epochMs, timeZone).map(({ type, value }) => [type, Number(value)]));
  const at = (type: string) => parts.get(type) ?? 0;
  const date = {
    year: at('year'),
    month: at('month'),
    day: at('day'),
    hour: at('hour') % 24,
    minute: at('minute'),
    second: at('second'),
  };
  const asUtc = Date.UTC(date.year, date.month - 1, date.day, date.hour, date.minute, date.second);
  const millisecond = ((epochMs % 1000) + 1000) % 1000;
  const offsetMinutes = Math.round((asUtc - (epochMs - millisecond)) / 60_000);
  return { ...date, millisecond, weekday: new Date(asUtc).getUTCDay(), offsetMinutes, epochMs };
}

function partsIn(epochMs: number, timeZone: string): Intl.DateTimeFormatPart[] {
  const numeric = 'numeric';
  const fields = { year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric } as const;
  try {
    return new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', { ...fields, hourCycle: 'h23', timeZone }).formatToParts(epochMs);
  } catch {
    throw new RangeError(`"${timeZone}" is no time zone; write one like Europe/Berlin or UTC`);
  }
}

const ordinal = (day: number): string => {
  if (day > 10 && day < 14) return 'th';
  return { 1: 'st', 2: 'nd', 3: 'rd' }[day % 10] ?? 'th';
};

const dayOfYear = ({ year, month, day }: Moment): number => (Date.UTC(year, month - 1, day) - Date.UTC(year, 0, 0)) / 86_400_000;

/** ISO 8601: a week belongs to the year of its Thursday. */
function isoWeek({ year, month, day, weekday }: Moment): { year: number; week: number } {
  const thursday = new Date(Date.UTC(year, month - 1, day + 4 - (weekday || 7)));
  const start = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return { year: thursday.getUTCFullYear(), week: Math.ceil(((thursday.getTime() - start) / 86_400_000 + 1) / 7) };
}

function offset(minutes: number, separator: string): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${separator}${two(size % 60)}`;
}
