import type { Condition, KubeObject } from '../../../testbed/client/objects.js';
import { collections } from '../../../testbed/fixture.js';
import { restaurantAutoscaler } from '../../../testbed/restaurant.js';
import type { ReleaseBed } from '../cluster/release-bed.js';

export interface Autoscaler extends KubeObject {
  readonly spec: { readonly minReplicas: number };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** What keeps an autoscaler from what its metrics ask for (kubernetes, pkg/controller/podautoscaler/horizontal.go). */
export type Limit = 'TooManyReplicas' | 'TooFewReplicas';

/** Gives stable an autoscaler of one to so many pods, which has seen in the pods' metrics that they are under load. */
export async function autoscale({ fixture, namespace }: ReleaseBed, replicas: number): Promise<void> {
  await fixture.api.create(collections.autoscalers(namespace), restaurantAutoscaler(replicas));
  await untilLimited({ fixture, namespace }, 'TooManyReplicas');
  await fixture.api.patch(`${collections.autoscalers(namespace)}/restaurant`, { spec: { minReplicas: 1 } });
}

export function limitOf({ status }: Autoscaler): Limit | undefined {
  const limited = status?.conditions?.find(({ type, status }) => type === 'ScalingLimited' && status === 'True');
  return limited?.reason as Limit | undefined;
}

export async function untilLimited(
  { fixture, namespace }: Pick<ReleaseBed, 'fixture' | 'namespace'>,
  limit: Limit,
): Promise<void> {
  await fixture.api.until<Autoscaler>(
    collections.autoscalers(namespace),
    'restaurant',
    (autoscaler) => autoscaler !== undefined && limitOf(autoscaler) === limit,
    180_000,
  );
}
