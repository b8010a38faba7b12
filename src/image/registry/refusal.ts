import type { HttpAnswer } from '../../http/connection.js';
import { UserError } from '../../kernel/errors.js';
import type { RegistryCredentials } from './credentials.js';
import { meaningOf, meaningOfLogin } from './refusal-kinds.js';

const PASSING = [408, 429, 500, 502, 503, 504];

const codeOf = (status: number) =>
  PASSING.includes(status) ? 'registry-busy' : status === 401 ? 'registry-login-refused' : 'registry-refuses';

/** A registry said no, after it was asked as often as is worth it. */
export class RegistryRefusal extends UserError {
  readonly status: number;

  constructor(status: number, message: string) {
    super(codeOf(status), message);
    this.status = status;
  }

  /** Whether it may say yes later. */
  get passing(): boolean {
    return PASSING.includes(this.status);
  }
}

/** Who was refused what. */
export interface Attempted {
  readonly registry: string;
  /** Without the registry. */
  readonly repository: string;
  /** In words: `push the tag 1.2.3`. */
  readonly what: string;
  readonly credentials: RegistryCredentials;
}

interface RegistryError {
  readonly code?: string;
  readonly message?: string;
}

/** What a registry's answer means for the one who reads it. */
export function explainRefusal(answer: HttpAnswer, attempted: Attempted): RegistryRefusal {
  const { status } = answer;
  const said = errorsIn(answer.body)
    .map(({ code, message }) => [code, message].filter(Boolean).join(': '))
    .join('; ');
  const { registry, repository, what, credentials } = attempted;
  const name = `${registry}/${repository}`;
  const quoted = said === '' ? '' : `\nThe registry said: ${said.slice(0, 500)}`;
  const refuse = (text: string) => new RegistryRefusal(status, `${text}${quoted}`);

  if (PASSING.includes(status)) {
    return refuse(
      `${registry} did not let this step ${what} in ${repository}, however often it was asked: HTTP ${status}.\n` +
        'It is overloaded, out of order, or limits how often it may be asked. Run the job again later, or raise `retry-for`.',
    );
  }
  if (status === 401) {
    const login = credentials.kind === 'none' ? undefined : meaningOfLogin(said, name, what);
    return refuse(login ?? `${whoWasRefused(registry, credentials)}\n${loginAdvice(registry, credentials)}`);
  }
  if (status < 400 || isPage(answer)) return explainNoRegistry(answer, attempted);
  const [first] = errorsIn(answer.body);
  const meaning = meaningOf({ status, code: first?.code, message: said === '' ? textOf(answer) : said }, name, what);
  if (meaning !== undefined) return refuse(meaning);
  if (status === 403 || hasCode(answer.body, 'DENIED')) {
    return refuse(`${userIn(credentials)} may not ${what} in ${name} (HTTP ${status}).\n${permissionAdvice(registry)}`);
  }
  return refuse(`${registry} did not let this step ${what} in ${repository}: HTTP ${status}.`);
}

/** Whatever is at this address, it is no registry. */
export function explainNoRegistry(answer: HttpAnswer, { registry, repository, what }: Attempted): RegistryRefusal {
  const { status, headers } = answer;
  const sentOn = headers.location !== undefined && URL.canParse(headers.location) ? new URL(headers.location) : undefined;
  const answered =
    sentOn === undefined
      ? `HTTP ${status}, ${headers['content-type'] ?? 'no content type'}`
      : `HTTP ${status}, to ${sentOn.origin}${sentOn.pathname}`;
  return new RegistryRefusal(
    status,
    `${registry} does not answer as a registry does (${answered}), so this step could not ${what} in ${repository}.\n` +
      'Is it a web page, a login or a proxy? Check the host and the port in `tags`; a registry that lives below a path has that path in its names.',
  );
}

/** A page for people where a registry has an error in JSON: nobody there knows the API. */
const isPage = ({ status, headers, body }: HttpAnswer): boolean =>
  [404, 405, 501].includes(status) &&
  errorsIn(body).length === 0 &&
  (/html/i.test(headers['content-type'] ?? '') || /^\s*</.test(body));

/** @returns the errors of the body, as the distribution specification writes them; none when it is something else */
function errorsIn(body: string): readonly RegistryError[] {
  try {
    const { errors } = JSON.parse(body) as { errors?: unknown };
    return Array.isArray(errors) ? (errors as RegistryError[]) : [];
  } catch {
    return [];
  }
}

const hasCode = (body: string, code: string): boolean => errorsIn(body).some((error) => error.code === code);

/** What is no JSON may be a page for people, whose words mean nothing here. */
const textOf = ({ body }: HttpAnswer): string => (/^\s*</.test(body) ? '' : body.slice(0, 500));

function userIn(credentials: RegistryCredentials): string {
  switch (credentials.kind) {
    case 'password':
      return `User ${credentials.username}`;
    case 'identity-token':
    case 'registry-token':
      return `The token from ${credentials.origin}`;
    case 'none':
      return 'Who is not logged in';
  }
}

function whoWasRefused(registry: string, credentials: RegistryCredentials): string {
  switch (credentials.kind) {
    case 'password':
      return `${registry} does not accept the password of user ${credentials.username} (401 Unauthorized), which comes from ${credentials.origin}.`;
    case 'identity-token':
    case 'registry-token':
      return `${registry} does not accept the token from ${credentials.origin} (401 Unauthorized).`;
    case 'none':
      return `${registry} wants a login (401 Unauthorized), and there is none for it in ${credentials.origin}.`;
  }
}

const loginAdvice = (registry: string, { kind }: RegistryCredentials): string =>
  kind === 'none'
    ? `Give this step \`username\` and \`password\`${registryHint(registry)}, or log in to ${registry} in a step before it (docker/login-action).`
    : `Is it expired or mistyped, or meant for another registry? Log in anew in a step before this one, or give \`username\` and \`password\`${registryHint(registry)}.`;

const registryHint = (registry: string): string =>
  registry === 'ghcr.io' ? ' (for ghcr.io: github.actor and github.token)' : '';

const permissionAdvice = (registry: string): string =>
  registry === 'ghcr.io'
    ? "The job needs `permissions: packages: write`, and the package's settings must let this repository write (Manage Actions access)."
    : 'Let the user write to the repository, or log in as one who may.';
