import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { Environment } from '../../kernel/environment.js';
import { sshPaths } from '../build-sources.js';
import { isAddress } from '../git-address.js';
import { readAttributes } from './attributes.js';
import { type BakeTarget, unescapeTemplate } from './definition.js';

/** Where a build may read and write by itself, and what it is granted besides. */
export interface Granted {
  /** That paths of the file are relative to. */
  readonly directory: string;
  readonly environment: Pick<Environment, 'workspace' | 'temporary'>;
  /** `network.host`, `security.insecure`, `fs.read=path`, `fs.write=path`, `fs=path`; `*` stands for every path. */
  readonly allow: readonly string[];
}

/**
 * What a target asks for that it is not granted. buildx has this question too, but not with `--progress=rawjson`: there it grants everything (buildx
 * 0.29.1), and a file could read what it likes on the runner.
 * @returns the words for `allow` that are missing
 */
export function missingPrivileges(target: BakeTarget, granted: Granted): string[] {
  const { contexts = {}, context = '.', dockerfile = '', secret = [], ssh = [], output = [] } = target;
  const local = (caches: BakeTarget['cache-from'] = []) => caches.map(readAttributes).filter(({ type }) => type === 'local');
  const fromContext = isAbsolute(dockerfile) || isRemote(context) ? dockerfile : join(context.replace(CWD, ''), dockerfile);
  const read = [
    ...[context, ...Object.values(contexts)].map(unescapeTemplate).filter((path) => !isRemote(path)),
    ...(dockerfile === '' || isRemote(context) ? [] : [fromContext]),
    ...secret.map(readAttributes).flatMap(({ src, source }) => src ?? source ?? []),
    ...ssh.map(readAttributes).flatMap(({ paths }) => sshPaths(paths)),
    ...local(target['cache-from']).flatMap(({ src }) => src ?? []),
  ];
  const written = [...output.map(readAttributes), ...local(target['cache-to'])].flatMap(({ dest }) => dest ?? []);
  const network = target.network === 'host' ? ['network.host'] : [];
  const rights = [...network, ...(target.entitlements ?? [])].filter((right) => !granted.allow.includes(right));
  return [...new Set([...rights, ...outside('read', read, granted), ...outside('write', written, granted)])];
}

const CWD = /^cwd:\/\//;
const isRemote = (path: string): boolean => isAddress(path) && !CWD.test(path);

function outside(kind: 'read' | 'write', paths: readonly string[], { directory, environment, allow }: Granted): string[] {
  const places = allow.flatMap((word) => new RegExp(`^fs(?:\\.${kind})?=(.+)$`).exec(word)?.[1] ?? []);
  if (places.includes('*')) return [];
  const open = [environment.workspace, environment.temporary, ...places.map((place) => resolve(directory, place))].map(realPath);
  return paths
    .filter((path) => path !== '-')
    .map((path) => realPath(resolve(directory, path.replace(CWD, ''))))
    .filter((path) => !open.some((place) => isWithin(path, place)))
    .map((path) => `fs.${kind}=${path}`);
}

const isWithin = (path: string, place: string): boolean => {
  const way = relative(place, path);
  return way !== '..' && !way.startsWith('../') && !isAbsolute(way);
};

/** A link is followed; of a path that is not there yet, the part that is. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), basename(path));
  }
}
