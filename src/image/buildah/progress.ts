import type { Clock } from '../../kernel/clock.js';
import type { BuildAccount, BuildStep } from '../build-account.js';

const KEPT_LINES = 20;
const STEP = /^(?:\[([^\]]+)\] )?STEP (\d+\/\d+): (.*)$/;

interface Step {
  readonly name: string;
  readonly startedMs: number;
  endedMs: number | undefined;
  cached: boolean;
  readonly lastLines: string[];
}

/** Follows a build by the lines that buildah prints: `STEP 2/3: RUN make`, `--> Using cache …`, and in between what the step prints. */
export class BuildahProgress {
  readonly #clock: Clock;
  readonly #steps: Step[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  take(line: string): void {
    const current = this.#steps.at(-1);
    const [, stage, position, instruction] = STEP.exec(line) ?? [];
    if (instruction !== undefined) {
      this.#end();
      const name = `[${stage === undefined ? '' : `${stage} `}${position}] ${instruction}`;
      this.#steps.push({ name, startedMs: this.#clock.now(), endedMs: undefined, cached: false, lastLines: [] });
    } else if (current !== undefined && line.startsWith('--> Using cache')) current.cached = true;
    else if (current !== undefined && /^(\[[^\]]+\] )?COMMIT\b/.test(line)) this.#end();
    else if (current?.endedMs === undefined) {
      current?.lastLines.push(line);
      if ((current?.lastLines.length ?? 0) > KEPT_LINES) current?.lastLines.shift();
    }
  }

  /** @param error why the build failed; it belongs to the step that ran last */
  account(error?: string): BuildAccount {
    if (error === undefined) this.#end();
    const [first] = this.#steps;
    const steps = this.#steps.map(
      ({ name, startedMs, endedMs, cached, lastLines }, index): BuildStep => ({
        name,
        cached,
        durationMs: endedMs === undefined ? undefined : endedMs - startedMs,
        error: index === this.#steps.length - 1 ? error : undefined,
        lastLines: [...lastLines],
      }),
    );
    return { steps, findings: [], durationMs: first === undefined ? 0 : this.#clock.now() - first.startedMs };
  }

  #end(): void {
    const current = this.#steps.at(-1);
    if (current !== undefined) current.endedMs ??= this.#clock.now();
  }
}
