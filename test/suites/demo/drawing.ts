/** What a drawing of a release is made of; times are milliseconds since 1970, shares are fractions. */
export interface Drawn {
  readonly title: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** The share that was asked for, from that time on. */
  readonly asked: readonly Point[];
  /** The share that the client saw in the second from that time on. */
  readonly served: readonly Point[];
  /** The share of bad answers that the gate had counted by then. */
  readonly bad: readonly Point[];
  /** A bad share above this was excluded by then. */
  readonly bound: readonly Point[];
  /** What the objective allows, and what a pass has to rule out. */
  readonly max: number;
  readonly ruleOut: number;
  /** What happened when, for the vertical lines. */
  readonly marks: ReadonlyArray<{ readonly atMs: number; readonly text: string }>;
}

export interface Point {
  readonly atMs: number;
  readonly share: number;
}

const WIDTH = 960;
const LEFT = 64;
const RIGHT = 24;
const PANEL = 220;
const TOPS = [56, 336] as const;
const HEIGHT = 620;
/** Of the lower panel, which is logarithmic: a bound sinks from 1 towards `max`. */
const LOWEST = 0.001;

/** Draws a release as SVG: the share asked for and served above, the bad share with its sinking bound below. */
export function draw(drawn: Drawn): string {
  const { title, max, ruleOut } = drawn;
  const x = xOf(drawn);
  const upper = (share: number) => TOPS[0] + PANEL * (1 - share);
  const lower = (share: number) => TOPS[1] + (PANEL * Math.log(Math.max(share, LOWEST))) / Math.log(LOWEST);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="13">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
<text x="${LEFT}" y="24" font-size="17" font-weight="600">${escaped(title)}</text>
${frame(TOPS[0], [0, 0.25, 0.5, 0.75, 1], upper, 'share of the new version')}
${frame(TOPS[1], [1, 0.1, 0.01, LOWEST], lower, 'bad answers of the new version')}
${level(lower(max), `max ${percent(max)}`, '#b45309')}
${level(lower(ruleOut), `rule-out ${percent(ruleOut)}`, '#b45309')}
${drawn.marks.map(({ atMs, text }) => mark(x(atMs), text)).join('\n')}
${curve(steps(drawn.asked, drawn.toMs), x, upper, '#1d4ed8', 2.5)}
${curve(drawn.served, x, upper, '#059669', 1.5)}
${sinking(drawn.bound)
  .map((part) => curve(part, x, lower, '#7c3aed', 2.5))
  .join('\n')}
${curve(drawn.bad, x, lower, '#dc2626', 1.5)}
${legend(TOPS[0] - 8, [
  ['asked for', '#1d4ed8'],
  ['served, by the client', '#059669'],
])}
${legend(TOPS[1] - 8, [
  ['a bad share above this is excluded', '#7c3aed'],
  ['bad so far, as the gate counts', '#dc2626'],
])}
${timeAxis(drawn, x)}
</svg>
`;
}

type Scale = (value: number) => number;

const xOf = ({ fromMs, toMs }: Drawn): Scale => {
  const length = Math.max(1, toMs - fromMs);
  return (atMs) => LEFT + ((WIDTH - LEFT - RIGHT) * (Math.min(Math.max(atMs, fromMs), toMs) - fromMs)) / length;
};

/** A weight stands until the next one is written. */
function steps(points: readonly Point[], toMs: number): Point[] {
  return points.flatMap((point, index) => [point, { atMs: points[index + 1]?.atMs ?? toMs, share: point.share }]);
}

/** A bound that jumps up is another gate's, which begins anew. */
function sinking(points: readonly Point[]): Point[][] {
  const parts: Point[][] = [];
  for (const [index, point] of points.entries()) {
    if (index === 0 || point.share > (points[index - 1]?.share ?? 1)) parts.push([]);
    parts.at(-1)?.push(point);
  }
  return parts;
}

function curve(points: readonly Point[], x: Scale, y: Scale, color: string, width: number): string {
  if (points.length === 0) return '';
  const path = points.map(({ atMs, share }) => `${round(x(atMs))},${round(y(share))}`).join(' ');
  return `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="${width}" stroke-linejoin="round"/>`;
}

function frame(top: number, ticks: readonly number[], y: Scale, text: string): string {
  const lines = ticks.map(
    (tick) =>
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y(tick))}" y2="${round(y(tick))}" stroke="#e5e7eb"/><text x="${LEFT - 8}" y="${round(y(tick) + 4)}" text-anchor="end" fill="#6b7280">${percent(tick)}</text>`,
  );
  return `${lines.join('\n')}\n<text x="${LEFT}" y="${top - 8}" fill="#374151">${text}</text>`;
}

const level = (y: number, text: string, color: string): string =>
  `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y)}" y2="${round(y)}" stroke="${color}" stroke-dasharray="6 4"/><text x="${WIDTH - RIGHT}" y="${round(y - 4)}" text-anchor="end" fill="${color}">${text}</text>`;

const mark = (x: number, text: string): string =>
  `<line x1="${round(x)}" x2="${round(x)}" y1="${TOPS[0]}" y2="${TOPS[1] + PANEL}" stroke="#d1d5db" stroke-dasharray="2 4"/><text x="${round(x + 4)}" y="${TOPS[0] + PANEL + 18}" fill="#374151" font-size="11">${escaped(text)}</text>`;

function legend(y: number, entries: ReadonlyArray<readonly [string, string]>): string {
  const width = 260;
  const start = WIDTH - RIGHT - width * entries.length;
  return entries
    .map(
      ([text, color], index) =>
        `<line x1="${start + width * index}" x2="${start + width * index + 20}" y1="${y - 4}" y2="${y - 4}" stroke="${color}" stroke-width="3"/><text x="${start + width * index + 26}" y="${y}" fill="#374151">${text}</text>`,
    )
    .join('\n');
}

function timeAxis({ fromMs, toMs }: Drawn, x: Scale): string {
  const seconds = (toMs - fromMs) / 1000;
  const every = [1, 2, 5, 10, 30, 60, 300].find((step) => seconds / step <= 12) ?? 600;
  const ticks = Array.from({ length: Math.floor(seconds / every) + 1 }, (_, index) => index * every);
  const y = TOPS[1] + PANEL + 22;
  return ticks
    .map((tick) => `<text x="${round(x(fromMs + tick * 1000))}" y="${y}" text-anchor="middle" fill="#6b7280">${tick} s</text>`)
    .join('\n');
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;
const round = (value: number): number => Number(value.toFixed(1));
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
