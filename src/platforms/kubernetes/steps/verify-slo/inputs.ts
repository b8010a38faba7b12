import type { InputValues } from '../../../../kernel/define.js';
import { oneOf } from '../../../../kernel/input-kinds.js';
import type { verifySloInputs } from '../../../../release/inputs/verify-slo-inputs.js';
import { clusterInputs } from '../../access/cluster-inputs.js';
import { appInputs, metricsInputs } from '../../app/app-inputs.js';
import { trafficInputs } from '../../inputs/traffic-inputs.js';
import { upkeepInputs } from '../../inputs/upkeep-input.js';

const { 'take-over': _, ...traffic } = trafficInputs;

/** What verify-slo takes on Kubernetes besides. */
export const inputs = {
  ...appInputs,
  source: oneOf(['pods'], {
    text: "Where the figures come from: the pods' own metrics, read through the API server.",
    default: 'pods',
  }),
  ...traffic,
  ...metricsInputs,
  ...upkeepInputs,
  ...clusterInputs,
};

export type VerifyInputs = InputValues<typeof verifySloInputs & typeof inputs>;
