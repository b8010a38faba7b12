import { existsSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import type { InputDefinition } from '../kernel/define.js';
import type { Environment } from '../kernel/environment.js';
import { UserError } from '../kernel/errors.js';
import { fullWidthIn } from '../kernel/full-width.js';
import { isBelow, resolveInWorkspace } from '../kernel/input-kinds.js';
import { type AssignmentRule, assignmentProblems, isRestOfBase64, otherNotation, QUOTES } from './assignment-problems.js';
import type { BuildContext, BuildSecret } from './build-plan.js';
import { type ComparedImage, parseComparedImage } from './compared-image.js';
import { readPairs } from './csv-fields.js';
import { fillDefaultContext, namesDefaultContext } from './default-context.js';
import { refusePage } from './git-address.js';
import { type ListItem, type ListKind, readList } from './list.js';
import { type Flavor, readFlavor } from './names/flavor.js';
import { type GivenName, inLowerCase } from './names/lower-case.js';
import type { AskedTags } from './names/naming.js';
import { isRule, readRule } from './names/tag-rules.js';
import { parsePlatform, refuseRepeated } from './platform.js';
import { type ImageName, parseGivenName, parseName } from './reference.js';
import { hideTokens } from './secret-values.js';
import { type Growth, parseGrowth, parseSize } from './size.js';

type Options = { readonly text: string; readonly default?: string; readonly required?: boolean; readonly secret?: boolean };
type Kind<T, P extends Options> = P & InputDefinition<T>;

/** Values on lines of their own or, as `words`, between commas too, each read by `parse`; every bad one is named. */
export function listOf<T>(parse: (item: string) => T, kind: ListKind = 'words'): (raw: string) => Promise<readonly T[]> {
  return async (raw) => {
    const problems: string[] = [];
    const values: T[] = [];
    for (const item of new Set((await readList(raw, kind)).map(({ text }) => text))) {
      try {
        values.push(parse(item));
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        const fullWidth = fullWidthIn(item);
        problems.push(hideTokens(fullWidth === undefined ? error.message : `${error.message}; ${fullWidth}`));
      }
    }
    if (problems.length > 0) throw new RangeError(problems.join('\n'));
    return values;
  };
}

/** Names to push to, with their tags; or rules by which tags follow from the event. */
export const imageTags = <const P extends Options>(options: P): Kind<AskedTags, P> => ({
  ...options,
  type: 'image references, one per line or with commas; or rules such as type=semver,pattern={{version}}',
  async parse(raw) {
    if (raw.split('\n').some((line) => !line.trim().startsWith('#') && isRule(line))) {
      return { kind: 'rules', rules: await listOf(readRule, 'attributes')(raw) };
    }
    const names = await listOf((text) => inLowerCase(text, parseGivenName))(raw);
    if (names.length === 0) throw new RangeError('there is no tag in it; write one like ghcr.io/owner/app:1.2.3');
    return { kind: 'names', names };
  },
});

/** What goes for all tags that follow from rules. */
export const imageFlavor = <const P extends Options>(options: P): Kind<Flavor, P> => ({
  ...options,
  type: 'latest=auto | true | false, prefix=…, suffix=…, one per line',
  async parse(raw) {
    return readFlavor((await readList(raw, 'attributes')).map(({ text }) => text));
  },
});

/** Docker Hub's other names, as its logins are written (github.com/docker/cli, IndexServer). */
const HUB = ['index.docker.io', 'registry-1.docker.io', 'hub.docker.com'];

/** The host of a registry. Scheme and path are let through: people copy what other tools ask for. */
export const registryHost = <const P extends Options>(options: P): Kind<string, P> => ({
  ...options,
  type: 'host of a registry',
  parse(raw) {
    const host = raw.replace(/^https?:\/\//, '').split('/')[0] ?? '';
    const looksLikeHost = /[.:]|^localhost$/i.test(host);
    if (!looksLikeHost) throw new RangeError(`"${raw}" is not the host of a registry; write one like ghcr.io`);
    const { registry } = parseName(`${host}/x`);
    return HUB.includes(registry) ? 'docker.io' : registry;
  },
});

/** Names without tags. */
export const imageNames = <const P extends Options>(options: P): Kind<readonly GivenName<ImageName>[], P> => ({
  ...options,
  type: 'image names without tags, one per line or with commas',
  parse: (raw) => (/=/.test(raw) ? listOf(namedImage, 'attributes')(raw) : listOf((text) => inLowerCase(text, parseName))(raw)),
});

/** `name=ghcr.io/owner/app,enable=false`, as docker/metadata-action takes it. */
function namedImage(line: string): GivenName<ImageName> {
  const fields = readPairs(line);
  const known = new Map(fields.map(([key = '', value]) => (value === undefined ? ['name', key] : [key.toLowerCase(), value])));
  const [foreign] = [...known.keys()].filter((key) => key !== 'name' && key !== 'enable');
  if (foreign !== undefined) throw new RangeError(`"${line}" has "${foreign}"; known are name and enable`);
  const enable = known.get('enable') ?? 'true';
  if (enable !== 'true' && enable !== 'false') throw new RangeError(`"${line}" has enable=${enable}; it is true or false`);
  return { ...inLowerCase(known.get('name') ?? '', parseName), enabled: enable === 'true' };
}

/** Platforms as `os/architecture[/variant]`. */
export const platforms = <const P extends Options>(options: P): Kind<readonly string[], P> => ({
  ...options,
  type: 'platforms, one per line or with commas',
  async parse(raw) {
    const platforms = await listOf(parsePlatform)(raw);
    refuseRepeated((await readList(raw, 'words')).map(({ text }) => text));
    return platforms;
  },
});

/** Words that hold no commas. */
export const words = <const P extends Options>(options: P): Kind<readonly string[], P> => ({
  ...options,
  type: 'list, one per line or with commas',
  parse: listOf((word) => word),
});

/** `type=…,key=value` and the like, in the words of the engine, one per line. */
export const attributeLists = <const P extends Options>(options: P): Kind<readonly string[], P> => ({
  ...options,
  type: 'attributes, one list per line',
  parse: listOf((attributes) => attributes, 'attributes'),
});

/** SSH agents and keys as `id` or `id=path[,path]`, one per line or with commas. */
export const sshAgents = <const P extends Options>(options: P): Kind<readonly string[], P> => ({
  ...options,
  type: 'id, or id=path, one per line or with commas',
  parse: async (raw) => joinPaths((await readList(raw, 'words')).map(({ text }) => text)),
});

/** What begins as a path does is one more key of the entry before it: an id has no slash. */
function joinPaths(words: readonly string[]): readonly string[] {
  const entries: string[] = [];
  for (const word of words) {
    const before = /^(\.{0,2}\/|~)/.test(word) ? entries.pop() : undefined;
    entries.push(before === undefined ? word : `${before},${word}`);
  }
  return entries;
}

/**
 * `NAME=value`, one per line; a value may hold commas and `=`, and one of several lines stands in double quotes with its name.
 * With `bare: 'from the environment'` a NAME alone is allowed too, and the engine then takes the value from the step's `env:`.
 */
export const assignments = <const P extends Options & AssignmentRule>(options: P): Kind<readonly string[], P> => ({
  ...options,
  type: 'NAME=value, one per line',
  async parse(raw, { variables }) {
    const given = await readList(raw, 'values');
    const problems = assignmentProblems(given, options, variables);
    if (problems.length > 0) throw new RangeError(problems.join('\n'));
    return given.map(({ text }) => text);
  },
});

/** Of docker/bake-action: `pattern.key=value` or `pattern.key.subkey=value`; a value may be empty or hold commas. */
export const settings = <const P extends Options>(options: P): Kind<readonly string[], P> => ({
  ...options,
  type: 'pattern.key=value, one per line',
  parse: listOf((setting) => {
    if (/^[^\s.=]+(\.[^\s=.]+)+\+?=/.test(setting)) return setting;
    throw new RangeError('a setting is written pattern.key=value, such as *.platform=linux/arm64');
  }, 'values'),
});

/** Whether a directory elsewhere may be read is for another input to say. */
function locate(raw: string, environment: Environment): { readonly path: string; readonly isOutside: boolean } {
  const absolute = resolve(environment.workspace, raw);
  const isOutside = existsSync(absolute) && !isBelow(realpathSync(environment.workspace), realpathSync(absolute));
  return { path: isOutside ? realpathSync(absolute) : resolveInWorkspace(raw, environment), isOutside };
}

/** Named contexts as `NAME=source`; the repository of the workflow may be one of them. */
export const namedContexts = <const P extends Options>(options: P): Kind<readonly string[], P> => {
  const { parse, type } = assignments({ ...options, names: 'any', bare: 'refused' });
  return {
    ...options,
    type,
    parse: async (raw, environment) => (await parse(raw, environment)).map((one) => fillDefaultContext(one, environment)),
  };
};

const REMOTE_CONTEXT = /^(https?:\/\/|git:\/\/|ssh:\/\/|[\w.-]+@[\w.-]+:|github\.com\/)/;

/** A directory in the workspace, parsed to its absolute path; or what the engine fetches by itself. */
export const buildContext = <const P extends Options>(options: P): Kind<BuildContext, P> => ({
  ...options,
  type: 'directory in the workspace, or URL of a Git repository',
  parse(raw, environment) {
    if (!existsSync(resolve(environment.workspace, raw))) refusePage(raw, environment.variables);
    if (REMOTE_CONTEXT.test(raw) || namesDefaultContext(raw))
      return { kind: 'remote', url: fillDefaultContext(raw, environment) };
    const { path, isOutside } = locate(raw, environment);
    if (!statSync(path).isDirectory()) throw new RangeError(`"${raw}" is not a directory`);
    return { kind: 'directory', path, ...(isOutside && { outside: raw }) };
  },
});

/** A file of the user's; whether it must exist in the workspace depends on the context, so that is asked for later. */
export interface NamedFile {
  readonly given: string;
  /** Absolute; undefined when there is no such file in the workspace. */
  readonly path: string | undefined;
  readonly problem: string | undefined;
}

export const namedFiles = <const P extends Options>(options: P): Kind<readonly NamedFile[], P> => ({
  ...options,
  type: 'file in the workspace',
  parse: (raw, environment) => listOf((given) => nameFile(given, environment))(raw),
});

function nameFile(given: string, environment: Environment): NamedFile {
  try {
    // `cwd://` is how docker/bake-action marks a file that is here.
    const here = given.replace(/^cwd:\/\//, '');
    fileInReach(here, environment);
    // A link keeps its name: the engine looks for the ignore file beside that.
    const path = resolve(environment.workspace, here);
    const isFile = statSync(path).isFile();
    return { given, path: isFile ? path : undefined, problem: isFile ? undefined : `"${given}" is not a file` };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { given, path: undefined, problem: error.message };
  }
}

/** Names of targets, groups or services; an address would be taken for a bake file elsewhere. */
export const targetNames = <const P extends Options>(options: P): Kind<readonly string[], P> => ({
  ...options,
  type: 'names, one per line or with commas',
  async parse(raw) {
    const names = await listOf((name) => {
      if (/^[A-Za-z0-9_.][A-Za-z0-9_.-]*$/.test(name)) return name;
      throw new RangeError(`"${name}" is not the name of a target; names have letters, digits, "_", "." and "-"`);
    })(raw);
    if (names.length === 0) throw new RangeError('there is no name in it; leave it out to build what the file builds by default');
    return names;
  },
});

const ID = /^[A-Za-z0-9_.-]+$/;
/** A single variable of a process can't be longer (execve(2), MAX_ARG_STRLEN). */
const LONGEST_SECRET_BYTES = 120_000;

/**
 * Secrets as `id=value`; a value of several lines stands in double quotes, with `""` for a quote of its own, as in docker/build-push-action.
 */
export const secretValues = <const P extends Options>(options: P): Kind<readonly BuildSecret[], P> => ({
  ...options,
  secret: true,
  type: 'id=value, one per line',
  async parse(raw) {
    return (await readList(raw, 'values')).map((item, index, all) => {
      const [id, value] = splitSecret(item, all[index - 1]);
      if (value === '')
        throw new RangeError(
          `the secret "${id}" is empty; is the secret of its expression not set? Set it, or leave the line out`,
        );
      if (Buffer.byteLength(value) > LONGEST_SECRET_BYTES) {
        throw new RangeError(`the secret "${id}" is too long for this way; write it to a file and use \`secret-files\``);
      }
      return { id, from: 'value', value };
    });
  },
});

/** Secrets as `id=VARIABLE`. */
export const secretVariables = <const P extends Options>(options: P): Kind<readonly BuildSecret[], P> => ({
  ...options,
  type: 'id=VARIABLE, one per line or with commas',
  parse: async (raw, { variables }) =>
    (await readList(raw, 'words')).map((item): BuildSecret => {
      const [id, name] = splitSecret(item);
      if (name === '') throw new RangeError(`"${id}" names no variable; write \`${id}=VARIABLE\`, or leave the line out`);
      const shown = /^[A-Za-z_]\w{0,63}$/.test(name) ? hideTokens(name) : '…';
      if (!variables[name]) {
        const what = variables[name] === undefined ? `there is no variable ${shown}` : `the variable ${shown} is empty`;
        throw new RangeError(`${what} for "${id}"; set it under \`env:\``);
      }
      return { id, from: 'variable', name };
    }),
});

/** Secrets as `id=path`. A file of the runner's temporary directory will do: that is where earlier steps put what must not be in the repository. */
export const secretFiles = <const P extends Options>(options: P): Kind<readonly BuildSecret[], P> => ({
  ...options,
  type: 'id=path, one per line',
  parse: async (raw, environment) =>
    (await readList(raw, 'values')).map((item): BuildSecret => {
      const [id, given] = splitSecret(item);
      if (given === '') throw new RangeError(`"${id}" names no file; write \`${id}=path\`, or leave the line out`);
      return { id, from: 'file', path: secretFile(given, environment) };
    }),
});

function secretFile(given: string, environment: Environment): string {
  try {
    return fileInReach(given, environment);
  } catch (error) {
    if (error instanceof UserError) throw new RangeError(hideTokens(error.message));
    throw error;
  }
}

/**
 * A file of the workspace, or of the runner's temporary directory, where earlier steps leave theirs.
 * @throws UserError when there is none
 */
function fileInReach(given: string, environment: Environment): string {
  const isTemporary = isAbsolute(given) && !relative(environment.temporary, given).startsWith('..');
  const inWorkspace = !isTemporary || !relative(environment.workspace, given).startsWith('..');
  return resolveInWorkspace(given, inWorkspace ? environment : { ...environment, workspace: environment.temporary });
}

function splitSecret({ text, line }: ListItem, before?: ListItem): [string, string] {
  const equals = text.indexOf('=');
  const fullWidth = fullWidthIn(equals < 0 ? text : text.slice(0, equals));
  if (fullWidth !== undefined) throw new RangeError(`line ${line} is not id=value: ${fullWidth}`);
  const id = text.slice(0, Math.max(0, equals));
  // A line without `=` may be the rest of a secret: it is not repeated.
  if (!ID.test(id) || isRestOfBase64({ text, line }, before)) {
    throw new RangeError(
      `line ${line} is not id=value; an id has letters, digits, "_", "." and "-", and ${otherNotation(text) ?? QUOTES.replace('NAME', 'id')}`,
    );
  }
  return [id, text.slice(equals + 1)];
}

/** A size in bytes. */
export const size = <const P extends Options>(options: P): Kind<number, P> => ({
  ...options,
  type: 'size, such as 180MB',
  parse: parseSize,
});

/** An image by tag, by digest or by its whole name. */
export const comparedImage = <const P extends Options>(options: P): Kind<ComparedImage, P> => ({
  ...options,
  type: 'tag, digest or image reference',
  parse: parseComparedImage,
});

/** Percent of what was before, or bytes. */
export const growth = <const P extends Options>(options: P): Kind<Growth, P> => ({
  ...options,
  type: 'percentage or size, such as 10% or 20MB',
  parse: parseGrowth,
});

/** What `--provenance` and `--sbom` take: `true`, `false`, or attributes. */
export const attestation = <const P extends Options>(options: P): Kind<string, P> => ({
  ...options,
  type: 'true | false | attributes such as mode=max',
  parse(raw) {
    if (/^(true|false|[\w.-]+=[^,\n]+(,[\w.-]+=[^,\n]+)*)$/.test(raw)) return raw;
    throw new RangeError(`"${raw}" is neither true nor false nor attributes such as mode=max`);
  },
});

/** A password or token on one line: what was copied from two lines is accepted by no registry. */
/** The key of a Google service account is a file of JSON, which Artifact Registry takes whole as the password of `_json_key`. */
const isKeyFile = (raw: string): boolean => {
  try {
    return raw.trimStart().startsWith('{') && typeof JSON.parse(raw) === 'object';
  } catch {
    return false;
  }
};

export const oneLineSecret = <const P extends Options>(options: P): Kind<string, P & { readonly secret: true }> => ({
  ...options,
  secret: true,
  type: 'text on one line',
  parse(raw) {
    const lines = raw.split(/\r\n|\n|\r/).length;
    if (lines > 1 && !isKeyFile(raw))
      throw new RangeError(`it has ${lines} lines, and a password or token has one; copy it again without the line break`);
    return raw;
  },
});
