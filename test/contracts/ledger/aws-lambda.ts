import { connectAws } from '../../../src/platforms/aws/clients.js';
import { onLambda } from '../../../src/platforms/aws-lambda/memory.js';
import { ledgerOf } from '../../../src/platforms/aws-lambda/site.js';
import { ACCOUNT, REGION, startAccount, TABLE } from '../../../testbed/aws/functions.js';
import type { LedgerBed } from './bed.js';

export async function startBed(): Promise<LedgerBed> {
  const account = await startAccount();
  return {
    memory: onLambda({ function: 'orders', alias: 'live', stable: '1', candidate: '2' }),
    async createApp() {
      const app = await account.createFunction();
      const place = {
        app: app.name,
        function: app.name,
        alias: 'live',
        account: ACCOUNT,
        region: REGION,
        recordTable: TABLE,
        apiUrl: account.aws.url,
      };
      return {
        ledger: (effects) => ledgerOf(place, connectAws(place), effects),
        forge: (text) => app.forgeRecord(text),
        text: () => app.record(),
        remove: () => app.removeRecord(),
      };
    },
    close: () => account.close(),
  };
}
