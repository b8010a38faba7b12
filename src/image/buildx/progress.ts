import type { BuildAccount, BuildStep, Finding } from '../build-account.js';
import { WRONG_PLATFORM } from '../platforms/compare.js';
import { usedBase } from '../platforms/used-bases.js';
import { fromBase64, readSolveStatus, type SolveStatus, type Vertex, type VertexWarning } from './solve-status.js';

const KEPT_LINES = 20;
/** `[build 2/5] RUN make`; of several targets `[web build 2/5] RUN make`. */
const INSTRUCTION = /^\[(?!(?:[^\]]* )?internal\])[^\]]*\] (?!exporting |pushing |resolving provenance )/;
/** Of several targets the others are cancelled when one fails, in their push too; that is no failure of theirs. */
const PUSH = /^(?:\[[^\]]*\] )?(?:exporting to image|pushing )/;

interface Step {
  readonly id: string;
  readonly needs: readonly string[];
  readonly number: number;
  name: string;
  /** Start of the interval that runs, in milliseconds since the epoch. */
  startedMs: number | undefined;
  completedMs: number | undefined;
  spentMs: number;
  cached: boolean;
  error: string | undefined;
  readonly lastLines: string[];
  /** A line whose end has not come yet. */
  unfinished: string;
}

/**
 * Follows a build by what buildx prints with `--progress=rawjson`, and tells it in the lines that `--progress=plain` would print. The plain form
 * itself can't be counted on: it repeats, cuts and throttles, and has no lines for where a warning belongs.
 */
export class Progress {
  readonly #steps = new Map<string, Step>();
  readonly #told = new Set<string>();
  readonly #findings = new Map<string, Finding>();
  readonly #dockerfileOf: (step: string) => string | undefined;
  /** Digest of the image, known before it is pushed; not with Docker's classic image store. */
  exportedDigest: string | undefined;

  /** @param dockerfileOf the Dockerfile that a step belongs to, by its name, where there are several; undefined: what BuildKit calls it */
  constructor(dockerfileOf: (step: string) => string | undefined = () => undefined) {
    this.#dockerfileOf = dockerfileOf;
  }

