import type { V1ConfigMap, V1Deployment, V1Service } from '@kubernetes/client-node';
import { loadAll, YAMLException } from 'js-yaml';
import { UserError } from '../../../kernel/errors.js';

/** A file of Kubernetes objects, as far as a release can take them along. */
export interface Manifest {
  /** As the user wrote it, for messages. */
  readonly path: string;
  readonly deployments: readonly V1Deployment[];
  readonly configMaps: readonly V1ConfigMap[];
  readonly services: readonly V1Service[];
  /** What else is in it, as `Ingress restaurant`. */
  readonly others: readonly string[];
}

/** Kinds that a share of the traffic can't be given to, with the reason. */
const REFUSED: Readonly<Record<string, string>> = {
  StatefulSet: 'its pods have names and volumes of their own, so a second set beside it would be another database, not a canary',
  DaemonSet: 'it has one pod on each node, so there is no share of pods or traffic to give a canary',
  ScaledObject: 'KEDA would write its own minimum back during the release and may scale stable to 0; pause it for the release',
};

interface Identified {
  readonly kind?: unknown;
  readonly apiVersion?: unknown;
  readonly metadata?: { readonly name?: unknown } | null;
  readonly items?: unknown;
}

/**
 * Reads a manifest of one or more YAML documents; Lists are opened.
 * @throws UserError with every problem at once
 */
export function readManifest(content: string, path: string): Manifest {
  const objects = parse(content, path).flatMap((document) => (isList(document) ? (document.items as unknown[]) : [document]));
  const flaws = objects.flatMap((object, index) => flawsOf(object, index));
  if (flaws.length > 0) throw new UserError('manifest-invalid', flaws.map((flaw) => `${path}: ${flaw}`).join('\n'));
  const all = objects as Array<{ kind: string; apiVersion: string; metadata: { name: string } }>;
  const of = <T>(kind: string, apiVersion: string) =>
    all.filter((object) => object.kind === kind && object.apiVersion === apiVersion) as unknown as T[];
  const [deployments, configMaps, services] = [
    of<V1Deployment>('Deployment', 'apps/v1'),
    of<V1ConfigMap>('ConfigMap', 'v1'),
    of<V1Service>('Service', 'v1'),
  ];
  if (deployments.length === 0)
    throw new UserError(
      'manifest-without-app',
      `${path}: there is no Deployment (apps/v1) in it, so it says nothing of the next version. ${insteadOf(all)}`.trim(),
    );
  const taken = new Set<unknown>([...deployments, ...configMaps, ...services]);
  const others = all.filter((object) => !taken.has(object)).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  return { path, deployments, configMaps, services, others };
}

/** What a file without a Deployment has in its place. */
function insteadOf(all: ReadonlyArray<{ kind: string; apiVersion: string; metadata: { name: string } }>): string {
  const other = all.find(({ kind }) => kind === 'Deployment');
  if (other)
    return `Deployment ${other.metadata.name} has apiVersion ${other.apiVersion}, which no cluster serves since Kubernetes 1.16: write apps/v1.`;
  const rollout = all.find(({ kind, apiVersion }) => kind === 'Rollout' && apiVersion.startsWith('argoproj.io/'));
  if (rollout)
    return `Rollout ${rollout.metadata.name} is released by Argo Rollouts, which has a canary of its own; this action releases Deployments.`;
  return all.length === 0 ? 'It is empty.' : `It has ${all.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(', ')}.`;
}

function parse(content: string, path: string): unknown[] {
  try {
    return loadAll(content).filter((document) => document !== null && document !== undefined);
  } catch (error) {
    const lineOf = (at: number) => content.slice(0, at).split('\n').length;
    const template = content.search(/\{\{/);
    if (template >= 0)
      throw new UserError(
        'manifest-is-template',
        `${path}:${lineOf(template)}: this is a template (\`{{ … }}\`) and not the manifest that it makes. Render it first (\`helm template\`), and give the result.`,
      );
    // Without the library's own message or the cause: both quote the text, which may hold a Secret.
    const known = error instanceof YAMLException;
    const where = known && error.mark ? `:${error.mark.line + 1}:${error.mark.column + 1}` : '';
    throw new UserError('manifest-invalid', `${path}${where} is not YAML${known ? `: ${error.reason}` : ''}`);
  }
}

const isList = (document: unknown): document is { items: unknown[] } =>
  typeof document === 'object' && document !== null && Array.isArray((document as Identified).items);

function flawsOf(object: unknown, index: number): string[] {
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return [`document ${index + 1} is not an object`];
  const { kind, apiVersion, metadata } = object as Identified;
  if (typeof kind !== 'string' || typeof apiVersion !== 'string' || typeof metadata?.name !== 'string')
    return [`document ${index + 1} lacks apiVersion, kind or metadata.name`];
  const why = REFUSED[kind];
  if (why !== undefined) return [`${kind} ${metadata.name} can't be released by share of the traffic: ${why}`];
  const containers = (object as V1Deployment).spec?.template?.spec?.containers;
  if (kind === 'Deployment' && !Array.isArray(containers))
    return [`Deployment ${metadata.name} has no spec.template with containers`];
  return [];
}
