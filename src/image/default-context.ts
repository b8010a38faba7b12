import type { Environment } from '../action/environment.js';

const PLACEHOLDER = /\{\{\s*defaultContext\s*\}\}/g;

export const namesDefaultContext = (text: string): boolean => text.search(PLACEHOLDER) >= 0;

/**
 * Puts the repository at the commit of the event in place of `{{defaultContext}}`, as docker/build-push-action writes it, with or without blanks.
 * @throws RangeError outside of a workflow
 */
export const fillDefaultContext = (text: string, environment: Environment): string =>
  text.replace(PLACEHOLDER, () => defaultContext(environment));

function defaultContext({ variables }: Environment): string {
  const { GITHUB_SERVER_URL: server = 'https://github.com', GITHUB_REPOSITORY: repository, GITHUB_SHA, GITHUB_REF } = variables;
  if (!repository) throw new RangeError('{{defaultContext}} means the repository of the workflow, and this is none');
  const commit = GITHUB_REF?.startsWith('refs/pull/') ? GITHUB_REF.replace(/\/merge$/, '/head') : GITHUB_SHA;
  return `${server}/${repository}.git#${commit ?? ''}`;
}
