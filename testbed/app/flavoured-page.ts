import type { Flavours } from './flavours.js';
import type { Answered, Tally } from './tally.js';

const edges = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * The page of an app of this flavour.
 * @param scrapes how many pages it has given so far; decides which of its processes answers, and how a gauge stands
 */
export function flavouredPage(flavours: Flavours, tally: Tally, scrapes: number): string {
  const counted = tally
    .answered()
    .filter(
      ({ caller, turn }) => (flavours.countsAll || caller === 'user') && turn % flavours.workers === scrapes % flavours.workers,
    );
  const lines = [
    ...(flavours.isGauge ? gauge(flavours, scrapes) : counters(flavours, counted)),
    ...(flavours.countsErrorsApart ? errors(counted) : []),
    ...histogram(flavours, tally.seconds),
    ...(flavours.hasNan ? ['# TYPE app_queue_age_seconds gauge', 'app_queue_age_seconds Nan'] : []),
    ...(flavours.isLively ? ['# TYPE process_uptime_seconds gauge', `process_uptime_seconds ${performance.now() / 1000}`] : []),
    ...(flavours.isOpenMetrics ? ['# EOF'] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function counters(flavours: Flavours, counted: readonly Answered[]): string[] {
  const bySeries = new Map<string, number>();
  for (const answered of counted) {
    const series = seriesOf(flavours, answered);
    bySeries.set(series, (bySeries.get(series) ?? 0) + answered.count);
  }
  const { metric, isOpenMetrics, isUtf8, hasNan } = flavours;
  const family = isOpenMetrics ? metric.replace(/_total$/, '') : isUtf8 ? `"${metric}"` : metric;
  const head = [`# HELP ${family} Answers.`, `# TYPE ${family} counter`];
  const series = [...bySeries].flatMap(([name, value]) => [
    `${name} ${value}`,
    ...(isOpenMetrics ? [`${name.replace(metric, `${family}_created`)} 1700000000.5`] : []),
  ]);
  const nan = hasNan ? [`${seriesOf(flavours, { status: 418, path: '/teapot' })} Nan`] : [];
  return flavours.isBare && series.length === 0 ? [] : [...head, ...series, ...nan];
}

function seriesOf(flavours: Flavours, { status, path }: Pick<Answered, 'status' | 'path'>): string {
  const { metric, isUtf8, pathLabel, statusLabel, hasClasses } = flavours;
  if (flavours.countsErrorsApart) return metric;
  const code = hasClasses ? `${Math.floor(status / 100)}xx` : String(status);
  const labels = [
    isUtf8 ? `"http.status"="${code}"` : `${statusLabel}="${code}"`,
    ...(pathLabel === undefined ? [] : [`method="GET"`, `${pathLabel}="${path}"`]),
  ];
  return isUtf8 ? `{"${metric}",${labels.join(',')}}` : `${metric}{${labels.join(',')}}`;
}

/** Go's client writes nothing of a counter with labels before it has counted, and many apps do so without labels. */
function errors(counted: readonly Answered[]): string[] {
  const failed = counted.filter(({ status }) => status >= 500).reduce((sum, { count }) => sum + count, 0);
  return failed === 0 ? [] : [`http_errors_total ${failed}`];
}

function gauge({ metric, statusLabel }: Flavours, scrapes: number): string[] {
  const ups = [27, 31, 29, 30, 28];
  return [`# TYPE ${metric} gauge`, `${metric}{${statusLabel}="200"} ${ups[scrapes % ups.length]}`];
}

function histogram({ unit, isBare }: Flavours, seconds: readonly number[]): string[] {
  if (isBare && seconds.length === 0) return [];
  const factor = unit === 'milliseconds' ? 1000 : 1;
  const name = `http_request_duration_${unit}`;
  const buckets = edges.map((edge) => `${name}_bucket{le="${edge * factor}"} ${seconds.filter((each) => each <= edge).length}`);
  return [
    `# TYPE ${name} histogram`,
    ...buckets,
    `${name}_bucket{le="+Inf"} ${seconds.length}`,
    `${name}_sum ${factor * seconds.reduce((sum, each) => sum + each, 0)}`,
    `${name}_count ${seconds.length}`,
  ];
}
