import type { Environment } from '../kernel/environment.js';
import { readEvent } from './event.js';

const PLACEHOLDER = /\{\{\s*defaultContext\s*\}\}/g;

export const namesDefaultContext = (text: string): boolean => text.search(PLACEHOLDER) >= 0;

/**
 * Puts the repository at the commit of the event in place of `{{defaultContext}}`, as docker/build-push-action writes it, with or without blanks.
 * @throws RangeError outside of a workflow
 */
export const fillDefaultContext = (text: string, environment: Environment): string =>
  text.replace(PLACEHOLDER, () => defaultContext(environment));

function defaultContext(environment: Environment): string {
  const { variables } = environment;
  const { GITHUB_SERVER_URL: server = 'https://github.com', GITHUB_REPOSITORY: repository, GITHUB_SHA, GITHUB_REF } = variables;
  if (!repository) throw new RangeError('{{defaultContext}} means the repository of the workflow, and this is none');
  // The merge of a pull request may be gone by now, and its branch may have gone on: tags and labels are of the event's commit, so is this.
  const { sha, pullRequest } = readEvent(environment, undefined);
  const head = pullRequest === undefined ? GITHUB_REF?.replace(/\/merge$/, '/head') : sha;
  const commit = GITHUB_REF?.startsWith('refs/pull/') ? head : GITHUB_SHA;
  return `${server}/${repository}.git#${commit ?? ''}`;
}
