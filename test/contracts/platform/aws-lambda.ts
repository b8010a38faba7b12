import { nameOf } from '../../../src/platforms/aws-lambda/memory.js';
import { ACCOUNT, REGION, startAccount, TABLE } from '../../../testbed/aws/functions.js';
import type { PlatformApp, PlatformBed } from './bed.js';

export async function startBed(): Promise<PlatformBed> {
  const account = await startAccount();
  return {
    async createApp(): Promise<PlatformApp> {
      const app = await account.createFunction();
      return {
        inputs: {
          app: app.name,
          platform: 'aws-lambda',
          alias: 'live',
          account: ACCOUNT,
          region: REGION,
          'record-table': TABLE,
          'api-url': account.aws.url,
        },
        quick: {},
        versions: [nameOf(app.name, '1'), nameOf(app.name, '2'), nameOf(app.name, '3')],
        release: (version) => ({ version: version.split(':').at(-1) ?? '' }),
        serving: async () =>
          Object.fromEntries(Object.entries(await app.serving()).map(([version, share]) => [nameOf(app.name, version), share])),
        left: async () => Object.keys(await app.serving()).slice(1),
        forge: (text) => app.forgeRecord(text),
        forget: () => app.removeRecord(),
      };
    },
    close: () => account.close(),
  };
}
