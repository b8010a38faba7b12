import type { InputDefinition } from '../../../kernel/define.js';
import { type Problem, UserError } from '../../../kernel/errors.js';
import { dnsLabel, text } from '../../../kernel/input-kinds.js';
import { selectContext } from './context.js';
import type { Kubeconfig } from './kubeconfig.js';
import { findKubeconfig } from './kubeconfig-sources.js';

/** Left empty, the usual places are tried, as kubectl does. Not `secret`: masking is done by value in `connect`, a path stays readable. */
const kubeconfig: InputDefinition<Kubeconfig> & { readonly default: string } = {
  text:
    'Access to the cluster: the content of a kubeconfig, or the path of one. ' +
    'Left empty: the files in `KUBECONFIG`, else `~/.kube/config`, else the service account of the pod that the runner is.',
  type: 'kubeconfig (content or path)',
  default: '',
  mayHoldSecret: true,
  parse: findKubeconfig,
};

/** What every action that talks to a cluster lets its user say about it; spread into `inputs`. */
export const clusterInputs = {
  kubeconfig,
  context: text({ text: 'Context of the kubeconfig; its `current-context` when left empty.' }, 'name of a context'),
  namespace: dnsLabel({ text: "Namespace of the app; the context's namespace, else `default`, when left empty.", maxLength: 63 }),
};

export interface ClusterInputs {
  readonly kubeconfig: Kubeconfig;
  readonly context?: string | undefined;
  readonly namespace?: string | undefined;
}

/** What no single input can know: whether the kubeconfig has the context, and the context's cluster and user. For `conflicts`. */
export function clusterConflicts(inputs: Partial<ClusterInputs>): Problem[] {
  if (inputs.kubeconfig === undefined) return [];
  try {
    selectContext(inputs.kubeconfig, inputs.context);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [
      { code: error.code, text: `Input \`${inputs.context === undefined ? 'kubeconfig' : 'context'}\`: ${error.message}.` },
    ];
  }
}
