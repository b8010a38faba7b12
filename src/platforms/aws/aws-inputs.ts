import type { Given } from '../../kernel/define.js';
import type { Problem } from '../../kernel/errors.js';
import { text } from '../../kernel/input-kinds.js';
import { isLoopback } from './loopback.js';

/** @throws RangeError when it is neither https:// nor, on this machine alone, http:// */
function parseApiUrl(raw: string): string {
  const url = URL.canParse(raw) ? new URL(raw) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))) return raw;
  throw new RangeError(`"${raw}" is no https:// address; plain http:// goes to this machine only (127.0.0.1, localhost)`);
}

const matching = (pattern: RegExp, what: string) => (raw: string) => {
  if (!pattern.test(raw)) throw new RangeError(`"${raw}" is not ${what}`);
  return raw;
};

/** What every action on AWS takes. None is marked as required, because on another platform none is. */
export const awsInputs = {
  account: {
    ...text({ text: 'AWS account that the app is in. Compared with that of the credentials before anything is written.' }),
    type: 'account number (12 digits)',
    parse: matching(/^\d{12}$/, 'the number of an account, which has 12 digits'),
  },
  region: {
    ...text({ text: 'AWS region that the app and its record table are in.' }),
    type: 'name of a region',
    parse: matching(/^[a-z]{2,5}(-[a-z]+)+-\d{1,2}$/, 'the name of a region, such as eu-central-1'),
  },
  'record-table': {
    ...text({ text: 'DynamoDB table that keeps the release records: partition key `app`, a text.' }),
    type: 'name of a table',
    parse: matching(/^[\w.-]{3,255}$/, 'the name of a table'),
  },
  'api-url': {
    ...text({ text: 'Address that takes the place of the AWS endpoints, such as a VPC endpoint or a test server.' }),
    type: 'https:// address',
    parse: parseApiUrl,
  },
};

export interface AwsInputs {
  readonly account: string;
  readonly region: string;
  readonly recordTable: string;
  readonly apiUrl?: string | undefined;
}

/** One problem for each that AWS can't do without. */
export const missingInputs = (
  given: Given<typeof awsInputs> & Readonly<Record<string, unknown>>,
  needed: readonly string[],
  platform: string,
): Problem[] =>
  needed
    .filter((name) => given[name] === undefined)
    .map((name) => ({ code: 'input-missing', text: `Input \`${name}\` is missing: \`platform: ${platform}\` needs it.` }));

export const AWS_NEEDS = ['account', 'region', 'record-table'] as const;
