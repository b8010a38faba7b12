import type { V1ObjectMeta } from '@kubernetes/client-node';

/** What keeps an object as it is written elsewhere. */
export interface Manager {
  readonly tool: 'Argo CD' | 'Flux' | 'Helm';
  /** The mark by which it was recognized. */
  readonly mark: string;
}

const MARKS: ReadonlyArray<[Manager['tool'], RegExp]> = [
  ['Argo CD', /^argocd\.argoproj\.io\/(tracking-id|instance)$/],
  ['Flux', /^(kustomize|helm)\.toolkit\.fluxcd\.io\/name$/],
  ['Helm', /^meta\.helm\.sh\/release-name$/],
];
const FIELD_MANAGERS: ReadonlyArray<[Manager['tool'], RegExp]> = [
  ['Argo CD', /^argocd(-controller|-application-controller)?$/],
  ['Flux', /^(kustomize|helm)-controller$/],
  ['Helm', /^helm$/],
];

/** Who manages an object, by the marks that Argo CD, Flux and Helm leave on it. Flux before Helm: its releases carry Helm's marks too. */
export function managerOf(metadata: V1ObjectMeta | undefined): Manager | undefined {
  const keys = [...Object.keys(metadata?.annotations ?? {}), ...Object.keys(metadata?.labels ?? {})];
  const writers = (metadata?.managedFields ?? []).map(({ manager }) => manager ?? '');
  for (const [tool, pattern] of MARKS) {
    const mark = keys.find((key) => pattern.test(key));
    if (mark !== undefined) return { tool, mark };
    const writer = writers.find((manager) => FIELD_MANAGERS.some(([of, name]) => of === tool && name.test(manager)));
    if (writer !== undefined) return { tool, mark: `field manager ${writer}` };
  }
  return undefined;
}
