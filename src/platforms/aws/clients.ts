import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { STSClient } from '@aws-sdk/client-sts';
import { USER_AGENT } from '../../http/user-agent.js';
import type { AwsInputs } from './aws-inputs.js';

/** The AWS APIs that a step uses; credentials by the usual chain: OIDC, environment, profile, the runner's own role. */
export interface Clients {
  readonly lambda: LambdaClient;
  readonly dynamo: DynamoDBClient;
  readonly sts: STSClient;
}

export function connectAws({ region, apiUrl }: Pick<AwsInputs, 'region' | 'apiUrl'>): Clients {
  const settings = {
    region,
    // Attempts are counted in `ask`: a request that the SDK repeats by itself could be sent after the lock has ended.
    maxAttempts: 1,
    customUserAgent: USER_AGENT,
    ...(apiUrl !== undefined && { endpoint: apiUrl }),
  };
  return { lambda: new LambdaClient(settings), dynamo: new DynamoDBClient(settings), sts: new STSClient(settings) };
}
