import type { InputDefinition } from '../../kernel/define.js';

const MOST = 50;

const paths: InputDefinition<readonly string[]> = {
  text: "Paths that machines ask the pods for, such as a load balancer's health checks, one per line: their requests are no evidence. Known without it: the metrics, the kubelet's probes, and checks that annotations of the Service, its Ingresses or health check policies name. The app has to label its requests with their path. Left out, they are those of the release on record.",
  type: 'list of paths, one per line',
  parse: parseUpkeepPaths,
};

/** @throws RangeError saying which is no path that only machines ask for */
export function parseUpkeepPaths(raw: string): readonly string[] {
  const asked = raw
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const wrong = asked.find((path) => !/^\/\S*$/.test(path) || path.length > 1024);
  if (wrong !== undefined)
    throw new RangeError(`"${wrong}" is not a path; write it as the pods are asked for it, such as /lb-check`);
  if (asked.includes('/')) throw new RangeError('"/" is where users go too; have the checks ask for a path of their own');
  if (asked.length > MOST) throw new RangeError(`there are ${asked.length} paths; at most ${MOST} are left out`);
  return asked;
}

/** Whose requests besides probes and scrapes are not users'. */
export const upkeepInputs = { 'upkeep-paths': paths };
