import type { InputValues } from '../../../../kernel/define.js';
import type { appInput } from '../../../../release/inputs/app-input.js';
import type { clusterInputs } from '../../access/cluster-inputs.js';

export type StatusInputs = InputValues<typeof appInput & typeof clusterInputs>;