  /**
   * @param line one line of buildx's stderr
   * @returns what a person should see of it
   */
  take(line: string): string[] {
    const status = readSolveStatus(line);
    if (status === undefined) return [line];
    return [...this.#vertexes(status), ...this.#statuses(status), ...this.#logs(status), ...this.#warnings(status)];
  }

  /** Every instruction that was reached, in the order in which it was; the engine's own chores are left out. */
  account(): BuildAccount {
    const steps = [...this.#steps.values()];
    const starts = steps.flatMap(({ startedMs }) => startedMs ?? []);
    const ends = steps.flatMap(({ completedMs }) => completedMs ?? []);
    return {
      steps: steps.filter(isInstruction).map((step) => describe(step, this.#instructionsBelow(step))),
      findings: [...this.#findings.values()],
      bases: steps.flatMap(({ name }) => usedBase(name) ?? []),
      durationMs: starts.length === 0 || ends.length === 0 ? 0 : Math.max(...ends) - Math.min(...starts),
    };
  }

  /** A finding with which no image that works can come out. */
  fatalFinding(ignored: readonly string[]): Finding | undefined {
    if (ignored.includes(WRONG_PLATFORM)) return undefined;
    return [...this.#findings.values()].find(({ rule }) => rule === WRONG_PLATFORM);
  }

  /** Whether what failed was the push and not the build. */
  get failedInPush(): boolean {
    return [...this.#steps.values()].some(({ name, error }) => error && PUSH.test(name) && !error.includes('context canceled'));
  }

  /** Whether BuildKit could not even be asked. */
  get neverConnected(): boolean {
    return [...this.#steps.values()].some(({ name, error }) => error && name === '[internal] waiting for connection');
  }

  #vertexes({ vertexes = [] }: SolveStatus): string[] {
    return vertexes.flatMap((vertex) => {
      const step = this.#step(vertex);
      const lines: string[] = [];
      if (vertex.started !== undefined) {
        step.startedMs = Date.parse(vertex.started);
        if (this.#first(`${step.number} started`)) lines.push(`#${step.number} ${step.name}`);
      }
      if (vertex.cached) step.cached = true;
      if (vertex.error) step.error = vertex.error;
      if (vertex.completed !== undefined) lines.push(...this.#completed(step, vertex));
      return lines;
    });
  }

  #completed(step: Step, { completed = '', digest }: Vertex): string[] {
    // A step may start and end several times; each interval counts once, and the last word is told.
    if (!this.#first(`${digest} ${completed}`)) return [];
    step.completedMs = Date.parse(completed);
    const intervalMs = step.completedMs - (step.startedMs ?? step.completedMs);
    step.spentMs += intervalMs;
    const rest = step.unfinished === '' ? [] : printed(step, [step.unfinished], (intervalMs / 1000).toFixed(3));
    step.unfinished = '';
    if (step.error) return [...rest, `#${step.number} ERROR: ${step.error}`];
    if (step.cached) return this.#first(`${step.number} cached`) ? [`#${step.number} CACHED`] : [];
    return [...rest, `#${step.number} DONE ${(step.spentMs / 1000).toFixed(1)}s`];
  }

  #statuses({ statuses = [] }: SolveStatus): string[] {
    return statuses.flatMap(({ id, vertex, completed }) => {
      // An index is exported after the manifests that it names.
      this.exportedDigest = /^exporting manifest(?: list)? (sha256:[0-9a-f]{64})$/.exec(id)?.[1] ?? this.exportedDigest;
      const step = this.#steps.get(vertex);
      if (step === undefined || completed === undefined || !this.#first(`${vertex} ${id}`)) return [];
      return [`#${step.number} ${id.replace(/:$/, '')} done`];
    });
  }

  #logs({ logs = [] }: SolveStatus): string[] {
    return logs.flatMap(({ vertex, data, timestamp }) => {
      const step = this.#steps.get(vertex);
      if (step === undefined) return [];
      const seconds = ((Date.parse(timestamp) - (step.startedMs ?? Date.parse(timestamp))) / 1000).toFixed(3);
      const lines = (step.unfinished + fromBase64(data)).split(/\r\n|\n|\r(?!$)/);
      step.unfinished = lines.pop() ?? '';
      return printed(step, lines, seconds);
    });
  }

  /** Each warning is told once: a build of several platforms repeats them. */
  #warnings({ warnings = [] }: SolveStatus): string[] {
    for (const warning of warnings) {
      const step = this.#steps.get(warning.vertex ?? '');
      const finding = readFinding(warning, step && this.#dockerfileOf(step.name));
      this.#findings.set(`${finding.rule} ${finding.file}:${finding.line} ${finding.text}`, finding);
    }
    return [];
  }

  /** What a step builds on, the engine's own chores in between left out. */
  #instructionsBelow({ needs }: Step): string[] {
    return needs.flatMap((id) => {
      const step = this.#steps.get(id);
      return step === undefined ? [] : isInstruction(step) ? [id] : this.#instructionsBelow(step);
    });
  }

  #step({ digest, name, inputs = [] }: Vertex): Step {
    const known = this.#steps.get(digest);
    if (known !== undefined) return known;
    const fresh = { startedMs: undefined, completedMs: undefined, spentMs: 0, cached: false, error: undefined };
    const step: Step = { id: digest, needs: inputs, number: this.#steps.size + 1, name, ...fresh, lastLines: [], unfinished: '' };
    this.#steps.set(digest, step);
    return step;
  }

  #first(what: string): boolean {
    if (this.#told.has(what)) return false;
    this.#told.add(what);
    return true;
  }
}

/** Keeps the end of what a step printed. @returns the lines as they are told */
function printed({ number, lastLines }: Step, lines: readonly string[], seconds: string): string[] {
  lastLines.push(...lines);
  if (lastLines.length > KEPT_LINES) lastLines.splice(0, lastLines.length - KEPT_LINES);
  return lines.map((text) => `#${number} ${seconds} ${text}`);
}

const isInstruction = ({ name }: Step): boolean => INSTRUCTION.test(name);

const describe = ({ id, name, cached, completedMs, spentMs, error, lastLines }: Step, needs: readonly string[]): BuildStep => ({
  id,
  needs,
  name,
  cached,
  durationMs: completedMs === undefined ? undefined : spentMs,
  error,
  lastLines: [...lastLines],
});

/** `SecretsUsedInArgOrEnv: Do not use … (line 2)` in its parts. */
function readFinding({ short, url, sourceInfo, range }: VertexWarning, dockerfile: string | undefined): Finding {
  const [, rule = 'BuildKit', text = ''] = /^(?:(\w+): )?(.*?)(?: \(line \d+\))?$/s.exec(fromBase64(short)) ?? [];
  return {
    rule,
    text,
    ...(url ? { url } : {}),
    file: dockerfile ?? sourceInfo?.filename ?? 'Dockerfile',
    line: range?.[0]?.start?.line,
  };
}
