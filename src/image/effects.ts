import type { ToolCache } from '../action/downloads/tool-cache.js';
import type { Environment } from '../action/environment.js';
import type { Log } from '../action/log.js';
import type { Query } from '../action/query.js';
import type { Clock } from '../lib/clock.js';
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
