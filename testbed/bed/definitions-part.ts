import { Api } from '../client/api.js';
import { applyDefinitions } from './definitions.js';
import { kubeconfigFile } from './identities.js';
import type { Part } from './part.js';

export interface Definitions {
  readonly name: string;
  /** `/apis/GROUP/VERSION` of the kinds. */
  readonly group: string;
  readonly plurals: readonly string[];
  /** @returns the files that define them */
  fetch(): Promise<string[]>;
}

/** Kinds that others need: no server, only their definitions. */
export const definitionsPart = ({ name, group, plurals, fetch }: Definitions): Part => ({
  name,
  prepare: fetch,
  async start({ directory }) {
    const api = new Api(kubeconfigFile(directory, 'admin'));
    await applyDefinitions(api, await fetch());
    api.close();
  },
  isRunning: () => true,
  async isHealthy({ directory }) {
    const api = new Api(kubeconfigFile(directory, 'admin'));
    const answers = await Promise.allSettled(plurals.map((plural) => api.get(`${group}/${plural}?limit=1`)));
    api.close();
    return answers.every(({ status }) => status === 'fulfilled');
  },
});
