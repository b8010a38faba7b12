import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { startBuildkitd } from '../../../../testbed/buildkit/buildkitd.js';
import { connectEngine, type EngineBed } from './engine-bed.js';

/** Docker, and beside it a BuildKit by itself that buildx knows as the builder `farm`. */
export interface Farm {
  readonly bed: EngineBed;
  /** Variables of a step that is to know the builder. */
  readonly builders: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function connectFarm(): Promise<Farm> {
  const [bed, buildkitd] = await Promise.all([connectEngine(), startBuildkitd()]);
  const builders = { BUILDX_CONFIG: mkdtempSync(join(bed.root, 'buildx-')) };
  const { dockerConfig, dockerHost } = bed.engine;
  const env = { ...process.env, ...builders, DOCKER_HOST: dockerHost, DOCKER_CONFIG: dockerConfig };
  const create = ['create', '--name', 'farm', '--driver', 'remote', buildkitd.endpoint];
  execFileSync(join(dockerConfig, 'cli-plugins/docker-buildx'), create, { env });
  return {
    bed,
    builders,
    close: async () => {
      await buildkitd.close();
      await bed.close();
    },
  };
}
