import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import type { Problems } from '../../../kernel/errors.js';
import { type App, templateOf } from '../app/app.js';

/**
 * Refuses a manifest whose pods would not listen where the Service leads. A release takes no notice of Services, so the canary's would lead to a port
 * that nobody serves, and stable's too once it is promoted.
 */
export function refuseUnservedPorts({ next, service, deployment, namespace }: App, problems: Problems): void {
  if (!next) return;
  const [before, after] = [portsIn(templateOf(deployment)), portsIn(next.template)];
  for (const { port, targetPort = port } of service.spec?.ports ?? []) {
    const isServed = (ports: readonly Port[]) =>
      ports.some(({ name, containerPort }) => targetPort === name || targetPort === containerPort);
    // A number need not be declared; one that stable's pods declare and these do not has moved.
    if (isServed(after) || (typeof targetPort === 'number' && !isServed(before))) continue;
    const there = after.map(({ name, containerPort }) =>
      name === undefined ? `${containerPort}` : `${containerPort} (${name})`,
    );
    problems.add(
      'port-not-served',
      `Service ${namespace}/${service.metadata?.name} leads to port ${targetPort}, and no container of the manifest's template has it (there ${there.length === 1 ? 'is' : 'are'} ${there.join(', ') || 'none'}): the canary would answer no request. ` +
        'Have the Service lead to a port by name (`targetPort: http`), give the container port that name, apply the Service, and release then.',
    );
  }
}

interface Port {
  readonly name?: string;
  readonly containerPort: number;
}

const portsIn = ({ spec }: V1PodTemplateSpec): Port[] =>
  [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].flatMap(({ ports = [] }) => ports);
