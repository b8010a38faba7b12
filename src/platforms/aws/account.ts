import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { UserError } from '../../kernel/errors.js';
import { type Asking, ask } from './ask.js';
import type { AwsInputs } from './aws-inputs.js';
import type { Clients } from './clients.js';

/** @throws UserError when the credentials belong to another account than the step names */
export async function refuseOtherAccount(
  { sts }: Clients,
  { account }: Pick<AwsInputs, 'account'>,
  asking: Asking,
): Promise<void> {
  const question = { action: 'sts:GetCallerIdentity', where: `account ${account}` };
  const { Account: actual, Arn: arn } = await ask(question, asking, (abortSignal) =>
    sts.send(new GetCallerIdentityCommand({}), { abortSignal }),
  );
  if (actual === account) return;
  throw new UserError(
    'aws-account-other',
    `The credentials belong to account ${actual ?? 'unknown'} (${arn ?? 'unknown'}), and this step is for account ${account}. ` +
      'Assume the role of that account before this step, or correct `account`. Nothing has been changed.',
  );
}

/**
 * Whether what was found is where the step says: an endpoint of its own may lead elsewhere.
 * @param arn such as `arn:aws:lambda:eu-central-1:123456789012:function:orders:live`
 * @throws UserError naming where it is
 */
export function refuseOtherPlace(arn: string | undefined, { account, region }: Pick<AwsInputs, 'account' | 'region'>): void {
  const [, , , inRegion, inAccount] = (arn ?? '').split(':');
  if (inRegion === region && inAccount === account) return;
  throw new UserError(
    'aws-account-other',
    `${arn ?? 'What AWS found'} is not in account ${account}, region ${region}. Correct \`account\`, \`region\` or \`api-url\`. Nothing has been changed.`,
  );
}
