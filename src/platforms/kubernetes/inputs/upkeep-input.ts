import type { InputDefinition } from '../../../kernel/define.js';
import { parseUpkeepPaths } from '../../../slo/sources/exposition/upkeep-paths.js';

const paths: InputDefinition<readonly string[]> = {
  text: "Paths that machines ask the pods for, such as a load balancer's health checks, one per line: their requests are no evidence. Known without it: the metrics, the kubelet's probes, and checks that annotations of the Service, its Ingresses or health check policies name. The app has to label its requests with their path. Left out, they are those of the release on record.",
  type: 'list of paths, one per line',
  parse: parseUpkeepPaths,
};

/** Whose requests besides probes and scrapes are not users'. */
export const upkeepInputs = { 'upkeep-paths': paths };
