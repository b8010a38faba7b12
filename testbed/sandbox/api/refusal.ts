import type { Json } from './object.js';

/** One field of an object that can't be accepted (field.Error in apimachinery). */
export interface Flaw {
  readonly field: string;
  readonly reason:
    | 'FieldValueInvalid'
    | 'FieldValueRequired'
    | 'FieldValueForbidden'
    | 'FieldValueNotSupported'
    | 'FieldManagerConflict';
  readonly message: string;
}

/** As much of a resource as messages name. */
export interface Named {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
}

/** An answer that is no success: a metav1.Status with the words of the real API server. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: number;
  readonly #reason: string | undefined;
  readonly #details: Json | undefined;

  constructor(code: number, reason: string | undefined, message: string, details?: Json) {
    super(message);
    this.code = code;
    this.#reason = reason;
    this.#details = details;
  }

  get status(): Json {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      ...(this.#reason !== undefined && { reason: this.#reason }),
      ...(this.#details !== undefined && { details: this.#details }),
      code: this.code,
    };
  }
}

/** `deployments.apps` */
export const qualified = ({ group, plural }: Named): string => (group === '' ? plural : `${plural}.${group}`);

export const detailsOf = ({ group, plural }: Named, name?: string): Json => ({
  ...(name !== undefined && { name }),
  ...(group !== '' && { group }),
  kind: plural,
});

export const notFound = (resource: Named, name: string): Refusal =>
  new Refusal(404, 'NotFound', `${qualified(resource)} "${name}" not found`, detailsOf(resource, name));

export const noSuchResource = (): Refusal => new Refusal(404, 'NotFound', 'the server could not find the requested resource', {});

export const alreadyExists = (resource: Named, name: string): Refusal =>
  new Refusal(409, 'AlreadyExists', `${qualified(resource)} "${name}" already exists`, detailsOf(resource, name));

export const modified = (resource: Named, name: string): Refusal =>
  new Refusal(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(resource)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    detailsOf(resource, name),
  );

/** An apply means an object that is not there (apiserver endpoints/handlers/patch.go). */
export const missingUid = (resource: Named, name: string, uid: string): Refusal =>
  new Refusal(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(resource)} "${name}": uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
    detailsOf(resource, name),
  );

/** A precondition of a deletion is not met. */
export const unmetPrecondition = ({ group, kind }: Named, name: string, what: string): Refusal =>
  new Refusal(409, 'Conflict', `Operation cannot be fulfilled on ${kind} "${name}": ${what}`, {
    name,
    ...(group !== '' && { group }),
    kind,
  });

export const badRequest = (message: string): Refusal => new Refusal(400, 'BadRequest', message);

export const methodNotAllowed = (): Refusal =>
  new Refusal(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});

export function invalid({ group, kind }: Pick<Named, 'group' | 'kind'>, name: string, flaws: readonly Flaw[]): Refusal {
  const told = flaws.map(({ field, message }) => `${field}: ${message}`);
  const what = told.length === 1 ? told[0] : `[${told.join(', ')}]`;
  return new Refusal(422, 'Invalid', `${kind}${group === '' ? '' : `.${group}`} "${name}" is invalid: ${what}`, {
    ...(name !== '' && { name }),
    ...(group !== '' && { group }),
    kind,
    causes: flaws.map(({ reason, message, field }) => ({ reason, message, field })),
  });
}

/** The patch itself can't be carried out on this object; the real API server says no more than this. */
export const unprocessable = (): Refusal =>
  new Refusal(422, 'Invalid', 'the server rejected our request due to an error in our request', {});

/** For what the real API server does and the sandbox doesn't: loud, so that no test rests on an approximation. */
export const notInSandbox = (what: string): Refusal =>
  new Refusal(501, 'NotImplemented', `The sandbox does not do this: ${what}. Use the test bed (testbed/sandbox/README.md).`);
