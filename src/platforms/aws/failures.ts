import { UserError } from '../../kernel/errors.js';

/** A request, for messages. */
export interface Question {
  /** As a policy names it, such as `lambda:GetAlias`. */
  readonly action: string;
  /** What it is about. */
  readonly where: string;
}

/** As the SDK throws it; whatever else is thrown comes from the way there. */
interface ServiceError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const statusOf = (error: unknown): number | undefined => (error as ServiceError | undefined)?.$metadata?.httpStatusCode;

export const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;

const THROTTLED = [
  'TooManyRequestsException',
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'RequestLimitExceeded',
  'ProvisionedThroughputExceededException',
  'RequestThrottled',
  'SlowDown',
];
const CREDENTIALS = [
  'CredentialsProviderError',
  'TokenProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
  'InvalidIdentityToken',
  'InvalidIdentityTokenException',
];
const DENIED = ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'NotAuthorized'];

const isOneOf = (error: unknown, names: readonly string[]): boolean => error instanceof Error && names.includes(error.name);

const isThrottled = (error: unknown): boolean => isOneOf(error, THROTTLED) || statusOf(error) === 429;

/** Whether AWS has answered the last attempt at all; a request that was not answered may have been carried out, now or later. */
export function isAnswered(error: unknown): boolean {
  const status = statusOf(error) ?? statusOf((error as Error | undefined)?.cause);
  return status !== undefined && status < 500;
}

/** Whether the same request may well be answered in a moment. */
export function isPassing(error: unknown): boolean {
  if (isThrottled(error)) return true;
  if (isOneOf(error, [...CREDENTIALS, ...DENIED])) return false;
  const status = statusOf(error);
  return status === undefined ? !(error instanceof UserError) : status >= 500;
}

/** What the user can do about a refusal of AWS. A LockLost or a refusal of our own is what it is. */
export function describeFailure({ action, where }: Question, error: unknown): Error {
  if (error instanceof UserError) return error;
  const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const options = { cause: error };
  if (isThrottled(error))
    return new UserError('aws-throttled', `AWS goes on throttling ${action} (${where}). It says: ${words}`, options);
  if (isOneOf(error, CREDENTIALS))
    return new UserError(
      'aws-credentials-refused',
      `The AWS credentials are missing, wrong or expired (${action}, ${where}). AWS or the SDK says: ${words}\n` +
        'Let aws-actions/configure-aws-credentials run in this job before this step; a session of an hour ends in the middle of a longer job.',
      options,
    );
  if (isOneOf(error, DENIED))
    return new UserError(
      'aws-denied',
      `AWS denies ${action} on ${where}. It says: ${words}\nAllow ${action} in the policy of the role; a denial by a service control policy has to be lifted by the organization.`,
      options,
    );
  if (statusOf(error) === undefined || (statusOf(error) ?? 0) >= 500)
    return new UserError('aws-unreachable', `AWS does not answer ${action} (${where}): ${words}`, options);
  return new UserError('aws-refuses', `AWS refuses ${action} on ${where}. It says: ${words}`, options);
}
