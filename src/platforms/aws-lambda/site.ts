import { UserError } from '../../kernel/errors.js';
import type { Runtime } from '../../kernel/runtime.js';
import type { Ledger } from '../../release/record/ledger.js';
import { refuseOtherAccount } from '../aws/account.js';
import type { Asking } from '../aws/ask.js';
import { type Clients, connectAws } from '../aws/clients.js';
import { type HeldItemRecord, itemLedger } from '../aws/ledger/ledger.js';
import { readAlias } from './alias.js';
import { type FunctionInputs, type Place, placeOf } from './lambda-inputs.js';
import { awsLambda } from './memory.js';

/** The function of one app, and where its record is kept. */
export interface Site {
  readonly place: Place;
  readonly clients: Clients;
  readonly ledger: Ledger<HeldItemRecord>;
}

/** An alias is what is released, so two aliases of a function have two records. */
const keyOf = ({ function: name, alias }: Pick<Place, 'function' | 'alias'>): string => `aws-lambda/${name}/${alias}`;

type Reach = Pick<Runtime, 'clock' | 'log' | 'signal'>;

/**
 * The way to an app, after a look whose credentials these are.
 * @throws UserError when they belong to another account
 */
export async function openSite(inputs: FunctionInputs, runtime: Reach): Promise<Site> {
  const place = placeOf(inputs);
  const clients = connectAws(place);
  await refuseOtherAccount(clients, place, runtime);
  return { place, clients, ledger: ledgerOf(place, clients, runtime) };
}

/**
 * The same on the way back, which a network or a policy without STS must not stop: the alias's own name says whose it is.
 * @throws UserError when credentials or alias belong to another account
 */
export async function openSiteToUndo(inputs: FunctionInputs, runtime: Reach): Promise<Site> {
  const place = placeOf(inputs);
  const clients = connectAws(place);
  try {
    await refuseOtherAccount(clients, place, runtime);
  } catch (error) {
    if (!(error instanceof UserError) || error.code === 'aws-account-other') throw error;
    await readAlias(clients.lambda, place, asking(runtime, runtime.signal));
    runtime.log.info(
      `Whose credentials these are could not be asked, and the alias is in account ${place.account}: ${error.message}`,
    );
  }
  return { place, clients, ledger: ledgerOf(place, clients, runtime) };
}

export const ledgerOf = (place: Place, { dynamo }: Pick<Clients, 'dynamo'>, { clock, log }: Pick<Runtime, 'clock' | 'log'>) =>
  itemLedger({ dynamo, table: place.recordTable, key: keyOf(place), platform: awsLambda, clock, log });

export const asking = ({ clock, log }: Pick<Runtime, 'clock' | 'log'>, signal: AbortSignal): Asking => ({ clock, log, signal });
