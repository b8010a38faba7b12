import type { Runtime } from '../../../../kernel/runtime.js';
import type { Standing } from '../../../../release/standing/standing.js';
import { connect } from '../../access/connect.js';
import { readStanding } from '../../standing/read-standing.js';
import type { StatusInputs } from './inputs.js';

/** Reads one Lease and changes nothing. */
export const start = (
  { app, ...access }: StatusInputs,
  runtime: Pick<Runtime, 'clock' | 'log' | 'signal' | 'environment'>,
): Promise<Standing> => readStanding(app, { ...runtime, cluster: connect(access, runtime) });
