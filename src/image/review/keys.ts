import { posix } from 'node:path';
import type { ContextFiles } from './context-files.js';
import { flagsOf, type Instruction } from './dockerfile.js';
import { ignoreMatcher } from './ignore-file.js';
import type { RuleFinding } from './rule-finding.js';
import type { StageGraph } from './stages.js';
import { argumentsOf, copiesAll } from './whole-context.js';

/** Names of files that are for nobody else, by what reads them; `.pem`, `.key` and settings count by what they hold. */
const KEY_NAME =
  /(^|\/)(\.env(\.(?!example$|sample$|template$|dist$)[\w-]+)?|id_(rsa|dsa|ecdsa|ed25519)|[^/]+\.(key|pem|p12|pfx|jks|kubeconfig)|\.(npmrc|yarnrc\.yml|netrc|git-credentials|pypirc)|\.docker\/config\.json|\.aws\/credentials|\.kube\/config|[^/]*\.tfstate)$/;

/** What tells that a file of a name that is often harmless holds a secret. A certificate alone is public, and a variable is no token. */
const TELLING: ReadonlyArray<readonly [RegExp, (head: string) => boolean]> = [
  [/\.(pem|key)$/, (head) => /PRIVATE KEY/.test(head) || !/-----BEGIN/.test(head)],
  [/\.(npmrc|yarnrc\.yml)$/, (head) => /(_auth|_authToken|_password|npmAuthToken)["']?\s*[=:]\s*["']?[^\s"'$]/.test(head)],
  [/\.pypirc$/, (head) => /^\s*password\s*[=:]\s*\S/m.test(head)],
  [/config\.json$/, (head) => /"(auth|identitytoken|password)"\s*:\s*"[^"]/.test(head)],
];

/** Private keys and files with passwords that a COPY takes into the image or its cache, all or by name. */
export function keysInContext(graph: StageGraph, context: ContextFiles): RuleFinding[] {
  const copies = [...graph.built()]
    .flatMap(({ instructions }) => instructions)
    .filter((one) => /^(COPY|ADD)$/.test(one.keyword) && !flagsOf(one).some(([name]) => name === 'from'))
    .sort((one, other) => one.line - other.line);
  const told = new Set<string>();
  return copies.flatMap((copy) => {
    const found = context.files().filter((path) => !told.has(path) && isKey(context, path) && takes(copy, path));
    for (const path of found) told.add(path);
    return found.length === 0 ? [] : [finding(copy, found)];
  });
}

const isKey = (context: ContextFiles, path: string): boolean =>
  KEY_NAME.test(path) && TELLING.every(([name, tells]) => !name.test(path) || tells(context.head(path)));

function takes(copy: Instruction, path: string): boolean {
  const excluded = flagsOf(copy).flatMap(([name, value]) => (name === 'exclude' ? [value] : []));
  if (ignoreMatcher(excluded.join('\n'))(path)) return false;
  if (copiesAll(copy)) return true;
  const named = argumentsOf(copy)
    .slice(0, -1)
    .map((one) => posix.normalize(one.replaceAll(/["']/g, '')).replace(/^\/+/, ''))
    .filter((one) => one !== '' && !/^(\.\.|<<|\w+:\/\/)/.test(one));
  return named.some((one) => ignoreMatcher(one)(path));
}

function finding(copy: Instruction, found: readonly string[]): RuleFinding {
  const named = `${found.slice(0, 5).join(', ')}${found.length > 5 ? ` and ${found.length - 5} more` : ''}`;
  const way = `give what a step needs with \`secret-files\``;
  const text = copiesAll(copy)
    ? `${copy.keyword} takes the whole context, with ${named}. Name ${found.length === 1 ? 'it' : 'them'} in .dockerignore, and ${way}.`
    : `${copy.keyword} takes ${named} into the image, or its cache. Leave ${found.length === 1 ? 'it' : 'them'} out, and ${way}.`;
  return { rule: 'KeyInContext', text, line: copy.line };
}
