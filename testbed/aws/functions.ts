import {
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  GetAliasCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { type AwsServer, startAws } from './aws-server.js';

/** moto's own. */
export const ACCOUNT = '123456789012';
export const REGION = 'eu-central-1';
export const TABLE = 'd9-records';
const ALIAS = 'live';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/orders`;

/** An account with a table for the records, and functions to release. */
export interface Account {
  readonly aws: AwsServer;
  readonly lambda: LambdaClient;
  readonly dynamo: DynamoDBClient;
  /** A function with the versions 1, 2 and 3, and an alias `live` on the first; its name is its own. */
  createFunction(changes?: { readonly tags?: Record<string, string> }): Promise<DeployedFunction>;
  close(): Promise<void>;
}

export interface DeployedFunction {
  readonly name: string;
  /** What the alias is told to serve, in percent by version, without those that get nothing. */
  serving(): Promise<Readonly<Record<string, number>>>;
  /** Somebody else moves the alias. */
  move(version: string, weights?: Record<string, number>): Promise<void>;
  /** What is stored as the record. */
  record(): Promise<string | undefined>;
  forgeRecord(text: string): Promise<void>;
  removeRecord(): Promise<void>;
}

/** The usual chain finds them, as it does in a job. */
export const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIATESTBED', AWS_SECRET_ACCESS_KEY: 'testbed' } as const;

export async function startAccount(): Promise<Account> {
  Object.assign(process.env, CREDENTIALS);
  const aws = await startAws();
  const settings = { region: REGION, endpoint: aws.url };
  const lambda = new LambdaClient(settings);
  const dynamo = new DynamoDBClient(settings);
  await dynamo.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'app', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'app', KeyType: 'HASH' }],
    }),
  );
  await createRole(aws.url, 'orders');
  let count = 0;
  return {
    aws,
    lambda,
    dynamo,
    createFunction: ({ tags = {} } = {}) => {
      count += 1;
      return createFunction(lambda, dynamo, `orders-${count}`, tags);
    },
    async close() {
      lambda.destroy();
      dynamo.destroy();
      await aws.close();
    },
  };
}

async function createFunction(
  lambda: LambdaClient,
  dynamo: DynamoDBClient,
  name: string,
  Tags: Record<string, string>,
): Promise<DeployedFunction> {
  const code = (text: string) => ({ ZipFile: Buffer.from(text) });
  const made = {
    FunctionName: name,
    Runtime: 'nodejs22.x' as const,
    Role: ROLE,
    Handler: 'index.handler',
    Code: code('1'),
    Tags,
  };
  await lambda.send(new CreateFunctionCommand({ ...made, Publish: true }));
  for (const text of ['2', '3']) {
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: name, ...code(text) }));
    await lambda.send(new PublishVersionCommand({ FunctionName: name }));
  }
  await lambda.send(new CreateAliasCommand({ FunctionName: name, Name: ALIAS, FunctionVersion: '1' }));
  const item = { TableName: TABLE, Key: { app: { S: `aws-lambda/${name}/${ALIAS}` } } };
  return {
    name,
    async serving() {
      const alias = await lambda.send(new GetAliasCommand({ FunctionName: name, Name: ALIAS }));
      const others = Object.entries(alias.RoutingConfig?.AdditionalVersionWeights ?? {}).map(
        ([version, share]) => [version, Math.round(share * 100)] as const,
      );
      const rest = 100 - others.reduce((sum, [, share]) => sum + share, 0);
      return Object.fromEntries([[alias.FunctionVersion ?? '', rest] as const, ...others].filter(([, share]) => share > 0));
    },
    async move(version, weights = {}) {
      const RoutingConfig = { AdditionalVersionWeights: weights };
      await lambda.send(new UpdateAliasCommand({ FunctionName: name, Name: ALIAS, FunctionVersion: version, RoutingConfig }));
    },
    record: async () => (await dynamo.send(new GetItemCommand({ ...item, ConsistentRead: true }))).Item?.record?.S,
    async forgeRecord(text) {
      const change = 'SET #record = :text, #version = if_not_exists(#version, :zero) + :one';
      const values = { ':text': { S: text }, ':zero': { N: '0' }, ':one': { N: '1' } };
      const names = { '#record': 'record', '#version': 'version' };
      await dynamo.send(
        new UpdateItemCommand({
          ...item,
          UpdateExpression: change,
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: values,
        }),
      );
    },
    async removeRecord() {
      await dynamo.send(new DeleteItemCommand(item));
    },
  };
}

/** A function has one, and moto looks whether it is there. By hand: a client of its own would be more than the call. */
async function createRole(url: string, name: string): Promise<void> {
  const trust = { Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
  const asked = { Action: 'CreateRole', Version: '2010-05-08', RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) };
  const scope = 'AKIATESTBED/20260101/us-east-1/iam/aws4_request';
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=testbed`;
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(asked), headers: { authorization } });
  if (!response.ok) throw new Error(`moto made no role: ${await response.text()}`);
}
