import { type AttributeValue, type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { UserError } from '../../../kernel/errors.js';
import { type Asking, ask } from '../ask.js';
import { isNamed } from '../failures.js';

/** What stands in the table of one app. Untrusted: whoever may write the table could have written it. */
export interface StoredItem {
  readonly record?: string | undefined;
  /** As `lock-holder.ts` writes it; absent while nobody holds the lock. */
  readonly holder?: string | undefined;
  /** ISO 8601, by the holder's clock. */
  readonly renewedAt?: string | undefined;
  /** Who gave the lock back last, for whoever finds only then that it was taken from him. */
  readonly lastHolder?: string | undefined;
  /** Page of the run that asks the holder to give way. Not part of what `swap` compares, so it costs the holder no write. */
  readonly yieldTo?: string | undefined;
  /** Grows with each write; what every write is conditional on. */
  readonly version: number;
  /** A word of the last write's own, so that whoever lost its answer knows it again. */
  readonly write: string;
}

export type Change = Partial<Record<'record' | 'holder' | 'renewedAt' | 'lastHolder' | 'yieldTo', string | undefined>>;

/** Another process has written the item since it was read. */
export class Raced extends Error {
  /** As it is now; undefined where it is gone. */
  readonly item: StoredItem | undefined;

  constructor(item: StoredItem | undefined) {
    super('the item was written by another process');
    this.item = item;
  }
}

const FAILED = 'ConditionalCheckFailedException';
const MISSING = 'ResourceNotFoundException';
const UNFIT = 'ValidationException';
const TEXTS = ['record', 'holder', 'renewedAt', 'lastHolder', 'yieldTo'] as const;

/** The item of one app in the table of the records. */
export class RecordItem {
  readonly place: string;
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #key: string;

  /** @param key which app, among all that the table has */
  constructor(client: DynamoDBClient, table: string, key: string) {
    this.#client = client;
    this.#table = table;
    this.#key = key;
    this.place = `item ${key} of table ${table}`;
  }

  /** As it is at this moment: an answer that may be a second old would give two processes the lock. */
  async read(asking: Asking): Promise<StoredItem | undefined> {
    const input = { TableName: this.#table, Key: this.#keyOf(), ConsistentRead: true };
    const { Item } = await this.#ask('dynamodb:GetItem', [], asking, (abortSignal) =>
      this.#client.send(new GetItemCommand(input), { abortSignal }),
    );
    return Item === undefined ? undefined : itemIn(Item, this.place);
  }

  /**
   * Writes the item as a change of what was read, and of nothing else.
   * @param write a word of its own
   * @throws Raced when it is not what was read any more
   */
  async swap(before: StoredItem | undefined, change: Change, write: string, asking: Asking): Promise<StoredItem> {
    const changes = { ...change, version: (before?.version ?? 0) + 1, write };
    const input = {
      TableName: this.#table,
      Key: this.#keyOf(),
      ...updateOf(changes, before),
      ReturnValues: 'ALL_NEW' as const,
    };
    try {
      const { Attributes } = await this.#ask('dynamodb:UpdateItem', [FAILED], asking, (abortSignal) =>
        this.#client.send(new UpdateItemCommand(input), { abortSignal }),
      );
      return itemIn(Attributes ?? {}, this.place);
    } catch (error) {
      if (!isNamed(error, FAILED)) throw error;
      const item = await this.read({ ...asking, guard: undefined });
      // The first of two attempts has written it, and its answer was lost.
      if (item?.write === write) return item;
      throw new Raced(item);
    }
  }

  /** Asks the holder to give way, without a change of what it compares. An item that is gone has no holder. */
  async wish(yieldTo: string, asking: Asking): Promise<void> {
    const input = {
      TableName: this.#table,
      Key: this.#keyOf(),
      UpdateExpression: 'SET #yieldTo = :yieldTo',
      ConditionExpression: 'attribute_exists(#holder)',
      ExpressionAttributeNames: { '#yieldTo': 'yieldTo', '#holder': 'holder' },
      ExpressionAttributeValues: { ':yieldTo': { S: yieldTo } },
    };
    await this.#ask('dynamodb:UpdateItem', [], asking, (abortSignal) =>
      this.#client.send(new UpdateItemCommand(input), { abortSignal }),
    );
  }

  #keyOf(): Record<string, AttributeValue> {
    return { app: { S: this.#key } };
  }

  async #ask<T>(
    action: string,
    expects: readonly string[],
    asking: Asking,
    send: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    try {
      return await ask({ action, where: this.place, expects: [...expects, MISSING, UNFIT] }, asking, send);
    } catch (error) {
      if (isNamed(error, MISSING)) throw missing(this.#table, error);
      if (isNamed(error, UNFIT)) throw unfit(`Table ${this.#table} can't keep records: ${(error as Error).message}.`, error);
      throw error;
    }
  }
}

/** A word of each attribute is needed, because `write` and others are reserved in expressions. */
function updateOf(changes: Change & { readonly version: number; readonly write: string }, before: StoredItem | undefined) {
  const entries = Object.entries(changes);
  const set = entries.filter(([, value]) => value !== undefined);
  const removed = entries.filter(([, value]) => value === undefined);
  const sets = set.map(([name]) => `#${name} = :${name}`).join(', ');
  const removes = removed.length === 0 ? '' : ` REMOVE ${removed.map(([name]) => `#${name}`).join(', ')}`;
  return {
    UpdateExpression: `SET ${sets}${removes}`,
    ConditionExpression: before === undefined ? 'attribute_not_exists(#app)' : '#version = :before',
    ExpressionAttributeNames: {
      ...Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
      ...(before === undefined && { '#app': 'app' }),
    },
    ExpressionAttributeValues: {
      ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, attributeOf(value ?? '')])),
      ...(before !== undefined && { ':before': { N: String(before.version) } }),
    },
  };
}

const attributeOf = (value: string | number): AttributeValue => (typeof value === 'number' ? { N: String(value) } : { S: value });

/** @throws UserError for an item that is not this suite's: writing into it could break what it is of */
function itemIn(attributes: Readonly<Record<string, AttributeValue>>, place: string): StoredItem {
  const version = Number(attributes.version?.N ?? Number.NaN);
  if (!Number.isSafeInteger(version))
    throw unfit(`The ${place} is there, and is no release record: it has no \`version\`.`, undefined);
  const texts = TEXTS.flatMap((name) => {
    const value = attributes[name]?.S;
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(texts), version, write: attributes.write?.S ?? '' };
}

const missing = (table: string, cause: unknown): UserError =>
  new UserError(
    'record-table-missing',
    `There is no DynamoDB table ${table} in this account and region. Create it once: aws dynamodb create-table --table-name ${table} ` +
      '--billing-mode PAY_PER_REQUEST --attribute-definitions AttributeName=app,AttributeType=S --key-schema AttributeName=app,KeyType=HASH',
    { cause },
  );

const unfit = (what: string, cause: unknown): UserError =>
  new UserError(
    'record-table-unfit',
    `${what} Use a table of its own with the partition key \`app\`, a text, and no sort key. Nothing has been changed.`,
    { cause },
  );
