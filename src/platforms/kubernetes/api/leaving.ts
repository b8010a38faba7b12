import type { V1ObjectMeta } from '@kubernetes/client-node';

interface Deletable {
  readonly metadata?: V1ObjectMeta;
}

/** Whether it is being deleted. Its name is taken until it is gone, and of a Deployment the controller starts and stops no pod any more. */
export const isLeaving = ({ metadata }: Deletable): boolean => metadata?.deletionTimestamp !== undefined;

/** Who keeps it: `finalizer example.com/backup`. */
export function keptBy({ metadata }: Deletable): string {
  const { finalizers = [] } = metadata ?? {};
  if (finalizers.length === 0) return 'its grace period';
  return `${finalizers.length > 1 ? 'finalizers' : 'finalizer'} ${finalizers.join(', ')}`;
}
