import type { State } from '../../../kernel/runtime.js';
import type { ClusterInputs } from './cluster-inputs.js';
import { selectContext } from './context.js';

const CONTEXT = 'context';
const NAMESPACE = 'namespace';

/** Keeps for `post` which context and namespace the inputs lead to: a later step may make another one the kubeconfig's current. */
export function keepContext(inputs: ClusterInputs, state: State): void {
  const { contextName, namespace } = selectContext(inputs.kubeconfig, inputs.context);
  state.save(CONTEXT, contextName);
  state.save(NAMESPACE, inputs.namespace ?? namespace ?? 'default');
}

/** The inputs as they led there in main. */
export function withKeptContext<I extends ClusterInputs>(inputs: I, state: State): I {
  const [context, namespace] = [state.read(CONTEXT), state.read(NAMESPACE)];
  return { ...inputs, ...(context !== '' && { context }), ...(namespace !== '' && { namespace }) };
}
