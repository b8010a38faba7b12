import type { V1Container, V1Pod } from '@kubernetes/client-node';
import type { Upkeep } from '../../../slo/sources/exposition/upkeep.js';

/** The kubelet's default (`periodSeconds`). */
const USUAL_PERIOD_S = 10;

/**
 * Who asks a pod besides users: whoever reads its metrics, and the kubelet, as often as its probes say. Those by gRPC are told by their service, and those by TCP and exec ask for nothing.
 * @param paths what other machines ask for
 */
export function upkeepOf({ spec }: V1Pod, metricsPath: string, paths: readonly string[] = []): Upkeep {
  const containers: readonly V1Container[] = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  const probes = containers
    .flatMap(({ readinessProbe, livenessProbe, startupProbe }) => [readinessProbe, livenessProbe, startupProbe])
    .flatMap((probe) => {
      if (probe?.httpGet === undefined) return [];
      return [{ path: probe.httpGet.path ?? '/', periodMs: 1000 * (probe.periodSeconds ?? USUAL_PERIOD_S) }];
    });
  return { metricsPath, probes, paths };
}

/** Changes when one of the pod's containers is started anew. */
export const lifeOf = ({ status }: V1Pod): string =>
  (status?.containerStatuses ?? []).map(({ name, restartCount }) => `${name} ${restartCount}`).join();
