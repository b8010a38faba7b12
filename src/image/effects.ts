import type { Clock } from '../kernel/clock.js';
import type { Environment } from '../kernel/environment.js';
import type { Log } from '../kernel/log.js';
import type { Query } from '../kernel/query.js';
import type { ToolCache } from '../kernel/tool-cache.js';
import type { Run } from './process.js';
import type { Login } from './registry/login.js';

/** What building an image needs from its surroundings. */
export interface BuildEffects {
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly environment: Environment;
  /** Given to this step alone; the environment's Docker configuration has it too. */
  readonly login?: Login;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly run: Run;
  readonly query: Query;
  /** Loaded on first use. */
  readonly tools: () => Promise<ToolCache>;
}
