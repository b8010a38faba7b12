import type { Environment } from '../kernel/environment.js';
import { formatAttributes, readAttributes } from './bake/attributes.js';

/**
 * Provenance that names its builder, which policies ask for: the attempt of the workflow run, as docker/build-push-action has it
 * (slsa.dev/spec/v1.0/provenance, `builder.id`).
 * @param provenance `true`, `false` or attributes; what names a builder already, and what asks for none, stays as it is
 */
export function withBuilderId(provenance: string, { variables }: Pick<Environment, 'variables'>): string {
  const {
    GITHUB_SERVER_URL: server,
    GITHUB_REPOSITORY: repository,
    GITHUB_RUN_ID: run,
    GITHUB_RUN_ATTEMPT: attempt = '1',
  } = variables;
  if (provenance === 'false' || !server || !repository || !run) return provenance;
  const attributes = provenance === 'true' ? {} : readAttributes(provenance);
  if (attributes['builder-id'] !== undefined || attributes.disabled === 'true') return provenance;
  return formatAttributes({ ...attributes, 'builder-id': `${server}/${repository}/actions/runs/${run}/attempts/${attempt}` });
}
