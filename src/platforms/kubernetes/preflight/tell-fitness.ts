import type { V1PodSpec } from '@kubernetes/client-node';
import type { Log } from '../../../kernel/log.js';
import { type App, liveImageIn, templateOf } from '../app/app.js';

/**
 * Warns of what is odd about an app and forbids no release: names that were mixed up, ports that lead nowhere, and what two versions can not both have.
 * @param image that is asked for; undefined where a manifest says it
 */
export function tellFitness(app: App, image: string | undefined, log: Pick<Log, 'warning'>): void {
  const template = app.next?.template ?? templateOf(app.deployment);
  const oddities = [
    ...(image === undefined ? [] : otherApp(app, image)),
    ...deadPorts(app, template.spec),
    ...shared(template.spec),
  ];
  for (const oddity of oddities) log.warning(oddity);
}

/** A mirror has another registry and another path; the last word is the app's. */
const nameOf = (image: string): string =>
  image
    .replace(/@.*$/, '')
    .replace(/:[^/:]*$/, '')
    .split('/')
    .at(-1) ?? '';

function otherApp({ deployment, container }: App, image: string): string[] {
  const live = liveImageIn(templateOf(deployment), container);
  if (live === '' || nameOf(live) === nameOf(image)) return [];
  return [
    `Container ${container} of Deployment ${deployment.metadata?.name} runs ${live}, and ${image} is of another name. See whether \`container\` and \`image\` are of the same app.`,
  ];
}

function deadPorts({ service, namespace }: App, spec: V1PodSpec | undefined): string[] {
  const names = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].flatMap(({ ports = [] }) =>
    ports.map(({ name }) => name),
  );
  const dead = (service.spec?.ports ?? []).filter(
    ({ targetPort }) => typeof targetPort === 'string' && !names.includes(targetPort),
  );
  return dead.map(
    ({ port, targetPort }) =>
      `Service ${namespace}/${service.metadata?.name} leads port ${port} to \`${targetPort}\`, and no container has a port of that name (there are ${names.filter(Boolean).join(', ') || 'none'}): nobody answers there, neither stable nor the canary.`,
  );
}

function shared(spec: V1PodSpec | undefined): string[] {
  const claims = (spec?.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
  const hostPorts = (spec?.containers ?? []).flatMap(({ ports = [] }) => ports.flatMap(({ hostPort }) => hostPort ?? []));
  const ofNode = [
    ...(hostPorts.length > 0 ? [`hostPort ${hostPorts.join(', ')}`] : []),
    ...(spec?.hostNetwork ? ['hostNetwork'] : []),
    ...(spec?.nodeName ? [`nodeName ${spec.nodeName}`] : []),
  ];
  return [
    ...(claims.length > 0
      ? [
          `The canary's pods mount ${claims.join(', ')} as stable's do: two versions write to one volume, and one that is ReadWriteOnce keeps them on one node.`,
        ]
      : []),
    ...(ofNode.length > 0
      ? [`The pods have ${ofNode.join(' and ')}: the canary's need nodes on which none of stable's has it.`]
      : []),
  ];
}
