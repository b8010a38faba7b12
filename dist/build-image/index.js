import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
/******/ var __webpack_modules__ = ({

/***/ 896:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("fs");

/***/ }),

/***/ 598:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:crypto");

/***/ }),

/***/ 24:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");

/***/ }),

/***/ 455:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs/promises");

/***/ }),

/***/ 760:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:path");

/***/ }),

/***/ 857:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("os");

/***/ }),

/***/ 928:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("path");

/***/ }),

/***/ 478:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  _: () => (/* binding */ buildImage)
});

;// CONCATENATED MODULE: ./build/src/action/define.js
function defineAction(definition) {
    return definition;
}
//# sourceMappingURL=define.js.map
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(24);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(760);
// EXTERNAL MODULE: ./build/src/lib/duration.js
var duration = __nccwpck_require__(81);
// EXTERNAL MODULE: ./build/src/action/errors.js
var errors = __nccwpck_require__(537);
;// CONCATENATED MODULE: ./build/src/action/input-kinds.js




const kind = (type, options, parse) => ({
    ...options,
    type,
    parse,
});
/** Free text on one line. */
const input_kinds_text = (options) => kind('text', options, (raw) => raw);
/** One value per line; empty lines are dropped. */
const lines = (options) => kind('list, one per line', options, (raw) => raw
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== ''));
/** A whole share of the traffic, 0–100, without a sign. */
const percent = (options) => kind('percent (0–100)', options, (raw) => {
    if (!/^\d{1,3}$/.test(raw) || Number(raw) > 100) {
        throw new RangeError(`"${raw}" is not a whole number from 0 to 100${raw.endsWith('%') ? '; write it without the % sign' : ''}`);
    }
    return Number(raw);
});
/** A whole number from `min` to `max`, both included. */
const integer = (options) => kind(`integer (${options.min}–${options.max})`, options, (raw) => {
    const value = Number(raw);
    if (!/^-?\d+$/.test(raw) || value < options.min || value > options.max) {
        throw new RangeError(`"${raw}" is not a whole number from ${options.min} to ${options.max}`);
    }
    return value;
});
/** A duration with its unit; parsed to milliseconds. */
const input_kinds_duration = (options) => kind('duration', options, duration/* parseDuration */.E);
/** `true` or `false`, in the spellings of YAML 1.2. */
const flag = (options) => kind('true | false', options, (raw) => {
    if (/^(true|True|TRUE)$/.test(raw))
        return true;
    if (/^(false|False|FALSE)$/.test(raw))
        return false;
    throw new RangeError(`"${raw}" is neither true nor false`);
});
/** One of a closed set of words. */
const oneOf = (values, options) => kind(values.join(' | '), options, (raw) => {
    if (!values.includes(raw))
        throw new RangeError(`"${raw}" is not one of ${values.join(', ')}`);
    return raw;
});
/** A name as Kubernetes allows it for Services and label values: RFC 1123 label, at most `maxLength` characters. */
const dnsLabel = (options) => kind('name (DNS label)', options, (raw) => {
    if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(raw)) {
        throw new RangeError(`"${raw}" is not a DNS label; use lower-case letters, digits and "-", starting and ending with a letter or digit`);
    }
    if (raw.length > options.maxLength) {
        throw new RangeError(`"${raw}" has ${raw.length} characters; at most ${options.maxLength} leave room for the names derived from it`);
    }
    return raw;
});
/** A file under the workspace, read and handed to `read`, which gets the text and the path as the user wrote it. */
const workspaceFile = (type, options, read) => kind(type, options, (raw, environment) => read(readWorkspaceFile(raw, environment), raw));
/** A file under the workspace that the step writes; parsed to its absolute path. It need not be there yet, its directory must. */
const workspaceOutput = (options) => kind('path in the workspace', options, (raw, environment) => {
    const path = join(folderOf(raw, environment), basename(raw));
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found && !found.isFile())
        throw new UserError(`"${raw}" is there and is no file; name another path`);
    return path;
});
function folderOf(raw, environment) {
    try {
        return resolveInWorkspace(dirname(raw), environment);
    }
    catch (cause) {
        if (!(cause instanceof UserError))
            throw cause;
        throw new UserError(`"${raw}" can't be written: ${cause.message}`, { cause });
    }
}
/**
 * Reads a file that the user named.
 * @throws UserError when it lies outside the workspace (symbolic links are followed first) or can't be read
 */
function readWorkspaceFile(path, environment) {
    try {
        return readFileSync(resolveInWorkspace(path, environment), 'utf8');
    }
    catch (cause) {
        if (cause instanceof UserError)
            throw cause;
        throw new UserError(`"${path}" can't be read (${cause.code}); name a file`, { cause });
    }
}
/**
 * @returns the absolute path, with symbolic links resolved
 * @throws UserError when there is nothing at the path, or when it lies outside the workspace
 */
function resolveInWorkspace(path, environment) {
    const root = (0,external_node_fs_.realpathSync)(environment.workspace);
    let real;
    try {
        real = (0,external_node_fs_.realpathSync)((0,external_node_path_.resolve)(root, path));
    }
    catch (cause) {
        throw new errors/* UserError */.y(`there is no file "${path}" in the workspace; is the repository checked out before this step?`, {
            cause,
        });
    }
    const fromRoot = (0,external_node_path_.relative)(root, real);
    if (fromRoot === '..' || fromRoot.startsWith('../') || (0,external_node_path_.isAbsolute)(fromRoot)) {
        throw new errors/* UserError */.y(`"${path}" lies outside the workspace; move it into the repository`);
    }
    return real;
}
//# sourceMappingURL=input-kinds.js.map
;// CONCATENATED MODULE: ./build/src/image/platform.js
/**
 * What a container can be built for: `go tool dist list` (Go 1.26) without the systems that have no containers, with the variants of
 * github.com/containerd/platforms. Docker itself takes any architecture: it builds and pushes `linux/bogus99` and exits 0 (buildx 0.29.1).
 */
const VARIANTS = {
    'linux/386': [],
    'linux/amd64': ['v1', 'v2', 'v3', 'v4'],
    'linux/arm': ['v5', 'v6', 'v7', 'v8'],
    'linux/arm64': ['v8', 'v9'],
    'linux/loong64': [],
    'linux/mips': [],
    'linux/mips64': [],
    'linux/mips64le': [],
    'linux/mipsle': [],
    'linux/ppc64': [],
    'linux/ppc64le': [],
    'linux/riscv64': [],
    'linux/s390x': [],
    'freebsd/amd64': ['v1', 'v2', 'v3', 'v4'],
    'freebsd/arm64': ['v8', 'v9'],
    'wasip1/wasm': [],
    'wasi/wasm': [],
    'windows/amd64': ['v1', 'v2', 'v3', 'v4'],
    'windows/arm64': ['v8', 'v9'],
};
/** Other names of the same architectures, as `uname -m` and Debian write them. */
const ALIASES = {
    x86_64: 'amd64',
    aarch64: 'arm64',
    i386: '386',
    armhf: 'arm/v7',
    armel: 'arm/v6',
};
/**
 * Reads `os/architecture[/variant]`.
 * @throws RangeError naming what is known, and what was probably meant
 */
function parsePlatform(text) {
    const [os = '', architecture = '', ...variant] = text.split('/');
    const variants = Object.hasOwn(VARIANTS, `${os}/${architecture}`) ? VARIANTS[`${os}/${architecture}`] : undefined;
    if (variants !== undefined && variant.length === 0)
        return text;
    if (variants !== undefined && variant.length === 1 && variants.includes(variant[0] ?? ''))
        return text;
    if (variants !== undefined) {
        const allowed = variants.length === 0 ? 'no variant' : variants.join(', ');
        throw new RangeError(`"${text}" has the variant "${variant.join('/')}"; ${os}/${architecture} has ${allowed}`);
    }
    const meant = Object.hasOwn(ALIASES, architecture) ? `; did you mean ${os}/${ALIASES[architecture]}?` : '';
    throw new RangeError(`"${text}" is not a known platform${meant || `; known are ${Object.keys(VARIANTS).join(', ')}`}`);
}
//# sourceMappingURL=platform.js.map
// EXTERNAL MODULE: ./build/src/image/reference.js
var reference = __nccwpck_require__(950);
// EXTERNAL MODULE: ./build/src/image/size.js
var size = __nccwpck_require__(978);
// EXTERNAL MODULE: ./build/src/image/size-check.js
var size_check = __nccwpck_require__(371);
;// CONCATENATED MODULE: ./build/src/image/inputs.js








/** Values on lines of their own or between commas, each read by `parse`; every bad one is named. */
function listOf(parse, separator = /[\n,]/) {
    return (raw) => {
        const problems = [];
        const values = [];
        for (const item of new Set(raw.split(separator).map((part) => part.trim()))) {
            if (item === '')
                continue;
            try {
                values.push(parse(item));
            }
            catch (error) {
                if (!(error instanceof RangeError))
                    throw error;
                problems.push(error.message);
            }
        }
        if (problems.length > 0)
            throw new RangeError(problems.join('\n'));
        return values;
    };
}
/** Names to push to, with their tags. */
const imageTags = (options) => ({
    ...options,
    type: 'image references, one per line or with commas',
    parse(raw) {
        const tags = listOf(reference/* parseReference */.F2)(raw);
        if (tags.length === 0)
            throw new RangeError('there is no tag in it; write one like ghcr.io/owner/app:1.2.3');
        return tags;
    },
});
/** Names without tags. */
const imageNames = (options) => ({
    ...options,
    type: 'image names without tags, one per line or with commas',
    parse: listOf(reference/* parseName */.$q),
});
/** Platforms as `os/architecture[/variant]`. */
const platforms = (options) => ({
    ...options,
    type: 'platforms, one per line or with commas',
    parse: listOf(parsePlatform),
});
/** Words that hold no commas. */
const words = (options) => ({
    ...options,
    type: 'list, one per line or with commas',
    parse: listOf((word) => word),
});
/**
 * `NAME=value`, one per line; a value may hold commas and `=`.
 * With `bare: 'from the environment'` a NAME alone is allowed too, and the engine then takes the value from the step's `env:`.
 */
const assignments = (options) => ({
    ...options,
    type: 'NAME=value, one per line',
    parse(raw) {
        const given = raw.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
        const bad = given.filter((line) => line.startsWith('=') || (options.bare === 'refused' && !line.includes('=')));
        // Only the name is repeated: a value may be something that does not belong in the log.
        if (bad.length > 0) {
            throw new RangeError(`${bad.map((line) => `"${line.split('=')[0]}"`).join(', ')} is not NAME=value; write one per line`);
        }
        return given;
    },
});
const REMOTE_CONTEXT = /^(https?:\/\/|git:\/\/|git@|ssh:\/\/|\{\{defaultContext\}\})/;
/** A directory in the workspace, parsed to its absolute path; or what the engine fetches by itself. */
const buildContext = (options) => ({
    ...options,
    type: 'directory in the workspace, or URL of a Git repository',
    parse(raw, environment) {
        if (REMOTE_CONTEXT.test(raw))
            return { kind: 'remote', url: raw.replace('{{defaultContext}}', defaultContext(environment)) };
        const path = resolveInWorkspace(raw, environment);
        if (!(0,external_node_fs_.statSync)(path).isDirectory())
            throw new RangeError(`"${raw}" is not a directory`);
        return { kind: 'directory', path };
    },
});
/** The repository at the commit of the event, as docker/build-push-action writes it. */
function defaultContext({ variables }) {
    const { GITHUB_SERVER_URL: server = 'https://github.com', GITHUB_REPOSITORY: repository, GITHUB_SHA, GITHUB_REF } = variables;
    if (!repository)
        throw new RangeError('{{defaultContext}} means the repository of the workflow, and this is none');
    const commit = GITHUB_REF?.startsWith('refs/pull/') ? GITHUB_REF.replace(/\/merge$/, '/head') : GITHUB_SHA;
    return `${server}/${repository}.git#${commit ?? ''}`;
}
const namedFiles = (options) => ({
    ...options,
    type: 'file in the workspace',
    parse: (raw, environment) => listOf((given) => nameFile(given, environment))(raw),
});
function nameFile(given, environment) {
    try {
        const path = resolveInWorkspace(given, environment);
        const isFile = (0,external_node_fs_.statSync)(path).isFile();
        return { given, path: isFile ? path : undefined, problem: isFile ? undefined : `"${given}" is not a file` };
    }
    catch (error) {
        if (!(error instanceof errors/* UserError */.y))
            throw error;
        return { given, path: undefined, problem: error.message };
    }
}
const ID = /^[A-Za-z0-9_.-]+$/;
/** A single variable of a process can't be longer (execve(2), MAX_ARG_STRLEN). */
const LONGEST_SECRET_BYTES = 120_000;
/**
 * Secrets as `id=value`; a value of several lines stands in double quotes, with `""` for a quote of its own, as in docker/build-push-action.
 */
const secretValues = (options) => ({
    ...options,
    secret: true,
    type: 'id=value, one per line',
    parse(raw) {
        return quotedLines(raw).map((line) => {
            const [id, value] = splitSecret(line);
            if (Buffer.byteLength(value) > LONGEST_SECRET_BYTES) {
                throw new RangeError(`the secret "${id}" is too long for this way; write it to a file and use \`secret-files\``);
            }
            return { id, from: 'value', value };
        });
    },
});
/** Secrets as `id=VARIABLE`. */
const secretVariables = (options) => ({
    ...options,
    type: 'id=VARIABLE, one per line or with commas',
    parse: (raw, { variables }) => listOf((item) => {
        const [id, name] = splitSecret(item);
        if (variables[name] === undefined)
            throw new RangeError(`there is no variable ${name} for "${id}"; set it under \`env:\``);
        return { id, from: 'variable', name };
    })(raw),
});
/** Secrets as `id=path`. A file of the runner's temporary directory will do: that is where earlier steps put what must not be in the repository. */
const secretFiles = (options) => ({
    ...options,
    type: 'id=path, one per line',
    parse: (raw, environment) => listOf((item) => {
        const [id, given] = splitSecret(item);
        return { id, from: 'file', path: secretFile(given, environment) };
    }, /\n/)(raw),
});
function secretFile(given, environment) {
    const isTemporary = (0,external_node_path_.isAbsolute)(given) && !(0,external_node_path_.relative)(environment.temporary, given).startsWith('..');
    const inWorkspace = !isTemporary || !(0,external_node_path_.relative)(environment.workspace, given).startsWith('..');
    try {
        return resolveInWorkspace(given, inWorkspace ? environment : { ...environment, workspace: environment.temporary });
    }
    catch (error) {
        if (error instanceof errors/* UserError */.y)
            throw new RangeError(error.message);
        throw error;
    }
}
function splitSecret(item) {
    const equals = item.indexOf('=');
    const id = item.slice(0, Math.max(0, equals));
    // A line without `=` may be the rest of a secret: it is not repeated.
    if (!ID.test(id))
        throw new RangeError('a line of it is not id=value; an id has letters, digits, "_", "." and "-"');
    return [id, item.slice(equals + 1)];
}
/** Lines, where one that starts with a quote goes on to the closing quote. */
function quotedLines(raw) {
    const items = [];
    for (const match of raw.matchAll(/[ \t]*"((?:[^"]|"")*)"[ \t]*(?:\r?\n|$)|([^\n]+)/g)) {
        const [, quoted, bare] = match;
        if (quoted !== undefined)
            items.push(quoted.replaceAll('""', '"'));
        else if (bare !== undefined && bare.trim() !== '')
            items.push(bare.trim());
    }
    return items;
}
/** A size in bytes. */
const inputs_size = (options) => ({
    ...options,
    type: 'size, such as 180MB',
    parse: size/* parseSize */.DB,
});
/** An image by tag, by digest or by its whole name. */
const comparedImage = (options) => ({
    ...options,
    type: 'tag, digest or image reference',
    parse: size_check/* parseComparedImage */.uR,
});
/** Percent of what was before, or bytes. */
const growth = (options) => ({
    ...options,
    type: 'percentage or size, such as 10% or 20MB',
    parse: size/* parseGrowth */.LQ,
});
/** What `--provenance` and `--sbom` take: `true`, `false`, or attributes. */
const attestation = (options) => ({
    ...options,
    type: 'true | false | attributes such as mode=max',
    parse(raw) {
        if (/^(true|false|[a-z-]+=[^,\n]+(,[a-z-]+=[^,\n]+)*)$/.test(raw))
            return raw;
        throw new RangeError(`"${raw}" is neither true nor false nor attributes such as mode=max`);
    },
});
//# sourceMappingURL=inputs.js.map
// EXTERNAL MODULE: ./build/src/image/review/hadolint-release.js
var hadolint_release = __nccwpck_require__(549);
// EXTERNAL MODULE: ./build/src/image/secret-values.js
var secret_values = __nccwpck_require__(26);
;// CONCATENATED MODULE: ./build/actions/build-image/conflicts.js


/** What no single input can know. @returns one text per problem */
const conflicts = (given) => [
    ...unnamedTags(given),
    ...missingFiles(given),
    ...halfLogins(given),
    ...repeatedSecrets(given),
    ...leakedSecrets(given),
    ...contradictions(given),
];
const unnamedTags = ({ tags = [], push }) => tags
    .filter(({ registry, repository }) => push !== false && registry === 'docker.io' && repository.startsWith('library/'))
    .map((tag) => `Input \`tags\`: "${(0,reference/* formatReference */.FH)(tag).replace('docker.io/library/', '')}" names no registry and no owner, so it would go to Docker's own official images. Write it as ghcr.io/owner/name:tag.`);
/** The Dockerfile of a remote context is there and not here. */
const missingFiles = ({ context, file = [] }) => {
    const problems = context?.kind === 'remote' ? [] : file.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
    const several = file.length > 1 ? ['one Dockerfile can be built at a time'] : [];
    return [...problems, ...several].map((problem) => `Input \`file\`: ${problem}.`);
};
const halfLogins = ({ username, password, registry }) => {
    if ((username === undefined) !== (password === undefined)) {
        return [
            `Inputs \`username\` and \`password\` go together; \`${username === undefined ? 'username' : 'password'}\` is missing.`,
        ];
    }
    return registry !== undefined && username === undefined ? ['Input `registry` needs `username` and `password`.'] : [];
};
const allSecrets = (given) => [
    ...(given.secrets ?? []),
    ...(given['secret-envs'] ?? []),
    ...(given['secret-files'] ?? []),
];
const repeatedSecrets = (given) => {
    const ids = allSecrets(given).map(({ id }) => id);
    const repeated = new Set(ids.filter((id, index) => ids.indexOf(id) !== index));
    return [...repeated].map((id) => `The secret "${id}" is given more than once.`);
};
const leakedSecrets = (given) => {
    const values = (given.secrets ?? []).flatMap((secret) => (secret.from === 'value' ? [secret.value] : []));
    const known = [...values, given.password ?? '', given['github-token'] ?? ''];
    const readable = ['build-args', 'labels', 'annotations'].map((input) => ({ input, values: given[input] ?? [] }));
    return (0,secret_values/* secretsInImage */.Y)(readable, known);
};
const contradictions = (given) => [
    ...(given.reproducible && given.provenance !== undefined && given.provenance !== 'false'
        ? ['Inputs `reproducible` and `provenance` exclude each other: provenance holds the time of the build.']
        : []),
    ...(given.call !== undefined && given.call !== 'build' && (given.push || given.load || (given.outputs ?? []).length > 0)
        ? [`Input \`call: ${given.call}\` builds nothing, so there is nothing to push, load or write.`]
        : []),
    ...((given['max-size'] !== undefined || given['max-growth'] !== undefined) && given.push === false
        ? ['Inputs `max-size` and `max-growth` judge what is pushed, and `push` is false.']
        : []),
];
//# sourceMappingURL=conflicts.js.map
;// CONCATENATED MODULE: ./build/actions/build-image/action.js





const buildImage = defineAction({
    name: 'build-image',
    summary: 'Build an image, push it, and hand on its digest as the registry serves it.',
    inputs: {
        context: buildContext({
            text: 'Directory that the Dockerfile may copy from, or a Git repository (`https://…#ref:directory`, `{{defaultContext}}`) that the engine fetches.',
            default: '.',
        }),
        file: namedFiles({ text: 'The Dockerfile. Without it: `Dockerfile` in the context.' }),
        target: input_kinds_text({ text: 'Stage of the Dockerfile to build. Without it: the last one.' }),
        platforms: platforms({
            text: 'Platforms to build for, such as linux/amd64 and linux/arm64. Without it: the platform of the engine.',
        }),
        'build-args': assignments({
            text: 'Values for the ARGs of the Dockerfile. A name alone takes its value from `env:`. They stay readable in the image: no secrets.',
            bare: 'from the environment',
        }),
        'build-contexts': assignments({
            text: 'Further contexts that the Dockerfile may name, as `name=path, image or URL`.',
            bare: 'refused',
        }),
        secrets: secretValues({
            text: 'Secrets for `RUN --mount=type=secret,id=…`; none of them becomes part of the image. A value of several lines stands in double quotes.',
        }),
        'secret-envs': secretVariables({ text: 'Secrets that are in variables of this step.' }),
        'secret-files': secretFiles({
            text: "Secrets that are in files of the workspace or of the runner's temporary directory.",
        }),
        ssh: lines({ text: 'SSH agent sockets or keys for `RUN --mount=type=ssh`, such as `default`.' }),
        images: imageNames({
            text: 'Names for tags that are derived from the event, when `tags` gives none; see docs/build-image.md. Without it: ghcr.io and the name of the repository.',
        }),
        tags: imageTags({
            text: 'Names to push the image to, such as ghcr.io/owner/app:1.2.3. Without it: derived from the event.',
        }),
        labels: assignments({
            text: 'Labels of the image. Without it: `org.opencontainers.image.*` from the event, except those that the Dockerfile sets.',
            bare: 'refused',
        }),
        annotations: assignments({
            text: 'Annotations of the manifest, or with a prefix (`index:`, `manifest[linux/amd64]:`) of other parts.',
            bare: 'refused',
        }),
        push: flag({ text: 'Push the image to its registries. Without it: true, unless `outputs` says where the result goes.' }),
        load: flag({ text: 'Keep the image in the local engine, for later steps of the job.', default: 'false' }),
        outputs: lines({ text: 'Where the result goes besides, as `type=local,dest=path` and the like.' }),
        'cache-from': lines({ text: 'Caches to read, such as `type=registry,ref=…` or `type=gha`.' }),
        'cache-to': lines({ text: 'Caches to write.' }),
        'no-cache': flag({ text: 'Build every step again.', default: 'false' }),
        'no-cache-filters': words({ text: 'Stages to build again.' }),
        pull: flag({ text: 'Look for newer base images even when the engine has them.', default: 'false' }),
        provenance: attestation({
            text: 'Attach a provenance attestation. It holds the time of the build, so with it even an unchanged, fully cached rebuild gets a new digest, and everything behind it rolls out again for nothing; without it the digest stays.',
            default: 'false',
        }),
        sbom: attestation({ text: 'Attach a bill of materials: `true`, or `generator=image`.', default: 'false' }),
        attests: lines({ text: 'Further attestations, such as `type=sbom,generator=…`.' }),
        network: input_kinds_text({ text: 'Network of RUN steps: default, none or host.' }),
        'shm-size': input_kinds_text({ text: 'Size of /dev/shm in RUN steps, such as 2g.' }),
        ulimit: lines({ text: 'Limits of RUN steps, such as nofile=1024:2048.' }),
        'add-hosts': lines({ text: 'Further names for RUN steps, as `name:address`.' }),
        'cgroup-parent': input_kinds_text({ text: 'Parent cgroup of RUN steps.' }),
        allow: words({ text: 'Rights that the build may use: network.host, security.insecure.' }),
        builder: input_kinds_text({ text: 'Name of the buildx builder. Without it: the current one.' }),
        engine: oneOf(['auto', 'buildx', 'buildah'], {
            text: 'What builds. `auto`: buildx where there is one with a daemon, else buildah.',
            default: 'auto',
        }),
        call: oneOf(['build', 'check', 'outline', 'targets'], {
            text: 'Only ask: check the Dockerfile, or list its arguments or its stages.',
            default: 'build',
        }),
        'github-token': {
            ...input_kinds_text({ text: 'Token for a private Git repository as context.' }),
            secret: true,
        },
        registry: input_kinds_text({
            text: 'Registry that `username` and `password` are for. Without it: that of the tags, when they have the same.',
        }),
        username: input_kinds_text({ text: 'User for the registry, for this step alone. Without it: what earlier steps logged in with.' }),
        password: { ...input_kinds_text({ text: 'Password or token of the user.' }), secret: true },
        'retry-for': input_kinds_duration({
            text: 'How long a push is tried again when the registry is overloaded, restarting or out of reach.',
            default: '2m',
        }),
        'max-size': inputs_size({ text: 'What a pull may transfer at most, for each platform. Larger images are not published.' }),
        'max-growth': growth({ text: 'How much larger than `compare-to` the image may be, for each platform.' }),
        'compare-to': comparedImage({
            text: 'Image to compare the size with: a tag, a digest, or a whole name. Without it: what the first of the tags that exist stood for.',
        }),
        reproducible: flag({
            text: 'Set all times in the image to that of the commit (or SOURCE_DATE_EPOCH), so that two builds of one commit have one digest.',
            default: 'false',
        }),
        review: oneOf(['warn', 'fail', 'off'], {
            text: "Look through the Dockerfile with BuildKit's checks and some more: show what is found, or fail before anything is built.",
            default: 'warn',
        }),
        'review-ignore': words({ text: 'Names of rules that are passed over.' }),
        hadolint: flag({
            text: `Have hadolint ${hadolint_release/* HADOLINT_VERSION */.rN} look through the Dockerfile too. It is fetched once and its checksum compared.`,
            default: 'false',
        }),
        'hadolint-mirror': input_kinds_text({
            text: 'Where hadolint is fetched from; the name of the release and of the file are added.',
            default: hadolint_release/* HADOLINT_MIRROR */.UL,
        }),
        summary: flag({ text: 'Write a job summary.', default: 'true' }),
    },
    outputs: {
        image: 'The image as `registry/repository@sha256:…`, in the repository of the first tag; what to deploy. Empty when nothing was pushed.',
        digest: 'Digest in the registry. Empty when nothing was pushed.',
        tags: 'The names that it was given, in full, one per line.',
        imageid: 'Id of the image in the engine.',
        'metadata-json': "The engine's account of the build as JSON, without provenance.",
        'size-bytes': 'What a pull transfers: of the largest platform, compressed. Empty when nothing was pushed.',
        platforms: 'Platforms that it was built for, one per line. Empty when nothing was pushed.',
    },
    post: 'always',
    conflicts: conflicts,
});
//# sourceMappingURL=action.js.map

/***/ }),

/***/ 335:
/***/ ((__webpack_module__, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var _src_action_downloads_open_tool_cache_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(568);
/* harmony import */ var _src_action_query_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(611);
/* harmony import */ var _src_action_run_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(98);
/* harmony import */ var _src_image_process_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(673);
/* harmony import */ var _action_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(478);
/* harmony import */ var _login_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(784);
/* harmony import */ var _main_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(631);







await (0,_src_action_run_js__WEBPACK_IMPORTED_MODULE_0__/* .run */ .e)(_action_js__WEBPACK_IMPORTED_MODULE_2__/* .buildImage */ ._, {
    main: (inputs, runtime) => (0,_main_js__WEBPACK_IMPORTED_MODULE_4__/* .buildImage */ ._)(inputs, { ...runtime, run: _src_image_process_js__WEBPACK_IMPORTED_MODULE_1__/* .run */ .e, query: _src_action_query_js__WEBPACK_IMPORTED_MODULE_5__/* .query */ .P, random: Math.random, tools: _src_action_downloads_open_tool_cache_js__WEBPACK_IMPORTED_MODULE_6__/* .openToolCache */ .X }),
    cleanUp: _login_js__WEBPACK_IMPORTED_MODULE_3__/* .logOutLeft */ .K,
});
//# sourceMappingURL=index.js.map
__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 784:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  K: () => (/* binding */ logOutLeft),
  E: () => (/* binding */ login_withLogin)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(760);
// EXTERNAL MODULE: ./build/src/action/errors.js
var errors = __nccwpck_require__(537);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(24);
// EXTERNAL MODULE: ./build/src/image/registry/docker-config.js
var docker_config = __nccwpck_require__(386);
;// CONCATENATED MODULE: ./build/src/image/registry/login.js



/**
 * Logs in for this step alone: the engine gets a Docker configuration of its own that has the login, and the user's own one is left as it is, so that no
 * other step can use or read the password. The registry is asked when the first request needs it.
 * @param directory where the configuration goes; made here, and removed by `logOut`
 * @returns the environment for the engine
 */
function logIn(login, directory, environment) {
    const own = (0,docker_config/* dockerConfigDirectory */._n)(environment);
    (0,external_node_fs_.rmSync)(directory, { recursive: true, force: true });
    (0,external_node_fs_.mkdirSync)(directory, { recursive: true, mode: 0o700 });
    const config = JSON.stringify(withLogin((0,docker_config/* readDockerConfig */.TO)(environment), login));
    (0,external_node_fs_.writeFileSync)((0,external_node_path_.join)(directory, 'config.json'), config, { mode: 0o600 });
    // Contexts, plugins and builders stay where they are.
    for (const entry of (0,external_node_fs_.existsSync)(own) ? (0,external_node_fs_.readdirSync)(own) : []) {
        if (entry !== 'config.json')
            (0,external_node_fs_.symlinkSync)((0,external_node_path_.join)(own, entry), (0,external_node_path_.join)(directory, entry));
    }
    const builders = environment.variables.BUILDX_CONFIG || (0,external_node_path_.join)(own, 'buildx');
    return { ...environment, variables: { ...environment.variables, DOCKER_CONFIG: directory, BUILDX_CONFIG: builders } };
}
/** Removes what `logIn` left. May be called twice, and when there was no login. */
const logOut = (directory) => (0,external_node_fs_.rmSync)(directory, { recursive: true, force: true });
function withLogin(config, { registry, username, password }) {
    const { credsStore: _, ...rest } = config;
    const key = (0,docker_config/* configKey */.ur)(registry);
    const auth = Buffer.from(`${username}:${password}`).toString('base64');
    // A credential store hides every login that is written in the file, so it is named for each registry that it has, and not for ours.
    const stored = Object.keys(config.auths ?? {}).flatMap((name) => {
        const helper = config.credsStore ? (0,docker_config/* findHelper */.Ym)(config, name) : undefined;
        return helper === undefined ? [] : [[name, helper]];
    });
    const { [key]: _own, ...helpers } = { ...Object.fromEntries(stored), ...config.credHelpers };
    return {
        ...rest,
        auths: { ...config.auths, [key]: { auth } },
        ...(Object.keys(helpers).length > 0 ? { credHelpers: helpers } : {}),
    };
}
//# sourceMappingURL=login.js.map
;// CONCATENATED MODULE: ./build/actions/build-image/login.js



const STATE = 'login';
/**
 * Does the work with the login of the inputs, for this step alone, and logs out afterwards.
 * @throws UserError when it is not clear which registry the login is for; what `work` throws
 */
async function login_withLogin(inputs, tags, effects, work) {
    const { username, password } = inputs;
    if (username === undefined || password === undefined)
        return await work(effects);
    const registry = inputs.registry?.toLowerCase() ?? onlyRegistry(tags);
    const directory = (0,external_node_path_.join)(effects.environment.temporary, `d9-login-${process.pid}`);
    effects.state.save(STATE, directory);
    try {
        effects.log.info(`Logged in to ${registry} as ${username}, for this step.`);
        return await work({ ...effects, environment: logIn({ registry, username, password }, directory, effects.environment) });
    }
    finally {
        logOut(directory);
    }
}
/** For `post`: a step that was killed has logged out nowhere. */
function logOutLeft({ state, log }) {
    const directory = state.read(STATE);
    if (directory === '')
        return;
    logOut(directory);
    log.info('Logged out.');
}
function onlyRegistry(tags) {
    const registries = [...new Set(tags.map(({ registry }) => registry))];
    const [only, ...others] = registries;
    if (only !== undefined && others.length === 0)
        return only;
    throw new errors/* UserError */.y(`\`username\` and \`password\` could be for ${registries.length === 0 ? 'any registry' : registries.join(' or ')}.\nSay with \`registry\` which one is meant.`);
}
//# sourceMappingURL=login.js.map

/***/ }),

/***/ 631:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  _: () => (/* binding */ buildImage)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(24);
;// CONCATENATED MODULE: ./build/src/action/artifacts.js

/**
 * Tells the runner which image this step made, so that actions/attest finds it without inputs. The runner takes it where it has the feature (actions/runner,
 * CreateArtifactsFileCommand.cs) and passes over it elsewhere.
 * @param name without tag
 */
function declareImage(name, digest, { variables }, log) {
    const file = variables.GITHUB_ARTIFACTS;
    if (!file)
        return;
    const other = declaredDigest(name, variables.GITHUB_ARTIFACTS_LIST);
    // The runner fails a step that gives one name two digests.
    if (other !== undefined && other !== digest) {
        log.info(`${name} is not added to the artifacts of the job: an earlier step has declared it as ${other}.`);
        return;
    }
    (0,external_node_fs_.appendFileSync)(file, `oci://${name}@${digest}\n`);
}
/** The list is empty while the feature is off. */
function declaredDigest(name, file) {
    if (!file)
        return undefined;
    try {
        const { subjects } = JSON.parse((0,external_node_fs_.readFileSync)(file, 'utf8'));
        return subjects?.find((subject) => subject.name === name)?.digest;
    }
    catch {
        return undefined;
    }
}
//# sourceMappingURL=artifacts.js.map
// EXTERNAL MODULE: ./build/src/action/mask.js
var mask = __nccwpck_require__(882);
// EXTERNAL MODULE: ./build/src/image/build-failure.js + 1 modules
var build_failure = __nccwpck_require__(686);
// EXTERNAL MODULE: ./build/src/action/errors.js
var errors = __nccwpck_require__(537);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __nccwpck_require__(455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(760);
;// CONCATENATED MODULE: ./build/src/image/command-line.js
/** A value goes by the environment: arguments can be seen by every process of the machine, and a file would outlive a kill. */
const secretArgument = (secret, index) => {
    switch (secret.from) {
        case 'value':
            return `id=${secret.id},env=${secretVariable(index)}`;
        case 'variable':
            return `id=${secret.id},env=${secret.name}`;
        case 'file':
            return csv({ id: secret.id, src: secret.path });
    }
};
const secretVariable = (index) => `D9_BUILD_SECRET_${index}`;
/** The variables that the arguments refer to. */
const secretVariables = ({ secrets }) => Object.fromEntries(secrets.flatMap((secret, index) => (secret.from === 'value' ? [[secretVariable(index), secret.value]] : [])));
/** Fields as buildx reads them: RFC 4180, so a comma inside a field needs quotes. */
const csv = (fields) => Object.entries(fields)
    .map(([key, value]) => `${key}=${value}`)
    .map((field) => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',');
const repeated = (flag, values) => values.flatMap((value) => [flag, value]);
const optional = (flag, value) => (value === undefined ? [] : [flag, value]);
/** The same arguments for the log: values of build arguments are left out, because people do put secrets there. */
function readableArguments(args) {
    return args.map((argument, index) => (args[index - 1] === '--build-arg' ? argument.replace(/=.*/s, '=…') : argument)).join(' ');
}
//# sourceMappingURL=command-line.js.map
// EXTERNAL MODULE: ./build/src/image/executable.js
var executable = __nccwpck_require__(519);
// EXTERNAL MODULE: ./build/src/image/layout.js
var layout = __nccwpck_require__(209);
// EXTERNAL MODULE: ./build/src/image/registry/manifest.js
var registry_manifest = __nccwpck_require__(390);
// EXTERNAL MODULE: ./build/src/image/reference.js
var reference = __nccwpck_require__(950);
;// CONCATENATED MODULE: ./build/src/image/buildah/arguments.js



/**
 * The arguments of `buildah build`.
 * @throws UserError naming the inputs that only buildx has
 */
function buildahArguments(plan, result) {
    refuseBuildxOnly(plan);
    return [
        'build',
        '--format=oci',
        // With several platforms buildah 1.28 takes the layers of one for those of another.
        ...(result.kind === 'image' ? ['--layers', '--iidfile', result.idFile] : ['--manifest', result.name]),
        ...optional('--file', plan.file),
        ...optional('--target', plan.target),
        ...(plan.platforms.length === 0 ? [] : ['--platform', plan.platforms.join(',')]),
        ...repeated('--build-arg', plan.buildArgs),
        ...repeated('--build-context', plan.buildContexts),
        ...repeated('--label', plan.labels),
        ...repeated('--annotation', plan.annotations),
        ...repeated('--secret', plan.secrets.map(secretArgument)),
        ...repeated('--ssh', plan.ssh),
        ...optional('--network', plan.network === 'default' ? undefined : plan.network),
        ...optional('--shm-size', plan.shmSize),
        ...repeated('--ulimit', plan.ulimit),
        ...repeated('--add-host', plan.addHosts),
        ...optional('--cgroup-parent', plan.cgroupParent),
        ...optional('--timestamp', plan.sourceDateEpoch === undefined ? undefined : String(plan.sourceDateEpoch)),
        ...(plan.noCache ? ['--no-cache'] : []),
        ...(plan.pull ? ['--pull=always'] : []),
        ...(plan.load && result.kind === 'image' ? repeated('--tag', plan.tags.map(reference/* formatReference */.FH)) : []),
        plan.context.kind === 'directory' ? plan.context.path : plan.context.url,
    ];
}
function refuseBuildxOnly(plan) {
    const given = {
        'cache-from': plan.cacheFrom.length > 0,
        'cache-to': plan.cacheTo.length > 0,
        'no-cache-filters': plan.noCacheFilters.length > 0,
        provenance: plan.provenance !== 'false',
        sbom: plan.sbom !== 'false',
        attests: plan.attests.length > 0,
        outputs: plan.outputs.length > 0,
        allow: plan.allow.length > 0,
        builder: plan.builder !== undefined,
    };
    const names = Object.entries(given).flatMap(([name, isGiven]) => (isGiven ? [`\`${name}\``] : []));
    if (names.length === 0)
        return;
    throw new errors/* UserError */.y(`buildah cannot honour ${names.join(', ')}: only buildx has ${names.length === 1 ? 'that' : 'those'}.\nLeave ${names.length === 1 ? 'it' : 'them'} out, or set \`engine: buildx\`.`);
}
//# sourceMappingURL=arguments.js.map
;// CONCATENATED MODULE: ./build/src/image/buildah/progress.js
const KEPT_LINES = 20;
const STEP = /^(?:\[([^\]]+)\] )?STEP (\d+\/\d+): (.*)$/;
/** Follows a build by the lines that buildah prints: `STEP 2/3: RUN make`, `--> Using cache …`, and in between what the step prints. */
class BuildahProgress {
    #clock;
    #steps = [];
    constructor(clock) {
        this.#clock = clock;
    }
    take(line) {
        const current = this.#steps.at(-1);
        const [, stage, position, instruction] = STEP.exec(line) ?? [];
        if (instruction !== undefined) {
            this.#end();
            const name = `[${stage === undefined ? '' : `${stage} `}${position}] ${instruction}`;
            this.#steps.push({ name, startedMs: this.#clock.now(), endedMs: undefined, cached: false, lastLines: [] });
        }
        else if (current !== undefined && line.startsWith('--> Using cache'))
            current.cached = true;
        else if (current !== undefined && /^(\[[^\]]+\] )?COMMIT\b/.test(line))
            this.#end();
        else if (current?.endedMs === undefined) {
            current?.lastLines.push(line);
            if ((current?.lastLines.length ?? 0) > KEPT_LINES)
                current?.lastLines.shift();
        }
    }
    /** @param error why the build failed; it belongs to the step that ran last */
    account(error) {
        if (error === undefined)
            this.#end();
        const [first] = this.#steps;
        const steps = this.#steps.map(({ name, startedMs, endedMs, cached, lastLines }, index) => ({
            name,
            cached,
            durationMs: endedMs === undefined ? undefined : endedMs - startedMs,
            error: index === this.#steps.length - 1 ? error : undefined,
            lastLines: [...lastLines],
        }));
        return { steps, findings: [], durationMs: first === undefined ? 0 : this.#clock.now() - first.startedMs };
    }
    #end() {
        const current = this.#steps.at(-1);
        if (current !== undefined)
            current.endedMs ??= this.#clock.now();
    }
}
//# sourceMappingURL=progress.js.map
;// CONCATENATED MODULE: ./build/src/image/buildah/engine.js











const engine_KEPT_LINES = 200;
/** The oldest that the tests have seen. */
const OLDEST = [1, 28];
/** @returns the absolute path of the program; undefined when PATH has none */
const findBuildah = ({ variables }) => (0,executable/* firstExecutable */.N)((0,executable/* searchPath */.o)(variables), 'buildah');
/**
 * buildah builds without a daemon, and writes the image to a directory; bringing it to a registry is the same for all engines.
 * @throws UserError when it is too old
 */
async function buildahEngine(program, effects) {
    const { stdout } = await effects.query(program, ['--version'], effects.environment.variables);
    const [, version = '', major = '', minor = ''] = /\bversion ((\d+)\.(\d+)\.\d+)/.exec(stdout) ?? [];
    if (!(Number(major) > OLDEST[0] || Number(minor) >= OLDEST[1])) {
        throw new errors/* UserError */.y(`${program} is buildah ${version || 'of an unknown version'}; ${OLDEST.join('.')} or later is needed.`);
    }
    return {
        kind: 'buildah',
        description: `buildah ${version}`,
        pushes: 'never',
        layout: { possible: true },
        build: (plan, delivery) => build(program, plan, delivery, effects),
        // It has none.
        check: async () => [],
        ask: async (_plan, question) => {
            throw new errors/* UserError */.y(`buildah cannot answer \`call: ${question}\`; only buildx can.\nLeave it out, or set \`engine: buildx\`.`);
        },
    };
}
/** @throws BuildFailure; the signal's reason once buildah and all that it started have ended */
async function build(program, plan, delivery, effects) {
    const directory = await (0,promises_.mkdtemp)((0,external_node_path_.join)(effects.environment.temporary, 'd9-buildah-'));
    const several = plan.platforms.length > 1;
    const result = several
        ? { kind: 'list', name: `localhost/${(0,external_node_path_.basename)(directory).toLowerCase()}:1` }
        : { kind: 'image', idFile: (0,external_node_path_.join)(directory, 'image-id') };
    const progress = new BuildahProgress(effects.clock);
    try {
        await buildah(program, buildahArguments(plan, result), plan, effects, progress);
        if (delivery.to === 'layout')
            await exportTo(delivery.directory, program, result, plan, effects, progress);
        const imageId = result.kind === 'image' ? (await (0,promises_.readFile)(result.idFile, 'utf8')).trim() : '';
        return { digest: undefined, imageId, metadata: {}, account: progress.account() };
    }
    finally {
        await (0,promises_.rm)(directory, { recursive: true, force: true });
    }
}
async function exportTo(directory, program, result, plan, effects, progress) {
    const destination = `oci:${directory}`;
    if (result.kind === 'image') {
        const imageId = (await (0,promises_.readFile)(result.idFile, 'utf8')).trim();
        await buildah(program, ['push', '--format=oci', imageId, destination], plan, effects, progress);
        return;
    }
    await buildah(program, ['manifest', 'push', '--all', '--format=oci', '--rm', result.name, destination], plan, effects, progress);
    const { manifests = [] } = (0,registry_manifest/* readManifest */.WI)((await (0,layout/* readLayout */.T)(directory)).root);
    const built = manifests.flatMap((manifest) => (0,registry_manifest/* platformOf */.tj)(manifest) ?? []);
    const missing = plan.platforms.filter((platform) => !built.some((one) => one === platform || one.startsWith(`${platform}/`)));
    if (missing.length > 0) {
        throw new errors/* UserError */.y(`buildah built no image for ${missing.join(', ')}, without saying why.\nBuild one platform at a time, or set \`engine: buildx\`.`);
    }
}
/** @throws BuildFailure with the meaning and the last lines of what buildah printed */
async function buildah(program, args, plan, { log, signal, environment, run }, progress) {
    log.info(`buildah ${(0,build_failure/* plainLine */.h0)(readableArguments(args))}`);
    const lines = [];
    const take = (line) => {
        progress.take(line);
        if (lines.push(line) > engine_KEPT_LINES)
            lines.shift();
        log.info((0,build_failure/* plainLine */.h0)(line));
    };
    const variables = { ...variablesFor(environment), ...secretVariables(plan) };
    const command = { file: program, args, cwd: environment.workspace, variables };
    const { code } = await run(command, { signal, onErrorLine: take, onOutputLine: take });
    if (code === 0)
        return;
    throw new build_failure/* BuildFailure */.$w((0,build_failure/* explainBuildFailure */.OV)('buildah', code, lines), progress.account(lines.at(-1) ?? `exit code ${code}`), false);
}
/** buildah stops at a Docker configuration that is named and not there; Docker does not. */
function variablesFor({ variables }) {
    const directory = variables.DOCKER_CONFIG;
    if (!directory || (0,external_node_fs_.existsSync)((0,external_node_path_.join)(directory, 'config.json')))
        return variables;
    return { ...variables, DOCKER_CONFIG: undefined };
}
//# sourceMappingURL=engine.js.map
;// CONCATENATED MODULE: ./build/src/image/buildx/arguments.js


/**
 * The arguments of `buildx` for one build; each value is an argument of its own, so nothing in it can become a flag.
 * @param driver of the builder
 */
function buildArguments(plan, delivery, driver, files) {
    return [
        'build',
        '--progress=rawjson',
        ...sharedArguments(plan),
        ...repeated('--metadata-file', [files.metadata]),
        ...repeated('--iidfile', [files.imageId]),
        // Names given here would be added to every output, also to what is pushed without a name.
        ...(delivery.to === 'nowhere' ? repeated('--tag', plan.tags.map(reference/* formatReference */.FH)) : []),
        ...repeated('--output', outputsOf(plan, delivery, driver)),
        contextArgument(plan),
    ];
}
/** The arguments for one of the Dockerfile's other subcommands: `check`, `outline`, `targets`. */
const callArguments = (plan, call) => [
    'build',
    '--progress=none',
    `--call=${call}`,
    ...sharedArguments(plan),
    contextArgument(plan),
];
function sharedArguments(plan) {
    return [
        `--provenance=${plan.provenance}`,
        ...optional('--builder', plan.builder),
        ...optional('--file', plan.file),
        ...optional('--target', plan.target),
        ...(plan.platforms.length === 0 ? [] : ['--platform', plan.platforms.join(',')]),
        ...repeated('--build-arg', plan.buildArgs),
        ...repeated('--build-context', plan.buildContexts),
        ...repeated('--label', plan.labels),
        ...repeated('--annotation', plan.annotations),
        ...repeated('--secret', plan.secrets.map(secretArgument)),
        ...repeated('--ssh', plan.ssh),
        ...repeated('--cache-from', plan.cacheFrom),
        ...repeated('--cache-to', plan.cacheTo),
        ...repeated('--no-cache-filter', plan.noCacheFilters),
        ...optional('--network', plan.network),
        ...optional('--shm-size', plan.shmSize),
        ...repeated('--ulimit', plan.ulimit),
        ...repeated('--add-host', plan.addHosts),
        ...optional('--cgroup-parent', plan.cgroupParent),
        ...repeated('--allow', plan.allow),
        ...(plan.sbom === 'false' ? [] : [`--sbom=${plan.sbom}`]),
        ...repeated('--attest', plan.attests),
        ...(plan.noCache ? ['--no-cache'] : []),
        ...(plan.pull ? ['--pull'] : []),
    ];
}
/** What buildx is to do with the result. Media types are always OCI's, so that one digest stands for the image wherever it goes. */
function outputsOf(plan, delivery, driver) {
    const rewrite = plan.sourceDateEpoch === undefined ? {} : { 'rewrite-timestamp': 'true' };
    const image = { type: 'image', 'oci-mediatypes': 'true', ...rewrite };
    // The driver docker would convert what `type=docker` loads, and the loaded image would have another digest than the pushed one.
    const kept = driver === 'docker' ? image : { type: 'docker' };
    const names = plan.tags.map(reference/* formatReference */.FH).join(',');
    const asked = [...plan.outputs, ...(plan.load ? [csv({ ...kept, name: names })] : [])];
    switch (delivery.to) {
        case 'nowhere':
            return [...plan.outputs, ...(plan.load ? [csv(kept)] : [])];
        case 'digest': {
            const byDigest = { 'push-by-digest': 'true', 'name-canonical': 'true', push: 'true' };
            return [csv({ ...image, name: delivery.repositories.join(','), ...byDigest }), ...asked];
        }
        case 'tags':
            return [csv({ ...image, name: delivery.tags.map(reference/* formatReference */.FH).join(','), push: 'true' }), ...asked];
        case 'layout':
            return [csv({ type: 'oci', tar: 'false', dest: delivery.directory, ...rewrite }), ...asked];
    }
}
const contextArgument = ({ context }) => (context.kind === 'directory' ? context.path : context.url);
//# sourceMappingURL=arguments.js.map
;// CONCATENATED MODULE: ./build/src/image/buildx/checks.js
/** @throws SyntaxError when it is something else than JSON */
function readChecks(printed) {
    const { warnings = [], sources = [] } = JSON.parse(printed);
    return warnings.map(({ ruleName, detail, description, url, location }) => ({
        rule: ruleName,
        text: detail ?? description ?? '',
        ...(url ? { url } : {}),
        file: sources[location?.sourceIndex ?? 0]?.filename ?? 'Dockerfile',
        line: location?.ranges?.[0]?.start?.line,
    }));
}
//# sourceMappingURL=checks.js.map
;// CONCATENATED MODULE: ./build/src/image/buildx/solve-status.js
/** @returns undefined when the line is not BuildKit's, such as the error that buildx prints last */
function readSolveStatus(line) {
    if (!line.startsWith('{'))
        return undefined;
    try {
        return JSON.parse(line);
    }
    catch {
        return undefined;
    }
}
const fromBase64 = (text) => Buffer.from(text, 'base64').toString('utf8');
//# sourceMappingURL=solve-status.js.map
;// CONCATENATED MODULE: ./build/src/image/buildx/progress.js

const progress_KEPT_LINES = 20;
/** BuildKit only warns, and pushes an image whose index names a platform that its files are not for. */
const WRONG_PLATFORM = 'InvalidBaseImagePlatform';
/**
 * Follows a build by what buildx prints with `--progress=rawjson`, and tells it in the lines that `--progress=plain` would print. The plain form
 * itself can't be counted on: it repeats, cuts and throttles, and has no lines for where a warning belongs.
 */
class Progress {
    #steps = new Map();
    #told = new Set();
    #findings = new Map();
    /** Digest of the image, known before it is pushed; not with Docker's classic image store. */
    exportedDigest;
    /**
     * @param line one line of buildx's stderr
     * @returns what a person should see of it
     */
    take(line) {
        const status = readSolveStatus(line);
        if (status === undefined)
            return [line];
        return [...this.#vertexes(status), ...this.#statuses(status), ...this.#logs(status), ...this.#warnings(status)];
    }
    /** Every instruction that was reached, in the order in which it was; the engine's own chores are left out. */
    account() {
        const steps = [...this.#steps.values()];
        const starts = steps.flatMap(({ startedMs }) => startedMs ?? []);
        const ends = steps.flatMap(({ completedMs }) => completedMs ?? []);
        return {
            steps: steps.filter(({ name }) => /^\[(?!internal\])/.test(name)).map(describe),
            findings: [...this.#findings.values()],
            durationMs: starts.length === 0 || ends.length === 0 ? 0 : Math.max(...ends) - Math.min(...starts),
        };
    }
    /** A finding with which no image that works can come out. */
    fatalFinding(ignored) {
        if (ignored.includes(WRONG_PLATFORM))
            return undefined;
        return [...this.#findings.values()].find(({ rule }) => rule === WRONG_PLATFORM);
    }
    /** Whether what failed was the push and not the build. */
    get failedInPush() {
        return [...this.#steps.values()].some(({ name, error }) => error && /^(exporting to image|pushing )/.test(name));
    }
    #vertexes({ vertexes = [] }) {
        return vertexes.flatMap((vertex) => {
            const step = this.#step(vertex);
            const lines = [];
            if (vertex.started !== undefined) {
                step.startedMs = Date.parse(vertex.started);
                if (this.#first(`${step.number} started`))
                    lines.push(`#${step.number} ${step.name}`);
            }
            if (vertex.cached)
                step.cached = true;
            if (vertex.error)
                step.error = vertex.error;
            if (vertex.completed !== undefined)
                lines.push(...this.#completed(step, vertex));
            return lines;
        });
    }
    #completed(step, { completed = '', digest }) {
        // A step may start and end several times; each interval counts once, and the last word is told.
        if (!this.#first(`${digest} ${completed}`))
            return [];
        step.completedMs = Date.parse(completed);
        const intervalMs = step.completedMs - (step.startedMs ?? step.completedMs);
        step.spentMs += intervalMs;
        const rest = step.unfinished === '' ? [] : printed(step, [step.unfinished], (intervalMs / 1000).toFixed(3));
        step.unfinished = '';
        if (step.error)
            return [...rest, `#${step.number} ERROR: ${step.error}`];
        if (step.cached)
            return this.#first(`${step.number} cached`) ? [`#${step.number} CACHED`] : [];
        return [...rest, `#${step.number} DONE ${(step.spentMs / 1000).toFixed(1)}s`];
    }
    #statuses({ statuses = [] }) {
        return statuses.flatMap(({ id, vertex, completed }) => {
            // An index is exported after the manifests that it names.
            this.exportedDigest = /^exporting manifest(?: list)? (sha256:[0-9a-f]{64})$/.exec(id)?.[1] ?? this.exportedDigest;
            const step = this.#steps.get(vertex);
            if (step === undefined || completed === undefined || !this.#first(`${vertex} ${id}`))
                return [];
            return [`#${step.number} ${id.replace(/:$/, '')} done`];
        });
    }
    #logs({ logs = [] }) {
        return logs.flatMap(({ vertex, data, timestamp }) => {
            const step = this.#steps.get(vertex);
            if (step === undefined)
                return [];
            const seconds = ((Date.parse(timestamp) - (step.startedMs ?? Date.parse(timestamp))) / 1000).toFixed(3);
            const lines = (step.unfinished + fromBase64(data)).split(/\r\n|\n|\r(?!$)/);
            step.unfinished = lines.pop() ?? '';
            return printed(step, lines, seconds);
        });
    }
    /** Each warning is told once: a build of several platforms repeats them. */
    #warnings({ warnings = [] }) {
        for (const warning of warnings) {
            const finding = readFinding(warning);
            this.#findings.set(`${finding.rule} ${finding.file}:${finding.line} ${finding.text}`, finding);
        }
        return [];
    }
    #step({ digest, name }) {
        const known = this.#steps.get(digest);
        if (known !== undefined)
            return known;
        const fresh = { startedMs: undefined, completedMs: undefined, spentMs: 0, cached: false, error: undefined };
        const step = { number: this.#steps.size + 1, name, ...fresh, lastLines: [], unfinished: '' };
        this.#steps.set(digest, step);
        return step;
    }
    #first(what) {
        if (this.#told.has(what))
            return false;
        this.#told.add(what);
        return true;
    }
}
/** Keeps the end of what a step printed. @returns the lines as they are told */
function printed({ number, lastLines }, lines, seconds) {
    lastLines.push(...lines);
    if (lastLines.length > progress_KEPT_LINES)
        lastLines.splice(0, lastLines.length - progress_KEPT_LINES);
    return lines.map((text) => `#${number} ${seconds} ${text}`);
}
const describe = ({ name, cached, completedMs, spentMs, error, lastLines }) => ({
    name,
    cached,
    durationMs: completedMs === undefined ? undefined : spentMs,
    error,
    lastLines: [...lastLines],
});
/** `SecretsUsedInArgOrEnv: Do not use … (line 2)` in its parts. */
function readFinding({ short, url, sourceInfo, range }) {
    const [, rule = 'BuildKit', text = ''] = /^(?:(\w+): )?(.*?)(?: \(line \d+\))?$/s.exec(fromBase64(short)) ?? [];
    return {
        rule,
        text,
        ...(url ? { url } : {}),
        file: sourceInfo?.filename ?? 'Dockerfile',
        line: range?.[0]?.start?.line,
    };
}
//# sourceMappingURL=progress.js.map
;// CONCATENATED MODULE: ./build/src/image/buildx/build.js








const build_KEPT_LINES = 200;
const NO_CONTAINERD = "Docker's classic image store cannot export an image.\nTurn on the containerd image store, or add docker/setup-buildx-action before this step.";
function buildxEngine(builder, effects) {
    const store = { containerd: ', containerd image store', classic: ', classic image store', none: '' }[builder.store];
    return {
        kind: 'buildx',
        description: `buildx ${builder.version}, builder ${builder.name} (driver ${builder.driver}${store})`,
        // buildx: "push-by-digest is currently not implemented for docker driver".
        pushes: builder.driver === 'docker' ? 'by-tag' : 'by-digest',
        layout: builder.store === 'classic' ? { possible: false, why: NO_CONTAINERD } : { possible: true },
        build: (plan, delivery) => build_build(builder, plan, delivery, effects),
        check: (plan) => check(builder, plan, effects),
        ask: (plan, question) => ask(builder, plan, question, effects),
    };
}
/**
 * Builds, and pushes when the delivery says so, with one buildx process.
 * @throws BuildFailure with the meaning and the last lines of what buildx printed; the signal's reason once it and its push have ended
 */
async function build_build(builder, plan, delivery, { log, signal, environment, run }) {
    const directory = await (0,promises_.mkdtemp)((0,external_node_path_.join)(environment.temporary, 'd9-build-image-'));
    try {
        const files = { metadata: (0,external_node_path_.join)(directory, 'metadata.json'), imageId: (0,external_node_path_.join)(directory, 'image-id') };
        const args = buildArguments(plan, delivery, builder.driver, files);
        log.info(`docker buildx ${(0,build_failure/* plainLine */.h0)(readableArguments(args))}`);
        const progress = new Progress();
        const refusal = new AbortController();
        const lines = [];
        const onErrorLine = (raw) => {
            for (const line of progress.take(raw)) {
                if (lines.push(line) > build_KEPT_LINES)
                    lines.shift();
                log.info((0,build_failure/* plainLine */.h0)(line));
            }
            if (progress.fatalFinding(plan.ignoredRules) !== undefined)
                refusal.abort();
            if (delivery.to === 'tags' && progress.exportedDigest !== undefined)
                delivery.onDigest?.(progress.exportedDigest);
        };
        const variables = build_variablesFor(plan, environment);
        const command = { file: builder.program, args, cwd: environment.workspace, variables };
        const either = AbortSignal.any([signal, refusal.signal]);
        const exit = await run(command, { signal: either, onErrorLine }).catch((error) => {
            signal.throwIfAborted();
            const finding = progress.fatalFinding(plan.ignoredRules);
            if (finding === undefined)
                throw error;
            throw new build_failure/* BuildFailure */.$w(explainWrongPlatform(finding), progress.account(), false);
        });
        const account = progress.account();
        if (exit.code !== 0) {
            const mayPushAgain = progress.failedInPush && (0,build_failure/* isPassing */.WG)(lines.at(-1) ?? '');
            throw new build_failure/* BuildFailure */.$w((0,build_failure/* explainBuildFailure */.OV)('buildx', exit.code, lines), account, mayPushAgain);
        }
        return { ...(await readResult(files)), account };
    }
    finally {
        await (0,promises_.rm)(directory, { recursive: true, force: true });
    }
}
const explainWrongPlatform = ({ text, line, rule }) => `${text} (line ${line} of the Dockerfile).\n` +
    'The image would claim a platform that its files are not for. Choose a base image that has the platform, or leave it out of `platforms`. ' +
    `Where only files without machine code are copied from it, pass over it with \`review-ignore: ${rule}\`.`;
/** @throws BuildFailure when the Dockerfile can't be read */
async function check({ program }, plan, { signal, environment, run }) {
    const args = callArguments(plan, 'check,format=json');
    const exit = await run({ file: program, args, cwd: environment.workspace, variables: environment.variables }, { signal });
    try {
        return readChecks(exit.stdout);
    }
    catch (error) {
        if (!(error instanceof SyntaxError))
            throw error;
        throw new build_failure/* BuildFailure */.$w((0,build_failure/* explainBuildFailure */.OV)('buildx', exit.code, exit.lastErrorLines), new Progress().account(), false);
    }
}
/** @throws BuildFailure when the Dockerfile can't be read, or a check found something */
async function ask({ program }, plan, question, { log, signal, environment, run }) {
    const command = {
        file: program,
        args: callArguments(plan, question),
        cwd: environment.workspace,
        variables: environment.variables,
    };
    const take = (line) => log.info((0,build_failure/* plainLine */.h0)(line));
    const exit = await run(command, { signal, onErrorLine: take, onOutputLine: take });
    if (exit.code === 0)
        return;
    const text = question === 'check' && !exit.lastErrorLines.some((line) => line.startsWith('ERROR'))
        ? 'The checks found something in the Dockerfile; it is in the log.'
        : (0,build_failure/* explainBuildFailure */.OV)('buildx', exit.code, exit.lastErrorLines);
    throw new build_failure/* BuildFailure */.$w(text, new Progress().account(), false);
}
function build_variablesFor(plan, { variables }) {
    // buildx asks git for the commit of the context, for provenance alone: without provenance that is a process for nothing.
    const quiet = plan.provenance === 'false' ? { BUILDX_GIT_INFO: 'false', BUILDX_METADATA_PROVENANCE: 'disabled' } : {};
    const epoch = plan.sourceDateEpoch === undefined ? {} : { SOURCE_DATE_EPOCH: String(plan.sourceDateEpoch) };
    return { ...quiet, ...variables, ...epoch, ...secretVariables(plan) };
}
async function readResult(files) {
    const { 'buildx.build.provenance': _, ...metadata } = JSON.parse(await (0,promises_.readFile)(files.metadata, 'utf8'));
    // Builders that neither push nor load write no image id.
    const imageId = (0,external_node_fs_.existsSync)(files.imageId) ? (await (0,promises_.readFile)(files.imageId, 'utf8')).trim() : '';
    return { digest: metadata['containerimage.digest'], imageId, metadata };
}
//# sourceMappingURL=build.js.map
;// CONCATENATED MODULE: ./build/src/image/buildx/builder.js


/** `--progress=rawjson` came with 0.13 (docs.docker.com/build/release-notes). */
const builder_OLDEST = [0, 13];
/**
 * Asks buildx for its version and for the builder, at the same time. A daemon that does not answer is noticed here, before anything is built.
 * @param name undefined for the current builder
 * @throws UserError when buildx is too old, the builder is unknown, or its daemon does not answer
 */
async function inspectBuilder(program, name, environment, query) {
    const [version, inspected] = await Promise.all([
        query(program, ['version'], environment.variables),
        query(program, ['inspect', ...(name === undefined ? [] : [name])], environment.variables),
    ]);
    const numbers = requireVersion(version.stdout, program);
    const said = (0,build_failure/* plainLine */.h0)(inspected.stderr.trim().split('\n').at(-1) ?? '');
    if (inspected.code !== 0) {
        const unknown = name !== undefined && /no builder/.test(said);
        throw new errors/* UserError */.y(unknown
            ? `There is no builder "${name}" (input \`builder\`).\nMake it in a step before this one (docker/setup-buildx-action), or leave \`builder\` out.`
            : `buildx cannot tell which builder to use: ${said}`);
    }
    return { program, version: numbers, ...readInspection(inspected.stdout) };
}
function requireVersion(printed, program) {
    const [, version = '', major = '', minor = ''] = /\bv?((\d+)\.(\d+)\.\d+)/.exec(printed) ?? [];
    const newEnough = Number(major) > builder_OLDEST[0] || Number(minor) >= builder_OLDEST[1];
    if (version !== '' && newEnough)
        return version;
    throw new errors/* UserError */.y(`${program} is buildx ${version || `of an unknown version ("${(0,build_failure/* plainLine */.h0)(printed.trim()).slice(0, 80)}")`}; ${builder_OLDEST.join('.')} or later is needed.\n` +
        'Update docker-buildx-plugin, or add docker/setup-buildx-action before this step.');
}
/**
 * Reads what `buildx inspect` prints for people; it has no other form.
 * @throws UserError when it tells that the builder can't be used
 */
function readInspection(printed) {
    const field = (key) => new RegExp(`^${key}:[ \\t]*(.*)$`, 'm').exec(printed)?.[1]?.trim() ?? '';
    const error = field('Error');
    const host = /Docker daemon at (\S+?)\. |docker API at ([^\s;]+)/.exec(error)?.slice(1).find(Boolean);
    if (host !== undefined)
        throw new DaemonUnreachable(host);
    if (error !== '')
        throw new errors/* UserError */.y(`The builder ${field('Name')} cannot be used: ${(0,build_failure/* plainLine */.h0)(error)}`);
    const driver = field('Driver');
    const hasWorkerLabels = /^ org\.mobyproject\.buildkit\.worker\.snapshotter:/m.test(printed);
    return {
        name: field('Name'),
        driver,
        // The classic store's worker carries no label of a snapshotter (Docker 28.5.2).
        store: driver === 'docker' ? (hasWorkerLabels ? 'containerd' : 'classic') : 'none',
        platforms: field('Platforms')
            .split(',')
            .map((platform) => platform.trim().replace(/\*$/, ''))
            .filter((platform) => platform !== ''),
    };
}
class DaemonUnreachable extends errors/* UserError */.y {
    constructor(host) {
        super(`The Docker daemon at ${host} does not answer.\nStart it, or point DOCKER_HOST (or the docker context) at one that runs.`);
    }
}
//# sourceMappingURL=builder.js.map
// EXTERNAL MODULE: ./build/src/image/registry/docker-config.js
var docker_config = __nccwpck_require__(386);
;// CONCATENATED MODULE: ./build/src/image/buildx/find.js




/** docker/cli, cli-plugins/manager/manager_unix.go. */
const SYSTEM_PLUGIN_DIRECTORIES = [
    '/usr/local/lib/docker/cli-plugins',
    '/usr/local/libexec/docker/cli-plugins',
    '/usr/lib/docker/cli-plugins',
    '/usr/libexec/docker/cli-plugins',
];
/**
 * Finds the buildx that `docker buildx` would run. It is called directly, as its makers allow (a plugin is a program of its own): the docker
 * command in between costs two processes a call, and reads the same configuration (contexts, credentials, builders).
 */
function findBuildx(environment, systemDirectories = SYSTEM_PLUGIN_DIRECTORIES) {
    const directories = (0,executable/* searchPath */.o)(environment.variables);
    const plugin = (0,executable/* firstExecutable */.N)([...pluginDirectories(environment), ...systemDirectories], 'docker-buildx');
    const program = plugin ?? (0,executable/* firstExecutable */.N)(directories, 'docker-buildx') ?? (0,executable/* firstExecutable */.N)(directories, 'buildx');
    if (program !== undefined)
        return { program };
    const docker = (0,executable/* firstExecutable */.N)(directories, 'docker');
    if (docker === undefined) {
        return {
            program,
            missing: 'There is no Docker on this runner: PATH has no docker command, and there is no buildx.',
            advice: 'Use a runner with Docker (ubuntu-latest has it), or install docker-ce-cli and docker-buildx-plugin and set DOCKER_HOST.',
        };
    }
    return {
        program,
        missing: `Docker is at ${docker}, but its buildx plugin is missing.`,
        advice: "Install the package docker-buildx-plugin (from Docker's repository) or docker-buildx (Debian, Ubuntu), or add docker/setup-buildx-action before this step.",
    };
}
/** The user's own plugin directories, in the order in which docker searches them. */
function pluginDirectories(environment) {
    const configuration = (0,docker_config/* dockerConfigDirectory */._n)(environment);
    return [...extraDirectories((0,external_node_path_.join)(configuration, 'config.json')), (0,external_node_path_.join)(configuration, 'cli-plugins')];
}
/** `cliPluginsExtraDirs` of Docker's configuration; a file that is absent or broken names none, and what needs its logins says so. */
function extraDirectories(file) {
    try {
        const { cliPluginsExtraDirs: given } = JSON.parse((0,external_node_fs_.readFileSync)(file, 'utf8'));
        return Array.isArray(given) ? given.filter((directory) => typeof directory === 'string') : [];
    }
    catch {
        return [];
    }
}
//# sourceMappingURL=find.js.map
;// CONCATENATED MODULE: ./build/src/image/choose-engine.js





/**
 * Finds the program that is to build: the one that was asked for, else buildx, else buildah. Says in the log which and why.
 * @param builder name of the buildx builder
 * @throws UserError when there is none, with what is missing of each
 */
async function chooseEngine(asked, builder, effects) {
    const { environment, log, query } = effects;
    if (asked === 'buildah')
        return announce(await buildahOrThrow(effects), 'asked for with `engine`', effects);
    const buildx = findBuildx(environment);
    const buildah = asked === 'auto' ? findBuildah(environment) : undefined;
    if (buildx.program === undefined) {
        if (buildah !== undefined)
            return announce(await buildahEngine(buildah, effects), buildx.missing, effects);
        const other = asked === 'auto' ? ' There is no buildah either.' : '';
        throw new errors/* UserError */.y(`${buildx.missing}${other}\n${buildx.advice}`);
    }
    try {
        const engine = buildxEngine(await inspectBuilder(buildx.program, builder, environment, query), effects);
        return announce(engine, asked === 'auto' ? 'buildx is there, and comes first' : 'asked for with `engine`', effects);
    }
    catch (error) {
        if (!(error instanceof DaemonUnreachable) || buildah === undefined)
            throw error;
        log.info(error.message.split('\n')[0] ?? '');
        return announce(await buildahEngine(buildah, effects), 'it needs no daemon', effects);
    }
}
async function buildahOrThrow(effects) {
    const program = findBuildah(effects.environment);
    if (program !== undefined)
        return buildahEngine(program, effects);
    throw new errors/* UserError */.y('There is no buildah on this runner: PATH has no such command.\nInstall the package buildah, or set `engine: buildx`.');
}
function announce(engine, why, { log }) {
    log.info(`Engine: ${engine.description} (${why})`);
    return engine;
}
//# sourceMappingURL=choose-engine.js.map
;// CONCATENATED MODULE: ./build/src/image/commit-time.js

/** @returns when the commit that is checked out was made, in seconds since the epoch; undefined without git or without a repository */
async function commitTime({ environment, query, }) {
    const git = (0,executable/* firstExecutable */.N)((0,executable/* searchPath */.o)(environment.variables), 'git');
    if (git === undefined)
        return undefined;
    const { code, stdout } = await query(git, ['-C', environment.workspace, 'log', '-1', '--format=%ct'], environment.variables);
    return code === 0 && /^\d+$/.test(stdout.trim()) ? Number(stdout) : undefined;
}
//# sourceMappingURL=commit-time.js.map
// EXTERNAL MODULE: ./build/src/image/publish/publish.js + 4 modules
var publish = __nccwpck_require__(503);
// EXTERNAL MODULE: ./build/src/image/publish/registries.js + 9 modules
var publish_registries = __nccwpck_require__(486);
;// CONCATENATED MODULE: ./build/src/image/review/dockerfile.js
/**
 * Reads a Dockerfile as far as a review needs it: instructions, stages and lines (docs.docker.com/reference/dockerfile). What is no Dockerfile gives no
 * stages; to say what is wrong with it is for the engine.
 */
function parseDockerfile(content) {
    const global = [];
    const stages = [];
    for (const instruction of instructionsOf(content)) {
        if (instruction.keyword === 'FROM')
            stages.push({ ...readFrom(instruction), instructions: [] });
        else
            (stages.at(-1)?.instructions ?? global).push(instruction);
    }
    return { global, stages };
}
function readFrom({ text, line }) {
    const words = text.split(/\s+/).filter((word) => !word.startsWith('--'));
    const name = words[1]?.toUpperCase() === 'AS' ? words[2] : undefined;
    return { base: words[0] ?? '', name, line };
}
function* instructionsOf(content) {
    const lines = content.replace(/^\uFEFF/, '').split(/\r?\n/);
    const continuation = escapeCharacter(lines);
    for (let index = 0; index < lines.length; index++) {
        const first = lines[index] ?? '';
        if (isBlank(first))
            continue;
        const start = index + 1;
        let text = first;
        while (text.trimEnd().endsWith(continuation) && index + 1 < lines.length) {
            index += 1;
            const next = lines[index] ?? '';
            // Comments and empty lines may stand between the lines of an instruction.
            if (!isBlank(next))
                text = `${text.trimEnd().slice(0, -1)} ${next.trim()}`;
        }
        const [, keyword = '', rest = ''] = /^\s*([A-Za-z]+)\s*(.*)$/s.exec(text) ?? [];
        for (const end of hereDocuments(keyword, rest)) {
            while (index + 1 < lines.length && lines[index + 1]?.replace(end.tabs ? /^\t+/ : '', '') !== end.word)
                index += 1;
            index += 1;
        }
        yield { keyword: keyword.toUpperCase(), text: rest.trim(), line: start };
    }
}
const isBlank = (line) => /^\s*(#.*)?$/.test(line);
/** `# escape=` is a directive only in front of everything else. */
function escapeCharacter(lines) {
    for (const line of lines) {
        const [, name, value] = /^#\s*([a-zA-Z]+)\s*=\s*(\S+)/.exec(line) ?? [];
        if (name === undefined)
            return '\\';
        if (name.toLowerCase() === 'escape')
            return value ?? '\\';
    }
    return '\\';
}
/** The words that end the here-documents of an instruction, in order. */
function hereDocuments(keyword, text) {
    if (!/^(RUN|COPY|ADD)$/i.test(keyword))
        return [];
    return [...text.matchAll(/<<(-?)(["']?)([A-Za-z_]\w*)\2/g)].map(([, dash, , word = '']) => ({ word, tabs: dash === '-' }));
}
//# sourceMappingURL=dockerfile.js.map
// EXTERNAL MODULE: ./build/src/image/secret-values.js
var secret_values = __nccwpck_require__(26);
;// CONCATENATED MODULE: ./build/src/image/review/rules.js

/**
 * Looks through a Dockerfile for what BuildKit's own checks do not say. What matters most comes first: a step shows ten warnings at most
 * (actions/runner, ExecutionContext.cs).
 */
function reviewDockerfile(dockerfile, build) {
    const chain = chainOf(dockerfile, build.target);
    return [
        ...literalSecrets(dockerfile),
        ...movingBases(dockerfile, build),
        ...rootUser(chain),
        ...aptLists(dockerfile),
        ...unpinnedBases(dockerfile, build),
        ...noHealthcheck(chain),
    ];
}
/** Names of the labels that the image gets from the Dockerfile itself. */
function labelsIn(dockerfile, target) {
    const labels = chainOf(dockerfile, target)
        .flatMap(({ instructions }) => instructions)
        .filter(({ keyword }) => keyword === 'LABEL');
    return new Set(labels.flatMap(({ text }) => [...text.matchAll(/(?:^|\s)"?([\w./-]+)"?=/g)].map(([, name = '']) => name)));
}
/** The stage that is built, and those it is built on, the nearest first. */
function chainOf({ stages }, target) {
    const named = (name) => stages.findLast((stage) => stage.name?.toLowerCase() === name.toLowerCase());
    const chain = [];
    let stage = target === undefined ? stages.at(-1) : (named(target) ?? stages[Number(target)]);
    while (stage !== undefined && !chain.includes(stage)) {
        chain.push(stage);
        const { base } = stage;
        const index = stages.indexOf(stage);
        stage = stages.findLast(({ name }, other) => other < index && name?.toLowerCase() === base.toLowerCase());
    }
    return chain;
}
/** Stages that start from an image of a registry, with the image's name. */
function externalBases(dockerfile, { buildArgs }) {
    const values = new Map([...dockerfile.global.filter(({ keyword }) => keyword === 'ARG').map(({ text }) => text), ...buildArgs].flatMap((assignment) => {
        const [, name, value] = /^([^=\s]+)=["']?(.*?)["']?$/s.exec(assignment) ?? [];
        return name === undefined || value === undefined ? [] : [[name, value]];
    }));
    const names = new Set(dockerfile.stages.map(({ name }) => name?.toLowerCase()));
    return dockerfile.stages.flatMap(({ base, line }) => {
        const image = base.replaceAll(/\$\{?(\w+)(?::-([^}]*))?\}?/g, (_, name, fallback = '') => values.get(name) ?? fallback);
        return names.has(base.toLowerCase()) || image === 'scratch' || image === '' ? [] : [{ image, line }];
    });
}
/** A colon after the last slash starts the tag. */
const tagOf = (image) => /:([^/:@]+)$/.exec(image)?.[1];
const hasDigest = (image) => image.includes('@');
const movingBases = (dockerfile, build) => externalBases(dockerfile, build)
    .filter(({ image }) => !hasDigest(image) && (tagOf(image) ?? 'latest') === 'latest')
    .map(({ image, line }) => ({
    rule: 'BaseImageLatest',
    text: `${image} is whatever is newest on the day of the build. Name a version.`,
    line,
}));
const unpinnedBases = (dockerfile, build) => externalBases(dockerfile, build)
    .filter(({ image }) => !hasDigest(image) && (tagOf(image) ?? 'latest') !== 'latest')
    .map(({ image, line }) => ({
    rule: 'BaseImageWithoutDigest',
    text: `${image} may be another image tomorrow. Add its digest: ${image}@sha256:…`,
    line,
}));
function rootUser(chain) {
    const [final] = chain;
    if (final === undefined)
        return [];
    const last = chain.flatMap(({ instructions }) => instructions.findLast(({ keyword }) => keyword === 'USER') ?? [])[0];
    if (last === undefined) {
        const text = 'The image has no USER, so it runs as root unless its base image says otherwise. Add one, such as USER 65534.';
        return [{ rule: 'RootUser', text, line: final.line }];
    }
    if (!/^(root|0)(:|$)/.test(last.text))
        return [];
    return [{ rule: 'RootUser', text: 'The image runs as root. Let USER name somebody else at the end.', line: last.line }];
}
const noHealthcheck = (chain) => chain.length === 0 || chain.some(({ instructions }) => instructions.some(({ keyword }) => keyword === 'HEALTHCHECK'))
    ? []
    : [
        {
            rule: 'NoHealthcheck',
            text: 'There is no HEALTHCHECK: Docker and Compose cannot tell whether the app is well (Kubernetes asks by its own probes).',
            line: undefined,
        },
    ];
const allInstructions = ({ global, stages }) => [
    ...global,
    ...stages.flatMap(({ instructions }) => instructions),
];
const aptLists = (dockerfile) => allInstructions(dockerfile)
    .filter(({ keyword, text }) => keyword === 'RUN' && /\bapt(-get)?\b[^&|;]*\binstall\b/.test(text))
    .filter(({ text }) => !/rm\s+(-\w+\s+)*\S*\/var\/lib\/apt/.test(text) && !/--mount=type=(cache|tmpfs)\S*\/var\/lib\/apt/.test(text))
    .map(({ line }) => ({
    rule: 'AptListsKept',
    text: 'The package lists stay in the layer. End the same RUN with `&& rm -rf /var/lib/apt/lists/*`.',
    line,
}));
/** BuildKit's check of the same name goes by the name of the variable, this one by the value. */
const literalSecrets = (dockerfile) => allInstructions(dockerfile).flatMap(({ keyword, text, line }) => {
    const kind = /^(ARG|ENV|LABEL|RUN)$/.test(keyword) ? (0,secret_values/* secretIn */.u)(text) : undefined;
    return kind === undefined
        ? []
        : [{ rule: LITERAL_SECRET, text: `${keyword} holds ${kind}, which everybody who can pull the image could read.`, line }];
});
/** Not a matter of taste: the build is refused. */
const LITERAL_SECRET = 'SecretInDockerfile';
//# sourceMappingURL=rules.js.map
;// CONCATENATED MODULE: ./build/src/image/review/review.js





function readDockerfile(path, { workspace }) {
    return { path, shownAs: (0,external_node_path_.relative)(workspace, path), content: parseDockerfile((0,external_node_fs_.readFileSync)(path, 'utf8')) };
}
/**
 * What our own rules say.
 * @throws UserError when a secret stands in the Dockerfile
 */
function reviewByRules({ content, shownAs }, build) {
    const findings = reviewDockerfile(content, build).map((finding) => ({ ...finding, file: shownAs }));
    const secrets = findings.filter(({ rule }) => rule === LITERAL_SECRET);
    if (secrets.length === 0)
        return findings;
    throw new errors/* UserError */.y(`${secrets.map(review_describe).join('\n')}\nGive it with \`secrets\` and read it with \`RUN --mount=type=secret,id=…\`; revoke it if it was ever pushed.`);
}
/** Shows findings beside their lines, those that are to be passed over left out. @returns the others */
function show(findings, ignored, log) {
    const shown = findings.filter(({ rule }) => !ignored.includes(rule));
    for (const { rule, text, url, file, line } of shown) {
        const place = { title: rule, file, ...(line === undefined ? {} : { line }) };
        log.warning(url === undefined ? text : `${text} ${url}`, place);
    }
    return shown;
}
/** @throws UserError naming every finding */
function refuseFindings(findings) {
    if (findings.length === 0)
        return;
    throw new errors/* UserError */.y(`The review found ${findings.length === 1 ? 'something' : `${findings.length} things`} in the Dockerfile, and \`review\` is fail:\n${findings.map(review_describe).join('\n')}\n` +
        'Mend them, or name the rules in `review-ignore`. Nothing has been built.');
}
const review_describe = ({ rule, text, file, line }) => `${line === undefined ? file : `${file}:${line}`}  ${rule}: ${text}`;
//# sourceMappingURL=review.js.map
// EXTERNAL MODULE: ./build/src/image/size-check.js
var size_check = __nccwpck_require__(371);
// EXTERNAL MODULE: ./build/actions/build-image/login.js + 1 modules
var login = __nccwpck_require__(784);
// EXTERNAL MODULE: ./build/src/image/image-size.js
var image_size = __nccwpck_require__(562);
// EXTERNAL MODULE: ./build/src/image/size.js
var src_image_size = __nccwpck_require__(978);
// EXTERNAL MODULE: ./build/src/lib/duration.js
var duration = __nccwpck_require__(81);
;// CONCATENATED MODULE: ./build/src/report/markdown.js
/** Text that came from outside (names, messages, logs) must not become mark-up in the summary. */
const escapeMarkdown = (text) => text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/([\\`*_{}[\]|~#])/g, '\\$1')
    .replaceAll(/\r\n|\r|\n/g, '<br>');
/** A table with a header row; every cell is escaped. */
function table(header, rows) {
    const line = (cells) => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
    return [line(header), `|${' --- |'.repeat(header.length)}`, ...rows.map(line)].join('\n');
}
//# sourceMappingURL=markdown.js.map
;// CONCATENATED MODULE: ./build/src/report/image-summary.js




/** Longer instructions say no more in a table. */
const LONGEST_INSTRUCTION = 100;
const BAR_CELLS = 24;
/** The job summary of one image: what it is, what it weighs, what was built and what was found. */
function imageSummary(report) {
    const { name, failure, account, size, findings } = report;
    const heading = `### ${escapeMarkdown(name)}: ${failure === undefined ? (report.image === undefined ? 'built' : 'published') : 'failed'}`;
    return `${[
        heading,
        ...(failure === undefined ? [] : [code(failure)]),
        factsTable(report),
        ...(size === undefined ? [] : size.now.map((image) => layerChart(image, size, size.now.length > 1))),
        ...stepsTable(account),
        ...findingsTable(findings),
    ].join('\n\n')}\n`;
}
function factsTable({ image, tags, engine, provenance, account, size }) {
    const cached = account.steps.filter((step) => step.cached).length;
    const rows = [
        ...(image === undefined ? [] : [['Image', image]]),
        ...(tags.length === 0 ? [] : [['Tags', tags.join('\n')]]),
        ...(size?.now ?? []).map((one) => [`Size${one.platform === '' ? '' : `, ${one.platform}`}`, sizeText(one, size)]),
        ['Steps from the cache', account.steps.length === 0 ? 'unknown' : `${cached} of ${account.steps.length}`],
        ['Duration', (0,duration/* formatDuration */.a)(account.durationMs)],
        ['Engine', engine],
        ['Provenance', provenance ?? 'none'],
    ];
    return table(['', ''], rows);
}
function sizeText(now, size) {
    const before = size?.before?.find(({ platform }) => platform === now.platform);
    if (before === undefined)
        return (0,src_image_size/* formatSize */.Xq)(now.bytes);
    const change = now.bytes - before.bytes;
    const share = before.bytes === 0 ? '' : `, ${change < 0 ? '−' : '+'}${Math.abs((100 * change) / before.bytes).toFixed(1)} %`;
    const sign = change < 0 ? '−' : '+';
    return `${(0,src_image_size/* formatSize */.Xq)(now.bytes)} (${change === 0 ? 'unchanged' : `${sign}${(0,src_image_size/* formatSize */.Xq)(Math.abs(change))}${share}`} against ${size?.comparedTo})`;
}
/** Layers as bars: GitHub shows neither styles nor scripts in a summary. */
function layerChart(image, { before }, named) {
    const former = before?.find(({ platform }) => platform === image.platform);
    const grown = new Map((former === undefined ? [] : (0,image_size/* grownLayers */.gg)(image, former)).map((layer) => [layer.instruction, layer]));
    const largest = Math.max(1, ...image.layers.map(({ bytes }) => bytes));
    const rows = image.layers.map(({ instruction, bytes }) => {
        const change = grown.get(instruction);
        return [
            cut(instruction),
            (0,src_image_size/* formatSize */.Xq)(bytes),
            change === undefined ? '' : change.before === undefined ? 'new' : `+${(0,src_image_size/* formatSize */.Xq)(bytes - change.before)}`,
            '█'.repeat(Math.max(1, Math.round((BAR_CELLS * bytes) / largest))),
        ];
    });
    const title = `<details><summary>Layers${named ? ` of ${escapeMarkdown(image.platform)}` : ''}</summary>`;
    return `${title}\n\n${table(['Layer', 'Size', 'Change', ''], rows)}\n\n</details>`;
}
function stepsTable({ steps }) {
    if (steps.length === 0)
        return [];
    const rows = steps.map((step) => [
        cut(step.name),
        outcome(step),
        step.durationMs === undefined ? '' : (0,duration/* formatDuration */.a)(step.durationMs),
    ]);
    return [`<details><summary>Steps</summary>\n\n${table(['Step', '', 'Time'], rows)}\n\n</details>`];
}
const outcome = ({ cached, error, durationMs }) => error !== undefined ? 'failed' : cached ? 'cached' : durationMs === undefined ? 'not finished' : 'built';
function findingsTable(findings) {
    if (findings.length === 0)
        return [];
    const rows = findings.map(({ rule, text, file, line }) => [rule, text, line === undefined ? file : `${file}:${line}`]);
    return [`Review of the Dockerfile:\n\n${table(['Rule', 'Finding', 'Where'], rows)}`];
}
const cut = (text) => (text.length <= LONGEST_INSTRUCTION ? text : `${text.slice(0, LONGEST_INSTRUCTION - 1)}…`);
/** Indented, because what is inside a fence could end it. */
const code = (text) => text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
//# sourceMappingURL=image-summary.js.map
;// CONCATENATED MODULE: ./build/actions/build-image/outcome.js





const EMPTY = {
    image: '',
    digest: '',
    tags: '',
    imageid: '',
    'metadata-json': '',
    'size-bytes': '',
    platforms: '',
};
const NOTHING_BUILT = { steps: [], findings: [], durationMs: 0 };
/** The image is in its registries, under all its tags. */
function published({ built, digest, contents }, size, destinations, context) {
    const { plan } = context;
    const name = `${destinations[0]?.name}@${digest}`;
    const platforms = (size?.now ?? []).map(({ platform }) => platform).filter((platform) => platform !== '');
    return {
        outputs: {
            image: name,
            digest,
            tags: plan.tags.map(reference/* formatReference */.FH).join('\n'),
            imageid: built.imageId,
            'metadata-json': JSON.stringify(built.metadata),
            'size-bytes': size === undefined ? '' : String(Math.max(0, ...size.now.map(({ bytes }) => bytes))),
            platforms: (platforms.length > 0 ? platforms : plan.platforms).join('\n'),
        },
        ...summaryOf({ account: built.account, image: name, size, provenance: provenanceIn(contents) }, context),
    };
}
/** The image is in the engine, or where `outputs` says. */
const builtOnly = (built, context) => ({
    outputs: {
        ...EMPTY,
        tags: context.plan.tags.map(reference/* formatReference */.FH).join('\n'),
        imageid: built.imageId,
        'metadata-json': JSON.stringify(built.metadata),
    },
    ...summaryOf({ account: built.account }, context),
});
/** The engine was only asked. */
const nothingBuilt = () => ({ outputs: EMPTY });
/** There is no image, or one that nobody is to have. */
function failed(failure, context) {
    const account = failure instanceof build_failure/* BuildFailure */.$w ? failure.account : NOTHING_BUILT;
    const size = failure instanceof size_check/* OverBudget */.sg ? failure.report : undefined;
    return { outputs: EMPTY, failure: failure.message, ...summaryOf({ account, size, failure: failure.message }, context) };
}
function summaryOf(told, { inputs, plan, engine, review }) {
    review.add(told.account.findings);
    if (!inputs.summary)
        return {};
    const [first] = plan.tags;
    const report = {
        name: first === undefined ? 'Image' : (0,reference/* repositoryName */.aR)(first),
        image: undefined,
        tags: plan.tags.map(({ tag }) => tag),
        engine: engine.description,
        provenance: undefined,
        size: undefined,
        failure: undefined,
        ...told,
        findings: review.findings,
    };
    return { summary: imageSummary(report) };
}
/** Attestations of an index are manifests of their own. */
function provenanceIn(contents) {
    if (contents === undefined)
        return undefined;
    const attested = ((0,registry_manifest/* readManifest */.WI)(contents.root).manifests ?? []).filter(registry_manifest/* isAttestation */.H3).length;
    return attested === 0
        ? undefined
        : `attached (${attested === 1 ? '1 attestation manifest' : `${attested} attestation manifests`})`;
}
//# sourceMappingURL=outcome.js.map
;// CONCATENATED MODULE: ./build/src/image/derive-names.js

const LONGEST_TAG = 128;
/** semver.org, without build metadata, which a tag can't hold. */
const VERSION = /^v?(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?(\+.*)?$/;
/**
 * Names for an image that the user gave none for; the table is in docs/build-image.md.
 * @returns tags without repository, the most lasting one first; empty when the event says nothing
 */
function deriveTags({ ref, sha, pullRequest, defaultBranch }) {
    const commit = sha === '' ? [] : [`sha-${sha.slice(0, 7)}`];
    if (pullRequest !== undefined)
        return [`pr-${pullRequest}`, ...commit];
    const [, kind, name = ''] = /^refs\/(tags|heads|pull)\/(.+)$/.exec(ref) ?? [];
    if (kind === 'tags')
        return [...versionTags(name), ...commit];
    // The branches of a merge queue live for minutes.
    if (kind !== 'heads' || name.startsWith('gh-readonly-queue/'))
        return commit;
    return [...commit, asTag(name), ...(name === defaultBranch ? ['latest'] : [])].filter(reference/* isTag */.dz);
}
/** `v1.2.3` → 1.2.3, 1.2, 1; a pre-release stands for itself alone, and before 1.0 nothing promises that 0.x stays compatible. */
function versionTags(name) {
    const [, major, minor, patch, preRelease] = VERSION.exec(name) ?? [];
    if (major === undefined)
        return [asTag(name)].filter(reference/* isTag */.dz);
    const full = `${major}.${minor}.${patch}`;
    if (preRelease !== undefined)
        return [`${full}${preRelease}`];
    return [full, `${major}.${minor}`, ...(major === '0' ? [] : [major])];
}
const asTag = (name) => name
    .replaceAll(/[^\w.-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, LONGEST_TAG);
/** GitHub's own registry, under the repository's name; undefined where there is none for sure. */
function deriveName({ server, repository }) {
    return server === 'https://github.com' && repository !== '' ? `ghcr.io/${repository.toLowerCase()}` : undefined;
}
const withTags = (names, tags) => names.flatMap((name) => tags.map((tag) => ({ ...name, tag })));
/**
 * The OCI annotations that follow from the event (image-spec, annotations.md), for labels. None of them changes between two builds of one commit: the time
 * is that of the commit.
 * @param version first of the derived tags; undefined when the user named the image
 */
function deriveLabels(event, version) {
    const { server, repository, sha, committedAt, description, license } = event;
    if (repository === '')
        return {};
    const values = {
        title: repository.split('/')[1] ?? '',
        description,
        url: `${server}/${repository}`,
        source: `${server}/${repository}`,
        version: version ?? '',
        revision: sha,
        created: committedAt === undefined ? '' : new Date(committedAt * 1000).toISOString(),
        licenses: license,
    };
    const labels = Object.entries(values).filter(([, value]) => value !== '');
    return Object.fromEntries(labels.map(([key, value]) => [`org.opencontainers.image.${key}`, value]));
}
//# sourceMappingURL=derive-names.js.map
;// CONCATENATED MODULE: ./build/src/image/event.js

/** Reads the event from the runner's variables and its payload file; outside a workflow everything is unknown. */
function readEvent({ variables }) {
    const { repository, head_commit: head, pull_request: pullRequest } = readPayload(variables.GITHUB_EVENT_PATH);
    const seconds = Date.parse(head?.timestamp ?? '') / 1000;
    const license = repository?.license?.spdx_id ?? '';
    return {
        ref: variables.GITHUB_REF ?? '',
        // The commit that a pull request is built at is a merge that nobody will find again.
        sha: pullRequest?.head?.sha ?? variables.GITHUB_SHA ?? '',
        pullRequest: pullRequest?.number,
        defaultBranch: repository?.default_branch ?? '',
        repository: variables.GITHUB_REPOSITORY ?? '',
        server: variables.GITHUB_SERVER_URL || 'https://github.com',
        committedAt: Number.isNaN(seconds) ? undefined : Math.floor(seconds),
        description: repository?.description ?? '',
        license: license === 'NOASSERTION' ? '' : license,
    };
}
/** A payload that is missing or broken tells nothing; what needs it says so itself. */
function readPayload(path) {
    if (!path)
        return {};
    try {
        return JSON.parse((0,external_node_fs_.readFileSync)(path, 'utf8'));
    }
    catch {
        return {};
    }
}
//# sourceMappingURL=event.js.map
;// CONCATENATED MODULE: ./build/actions/build-image/plan.js






/**
 * The Dockerfile to build.
 * @returns its absolute path, or its path within a remote context; undefined for the default of that
 * @throws UserError when the context has none
 */
function dockerfileOf({ context, file: [file] = [] }, environment) {
    return context.kind === 'directory' ? (file?.path ?? dockerfileIn(context.path, environment)) : file?.given;
}
/**
 * What the inputs and the event ask for.
 * @throws UserError when there is no name for the image
 */
function planBuild(inputs, environment, { file, labelled, commitTime }) {
    const event = readEvent(environment);
    const { context } = inputs;
    const derived = inputs.tags === undefined ? deriveTags(event) : [];
    const version = derived.find((tag) => !tag.startsWith('sha-'));
    return {
        context,
        file,
        target: inputs.target,
        platforms: inputs.platforms ?? [],
        buildArgs: inputs.buildArgs ?? [],
        buildContexts: inputs.buildContexts ?? [],
        labels: inputs.labels ?? labelsFrom(event, version, labelled),
        annotations: inputs.annotations ?? [],
        tags: inputs.tags ?? namesFrom(inputs, event, derived),
        secrets: [...(inputs.secrets ?? []), ...(inputs.secretEnvs ?? []), ...(inputs.secretFiles ?? []), ...gitToken(inputs)],
        ssh: inputs.ssh ?? [],
        cacheFrom: inputs.cacheFrom ?? [],
        cacheTo: inputs.cacheTo ?? [],
        noCache: inputs.noCache,
        noCacheFilters: inputs.noCacheFilters ?? [],
        pull: inputs.pull,
        network: inputs.network,
        shmSize: inputs.shmSize,
        ulimit: inputs.ulimit ?? [],
        addHosts: inputs.addHosts ?? [],
        cgroupParent: inputs.cgroupParent,
        allow: inputs.allow ?? [],
        builder: inputs.builder,
        provenance: inputs.provenance,
        sbom: inputs.sbom,
        attests: inputs.attests ?? [],
        load: inputs.load,
        outputs: inputs.outputs ?? [],
        sourceDateEpoch: inputs.reproducible ? epochOf(event, commitTime, environment) : undefined,
        ignoredRules: inputs.reviewIgnore ?? [],
    };
}
/** @throws UserError when the context has no Dockerfile */
function dockerfileIn(context, { workspace }) {
    const file = (0,external_node_path_.join)(context, 'Dockerfile');
    if ((0,external_node_fs_.existsSync)(file))
        return file;
    throw new errors/* UserError */.y(`There is no Dockerfile in ${(0,external_node_path_.relative)(workspace, context) || 'the root of the workspace'}.\nName it with the input \`file\`, or set \`context\` to the directory that has it.`);
}
function labelsFrom(event, version, labelled) {
    return Object.entries(deriveLabels(event, version))
        .filter(([name]) => !labelled.has(name))
        .map(([name, value]) => `${name}=${value}`);
}
/** @throws UserError when the event gives no name or no tag */
function namesFrom(inputs, event, derived) {
    const named = deriveName(event);
    const names = inputs.images ?? (named === undefined ? [] : [(0,reference/* parseName */.$q)(named)]);
    if (names.length > 0 && derived.length > 0)
        return withTags(names, derived);
    const push = inputs.push ?? (inputs.outputs === undefined && inputs.call === 'build');
    if (!push)
        return [];
    throw new errors/* UserError */.y(`The image has no name to be pushed to: \`tags\` is not given, and ${names.length === 0 ? 'only on github.com does a name follow from the repository' : 'the event has no branch, tag, pull request or commit to name it after'}.\n` +
        'Give `tags`, such as ghcr.io/owner/app:1.2.3.');
}
/** BuildKit takes a token for Git by the name of the host (docs.docker.com/build/building/secrets). */
function gitToken({ context, githubToken, secrets = [] }) {
    if (githubToken === undefined || !isGit(context) || secrets.some(({ id }) => id.startsWith('GIT_AUTH_TOKEN')))
        return [];
    return [{ id: `GIT_AUTH_TOKEN.${new URL(context.url).host}`, from: 'value', value: githubToken }];
}
const isGit = (context) => context.kind === 'remote' && context.url.startsWith('https://');
/** @throws UserError when SOURCE_DATE_EPOCH is set to something else than a time */
function epochOf({ committedAt }, commitTime, { variables }) {
    const given = variables.SOURCE_DATE_EPOCH;
    if (given !== undefined && /^\d+$/.test(given))
        return Number(given);
    if (given)
        throw new errors/* UserError */.y(`SOURCE_DATE_EPOCH is "${given}"; it must be a number of seconds since 1970.`);
    return commitTime ?? committedAt ?? 0;
}
//# sourceMappingURL=plan.js.map
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __nccwpck_require__(598);
;// CONCATENATED MODULE: external "node:stream/promises"
const external_node_stream_promises_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream/promises");
// EXTERNAL MODULE: ./build/src/image/review/hadolint-release.js
var hadolint_release = __nccwpck_require__(549);
;// CONCATENATED MODULE: ./build/src/image/review/hadolint.js








const TOOL = 'hadolint';
const hadolintSource = (mirror) => ({
    mirror,
    files: hadolint_release/* HADOLINT_FILES */.Kb,
    machine: `${process.platform} ${process.arch}`,
});
/**
 * Has hadolint look through a Dockerfile; `.hadolint.yaml` of the workspace counts. The program is fetched once and kept by the runner, and its checksum
 * is compared before every run: a tool cache may be shared by many jobs.
 * @param file absolute path
 * @throws UserError when it can't be had, is not what it should be, or can't read the Dockerfile
 */
async function runHadolint(file, source, effects) {
    const { environment, run, signal } = effects;
    const program = await fetchHadolint(source, effects);
    const args = ['--no-fail', '--no-color', '--format', 'json', file];
    const exit = await run({ file: program, args, cwd: environment.workspace, variables: environment.variables }, { signal });
    try {
        return JSON.parse(exit.stdout).map(hadolint_readFinding);
    }
    catch (cause) {
        const said = (0,build_failure/* plainLine */.h0)(exit.lastErrorLines.at(-1) ?? '') || `it ended with exit code ${exit.code}`;
        throw new errors/* UserError */.y(`hadolint could not look through ${file}: ${said}.\nIs .hadolint.yaml as it should be?`, { cause });
    }
}
const hadolint_readFinding = ({ code, line, message, file }) => ({
    rule: code,
    text: message,
    file,
    line,
    ...(code.startsWith('DL') ? { url: `https://github.com/hadolint/hadolint/wiki/${code}` } : {}),
});
async function fetchHadolint({ mirror, files, machine }, { tools, log }) {
    const wanted = files[machine];
    if (wanted === undefined)
        throw new errors/* UserError */.y(`There is no hadolint for ${machine}.\nSet \`hadolint: false\`.`);
    const cache = await tools();
    const kept = cache.find(TOOL, hadolint_release/* HADOLINT_VERSION */.rN);
    if (kept !== undefined) {
        await requireChecksum((0,external_node_path_.join)(kept, TOOL), wanted.sha256, 'the tool cache of this runner');
        return (0,external_node_path_.join)(kept, TOOL);
    }
    const url = `${mirror.replace(/\/$/, '')}/v${hadolint_release/* HADOLINT_VERSION */.rN}/${wanted.name}`;
    log.info(`Fetching hadolint ${hadolint_release/* HADOLINT_VERSION */.rN} from ${url}`);
    const downloaded = await cache.download(url).catch((cause) => {
        throw new errors/* UserError */.y(`hadolint could not be fetched from ${url}: ${cause.message}.\nName a mirror that this runner can reach with \`hadolint-mirror\`, or set \`hadolint: false\`.`, { cause });
    });
    await requireChecksum(downloaded, wanted.sha256, url);
    await (0,promises_.chmod)(downloaded, 0o755);
    return (0,external_node_path_.join)(await cache.keep(downloaded, TOOL, hadolint_release/* HADOLINT_VERSION */.rN), TOOL);
}
/** @throws UserError when the file is another one; it is removed then */
async function requireChecksum(file, sha256, origin) {
    const hash = (0,external_node_crypto_.createHash)('sha256');
    await (0,external_node_stream_promises_namespaceObject.pipeline)((0,external_node_fs_.createReadStream)(file), hash);
    const found = hash.digest('hex');
    if (found === sha256)
        return;
    await (0,promises_.rm)(file, { force: true });
    throw new errors/* UserError */.y(`What ${origin} gave as hadolint ${hadolint_release/* HADOLINT_VERSION */.rN} is not it: its SHA-256 is ${found}, and it must be ${sha256}.\nIt was not run. Was the download cut off, or does the mirror have something else?`);
}
//# sourceMappingURL=hadolint.js.map
;// CONCATENATED MODULE: ./build/actions/build-image/review.js


/**
 * Looks through the Dockerfile before anything is built. A Dockerfile that is not here is left to the engine's checks.
 * @throws UserError when a secret stands in it, or when something was found and `review` is fail
 */
async function reviewBefore(inputs, dockerfile, plan, engine, effects) {
    const { reviewIgnore: ignored = [] } = inputs;
    const findings = [];
    const here = (finding) => ({ ...finding, file: dockerfile?.shownAs ?? finding.file });
    const add = (more) => {
        if (inputs.review === 'off')
            return;
        const known = new Set(findings.map(({ rule, line }) => `${rule} ${line}`));
        const fresh = more.map(here).filter(({ rule, line }) => !known.has(`${rule} ${line}`));
        findings.push(...show(fresh, ignored, effects.log));
    };
    if (inputs.review === 'off')
        return { findings, add };
    if (dockerfile !== undefined) {
        add(reviewByRules(dockerfile, { target: inputs.target, buildArgs: inputs.buildArgs ?? [] }));
        if (inputs.hadolint)
            add(await runHadolint(dockerfile.path, hadolintSource(inputs.hadolintMirror), effects));
    }
    if (inputs.review === 'fail') {
        add(await engine.check(plan));
        refuseFindings(findings);
    }
    return { findings, add };
}
//# sourceMappingURL=review.js.map
;// CONCATENATED MODULE: ./build/actions/build-image/main.js














/**
 * Builds the image, and lets all its tags stand for it.
 * @throws UserError when there is no engine, a registry refuses, or it serves something else than what was pushed
 */
async function buildImage(inputs, effects) {
    const { environment, log } = effects;
    const file = dockerfileOf(inputs, environment);
    const dockerfile = file !== undefined && inputs.context.kind === 'directory' ? readDockerfile(file, environment) : undefined;
    const plan = planBuild(inputs, environment, {
        file,
        labelled: dockerfile === undefined ? new Set() : labelsIn(dockerfile.content, inputs.target),
        commitTime: inputs.reproducible ? await commitTime(effects) : undefined,
    });
    for (const secret of plan.secrets)
        if (secret.from === 'value')
            (0,mask/* maskLines */.s)(secret.value, log.mask);
    const pushes = inputs.push ?? (inputs.call === 'build' && plan.outputs.length === 0);
    return await (0,login/* withLogin */.E)(inputs, plan.tags, effects, (loggedIn) => (pushes ? buildAndPublish : buildOnly)(inputs, plan, dockerfile, loggedIn));
}
async function buildAndPublish(inputs, plan, dockerfile, effects) {
    const { log } = effects;
    const registries = new publish_registries/* Registries */.Iy(effects);
    const limits = (0,publish_registries/* pushLimits */.Z2)(inputs.retryFor);
    const [engine, destinations] = await log.group('Look at the engine and the registry', () => Promise.all([chooseEngine(inputs.engine, inputs.builder, effects), (0,publish_registries/* lookUp */.TE)(plan.tags, registries, limits, effects)]));
    const review = await reviewBefore(inputs, dockerfile, plan, engine, effects);
    const context = { inputs, plan, engine, review };
    const budget = { maxBytes: inputs.maxSize, maxGrowth: inputs.maxGrowth };
    let size;
    const publication = {
        images: [{ destinations, timesRewritten: plan.sourceDateEpoch !== undefined }],
        build: (deliveries) => Promise.all(deliveries.map((delivery) => engine.build(plan, delivery))),
        inspect: async ([contents]) => {
            if (contents)
                size = await (0,size_check/* checkSize */.C1)(contents, inputs.compareTo, budget, { destinations, registries, effects });
        },
        mayBeRefused: inputs.maxSize !== undefined || inputs.maxGrowth !== undefined,
        limits,
    };
    return await explained(context, async () => {
        const heading = `Build and push ${destinations.map(({ name }) => name).join(', ')}`;
        const [image] = await log.group(heading, () => (0,publish/* publish */.m)(engine, publication, effects));
        for (const { name } of destinations)
            declareImage(name, image.digest, effects.environment, log);
        log.info(`Image: ${destinations[0]?.name}@${image.digest}`);
        return published(image, size, destinations, context);
    });
}
async function buildOnly(inputs, plan, dockerfile, effects) {
    const { log } = effects;
    const engine = await log.group('Look at the engine', () => chooseEngine(inputs.engine, inputs.builder, effects));
    if (inputs.call !== 'build') {
        await log.group(`Ask: ${inputs.call}`, () => engine.ask(plan, inputs.call));
        return nothingBuilt();
    }
    const review = await reviewBefore(inputs, dockerfile, plan, engine, effects);
    const context = { inputs, plan, engine, review };
    return await explained(context, async () => {
        const built = await log.group('Build', () => engine.build(plan, { to: 'nowhere' }));
        log.info('Built, not pushed.');
        return builtOnly(built, context);
    });
}
/** A build that failed, or an image that is too large, has a summary too. */
async function explained(context, work) {
    try {
        return await work();
    }
    catch (error) {
        if (error instanceof build_failure/* BuildFailure */.$w || error instanceof size_check/* OverBudget */.sg)
            return failed(error, context);
        throw error;
    }
}
//# sourceMappingURL=main.js.map

/***/ }),

/***/ 568:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   X: () => (/* binding */ openToolCache)
/* harmony export */ });
/**
 * Few steps download anything, and the library brings a whole HTTP client with it, so it stands in a chunk of its own that is loaded on first use.
 * One specifier serves both places: the compiled file's neighbour (tests), and `dist/tool-cache/index.js` seen from `dist/<action>/index.js`.
 */
async function openToolCache() {
    const { toolCache } = await import(/* webpackIgnore: true */ '../tool-cache/index.js');
    return toolCache;
}
//# sourceMappingURL=open-tool-cache.js.map

/***/ }),

/***/ 537:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Z: () => (/* binding */ Problems),
/* harmony export */   y: () => (/* binding */ UserError)
/* harmony export */ });
/**
 * A failure that the user can mend: it says what is wrong, where, and what to do.
 * Anything else that is thrown is treated as a defect of the suite and shown with its stack in debug.
 */
class UserError extends Error {
    name = 'UserError';
}
/** Gathers everything that is wrong, so that the user meets all of it at once and not one failure a run. */
class Problems {
    #texts = [];
    add(text) {
        if (!this.#texts.includes(text))
            this.#texts.push(text);
    }
    get texts() {
        return this.#texts;
    }
    /** Runs `check`; a UserError becomes one more problem, anything else goes on up. */
    async gather(check) {
        try {
            return await check();
        }
        catch (error) {
            if (!(error instanceof UserError))
                throw error;
            this.add(error.message);
            return undefined;
        }
    }
    /** @throws UserError with every problem, numbered when there are several; nothing has been changed by then */
    throwIfAny() {
        const [first, ...rest] = this.#texts;
        if (first === undefined)
            return;
        if (rest.length === 0)
            throw new UserError(first);
        const numbered = this.#texts.map((text, index) => `${index + 1}. ${text.replaceAll('\n', '\n   ')}`);
        throw new UserError(`${this.#texts.length} things are wrong:\n${numbered.join('\n')}`);
    }
}
//# sourceMappingURL=errors.js.map

/***/ }),

/***/ 882:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   s: () => (/* binding */ maskLines)
/* harmony export */ });
/** Shorter ones would blot out ordinary words. */
const SHORTEST = 8;
/** Hides a secret in everything that is printed from here on. The log is masked line by line, so one of several lines is too. */
function maskLines(secret, mask) {
    for (const line of secret.split('\n'))
        if (line.trim().length >= SHORTEST)
            mask(line.trim());
}
//# sourceMappingURL=mask.js.map

/***/ }),

/***/ 611:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  P: () => (/* binding */ query)
});

;// CONCATENATED MODULE: external "string_decoder"
const external_string_decoder_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("string_decoder");
// EXTERNAL MODULE: external "os"
var external_os_ = __nccwpck_require__(857);
;// CONCATENATED MODULE: external "events"
const external_events_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("events");
;// CONCATENATED MODULE: external "child_process"
const external_child_process_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("child_process");
// EXTERNAL MODULE: external "path"
var external_path_ = __nccwpck_require__(928);
;// CONCATENATED MODULE: external "assert"
const external_assert_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("assert");
// EXTERNAL MODULE: external "fs"
var external_fs_ = __nccwpck_require__(896);
;// CONCATENATED MODULE: ./node_modules/@actions/io/lib/io-util.js
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const { chmod, copyFile, lstat, mkdir, open: io_util_open, readdir, rename, rm, rmdir, stat, symlink, unlink } = external_fs_.promises;
// export const {open} = 'fs'
const IS_WINDOWS = process.platform === 'win32';
/**
 * Custom implementation of readlink to ensure Windows junctions
 * maintain trailing backslash for backward compatibility with Node.js < 24
 *
 * In Node.js 20, Windows junctions (directory symlinks) always returned paths
 * with trailing backslashes. Node.js 24 removed this behavior, which breaks
 * code that relied on this format for path operations.
 *
 * This implementation restores the Node 20 behavior by adding a trailing
 * backslash to all junction results on Windows.
 */
function readlink(fsPath) {
    return __awaiter(this, void 0, void 0, function* () {
        const result = yield fs.promises.readlink(fsPath);
        // On Windows, restore Node 20 behavior: add trailing backslash to all results
        // since junctions on Windows are always directory links
        if (IS_WINDOWS && !result.endsWith('\\')) {
            return `${result}\\`;
        }
        return result;
    });
}
// See https://github.com/nodejs/node/blob/d0153aee367422d0858105abec186da4dff0a0c5/deps/uv/include/uv/win.h#L691
const UV_FS_O_EXLOCK = 0x10000000;
const READONLY = external_fs_.constants.O_RDONLY;
function exists(fsPath) {
    return __awaiter(this, void 0, void 0, function* () {
        try {
            yield stat(fsPath);
        }
        catch (err) {
            if (err.code === 'ENOENT') {
                return false;
            }
            throw err;
        }
        return true;
    });
}
function isDirectory(fsPath_1) {
    return __awaiter(this, arguments, void 0, function* (fsPath, useStat = false) {
        const stats = useStat ? yield stat(fsPath) : yield lstat(fsPath);
        return stats.isDirectory();
    });
}
/**
 * On OSX/Linux, true if path starts with '/'. On Windows, true for paths like:
 * \, \hello, \\hello\share, C:, and C:\hello (and corresponding alternate separator cases).
 */
function isRooted(p) {
    p = normalizeSeparators(p);
    if (!p) {
        throw new Error('isRooted() parameter "p" cannot be empty');
    }
    if (IS_WINDOWS) {
        return (p.startsWith('\\') || /^[A-Z]:/i.test(p) // e.g. \ or \hello or \\hello
        ); // e.g. C: or C:\hello
    }
    return p.startsWith('/');
}
/**
 * Best effort attempt to determine whether a file exists and is executable.
 * @param filePath    file path to check
 * @param extensions  additional file extensions to try
 * @return if file exists and is executable, returns the file path. otherwise empty string.
 */
function tryGetExecutablePath(filePath, extensions) {
    return __awaiter(this, void 0, void 0, function* () {
        let stats = undefined;
        try {
            // test file exists
            stats = yield stat(filePath);
        }
        catch (err) {
            if (err.code !== 'ENOENT') {
                // eslint-disable-next-line no-console
                console.log(`Unexpected error attempting to determine if executable file exists '${filePath}': ${err}`);
            }
        }
        if (stats && stats.isFile()) {
            if (IS_WINDOWS) {
                // on Windows, test for valid extension
                const upperExt = external_path_.extname(filePath).toUpperCase();
                if (extensions.some(validExt => validExt.toUpperCase() === upperExt)) {
                    return filePath;
                }
            }
            else {
                if (isUnixExecutable(stats)) {
                    return filePath;
                }
            }
        }
        // try each extension
        const originalFilePath = filePath;
        for (const extension of extensions) {
            filePath = originalFilePath + extension;
            stats = undefined;
            try {
                stats = yield stat(filePath);
            }
            catch (err) {
                if (err.code !== 'ENOENT') {
                    // eslint-disable-next-line no-console
                    console.log(`Unexpected error attempting to determine if executable file exists '${filePath}': ${err}`);
                }
            }
            if (stats && stats.isFile()) {
                if (IS_WINDOWS) {
                    // preserve the case of the actual file (since an extension was appended)
                    try {
                        const directory = external_path_.dirname(filePath);
                        const upperName = external_path_.basename(filePath).toUpperCase();
                        for (const actualName of yield readdir(directory)) {
                            if (upperName === actualName.toUpperCase()) {
                                filePath = external_path_.join(directory, actualName);
                                break;
                            }
                        }
                    }
                    catch (err) {
                        // eslint-disable-next-line no-console
                        console.log(`Unexpected error attempting to determine the actual case of the file '${filePath}': ${err}`);
                    }
                    return filePath;
                }
                else {
                    if (isUnixExecutable(stats)) {
                        return filePath;
                    }
                }
            }
        }
        return '';
    });
}
function normalizeSeparators(p) {
    p = p || '';
    if (IS_WINDOWS) {
        // convert slashes on Windows
        p = p.replace(/\//g, '\\');
        // remove redundant slashes
        return p.replace(/\\\\+/g, '\\');
    }
    // remove redundant slashes
    return p.replace(/\/\/+/g, '/');
}
// on Mac/Linux, test the execute bit
//     R   W  X  R  W X R W X
//   256 128 64 32 16 8 4 2 1
function isUnixExecutable(stats) {
    return ((stats.mode & 1) > 0 ||
        ((stats.mode & 8) > 0 &&
            process.getgid !== undefined &&
            stats.gid === process.getgid()) ||
        ((stats.mode & 64) > 0 &&
            process.getuid !== undefined &&
            stats.uid === process.getuid()));
}
// Get the path of cmd.exe in windows
function getCmdPath() {
    var _a;
    return (_a = process.env['COMSPEC']) !== null && _a !== void 0 ? _a : `cmd.exe`;
}
//# sourceMappingURL=io-util.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/io/lib/io.js
var io_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};



/**
 * Copies a file or folder.
 * Based off of shelljs - https://github.com/shelljs/shelljs/blob/9237f66c52e5daa40458f94f9565e18e8132f5a6/src/cp.js
 *
 * @param     source    source path
 * @param     dest      destination path
 * @param     options   optional. See CopyOptions.
 */
function cp(source_1, dest_1) {
    return io_awaiter(this, arguments, void 0, function* (source, dest, options = {}) {
        const { force, recursive, copySourceDirectory } = readCopyOptions(options);
        const destStat = (yield ioUtil.exists(dest)) ? yield ioUtil.stat(dest) : null;
        // Dest is an existing file, but not forcing
        if (destStat && destStat.isFile() && !force) {
            return;
        }
        // If dest is an existing directory, should copy inside.
        const newDest = destStat && destStat.isDirectory() && copySourceDirectory
            ? path.join(dest, path.basename(source))
            : dest;
        if (!(yield ioUtil.exists(source))) {
            throw new Error(`no such file or directory: ${source}`);
        }
        const sourceStat = yield ioUtil.stat(source);
        if (sourceStat.isDirectory()) {
            if (!recursive) {
                throw new Error(`Failed to copy. ${source} is a directory, but tried to copy without recursive flag.`);
            }
            else {
                yield cpDirRecursive(source, newDest, 0, force);
            }
        }
        else {
            if (path.relative(source, newDest) === '') {
                // a file cannot be copied to itself
                throw new Error(`'${newDest}' and '${source}' are the same file`);
            }
            yield io_copyFile(source, newDest, force);
        }
    });
}
/**
 * Moves a path.
 *
 * @param     source    source path
 * @param     dest      destination path
 * @param     options   optional. See MoveOptions.
 */
function mv(source_1, dest_1) {
    return io_awaiter(this, arguments, void 0, function* (source, dest, options = {}) {
        if (yield ioUtil.exists(dest)) {
            let destExists = true;
            if (yield ioUtil.isDirectory(dest)) {
                // If dest is directory copy src into dest
                dest = path.join(dest, path.basename(source));
                destExists = yield ioUtil.exists(dest);
            }
            if (destExists) {
                if (options.force == null || options.force) {
                    yield rmRF(dest);
                }
                else {
                    throw new Error('Destination already exists');
                }
            }
        }
        yield mkdirP(path.dirname(dest));
        yield ioUtil.rename(source, dest);
    });
}
/**
 * Remove a path recursively with force
 *
 * @param inputPath path to remove
 */
function rmRF(inputPath) {
    return io_awaiter(this, void 0, void 0, function* () {
        if (ioUtil.IS_WINDOWS) {
            // Check for invalid characters
            // https://docs.microsoft.com/en-us/windows/win32/fileio/naming-a-file
            if (/[*"<>|]/.test(inputPath)) {
                throw new Error('File path must not contain `*`, `"`, `<`, `>` or `|` on Windows');
            }
        }
        try {
            // note if path does not exist, error is silent
            yield ioUtil.rm(inputPath, {
                force: true,
                maxRetries: 3,
                recursive: true,
                retryDelay: 300
            });
        }
        catch (err) {
            throw new Error(`File was unable to be removed ${err}`);
        }
    });
}
/**
 * Make a directory.  Creates the full path with folders in between
 * Will throw if it fails
 *
 * @param   fsPath        path to create
 * @returns Promise<void>
 */
function mkdirP(fsPath) {
    return io_awaiter(this, void 0, void 0, function* () {
        ok(fsPath, 'a path argument must be provided');
        yield ioUtil.mkdir(fsPath, { recursive: true });
    });
}
/**
 * Returns path of a tool had the tool actually been invoked.  Resolves via paths.
 * If you check and the tool does not exist, it will throw.
 *
 * @param     tool              name of the tool
 * @param     check             whether to check if tool exists
 * @returns   Promise<string>   path to tool
 */
function which(tool, check) {
    return io_awaiter(this, void 0, void 0, function* () {
        if (!tool) {
            throw new Error("parameter 'tool' is required");
        }
        // recursive when check=true
        if (check) {
            const result = yield which(tool, false);
            if (!result) {
                if (IS_WINDOWS) {
                    throw new Error(`Unable to locate executable file: ${tool}. Please verify either the file path exists or the file can be found within a directory specified by the PATH environment variable. Also verify the file has a valid extension for an executable file.`);
                }
                else {
                    throw new Error(`Unable to locate executable file: ${tool}. Please verify either the file path exists or the file can be found within a directory specified by the PATH environment variable. Also check the file mode to verify the file is executable.`);
                }
            }
            return result;
        }
        const matches = yield findInPath(tool);
        if (matches && matches.length > 0) {
            return matches[0];
        }
        return '';
    });
}
/**
 * Returns a list of all occurrences of the given tool on the system path.
 *
 * @returns   Promise<string[]>  the paths of the tool
 */
function findInPath(tool) {
    return io_awaiter(this, void 0, void 0, function* () {
        if (!tool) {
            throw new Error("parameter 'tool' is required");
        }
        // build the list of extensions to try
        const extensions = [];
        if (IS_WINDOWS && process.env['PATHEXT']) {
            for (const extension of process.env['PATHEXT'].split(external_path_.delimiter)) {
                if (extension) {
                    extensions.push(extension);
                }
            }
        }
        // if it's rooted, return it if exists. otherwise return empty.
        if (isRooted(tool)) {
            const filePath = yield tryGetExecutablePath(tool, extensions);
            if (filePath) {
                return [filePath];
            }
            return [];
        }
        // if any path separators, return empty
        if (tool.includes(external_path_.sep)) {
            return [];
        }
        // build the list of directories
        //
        // Note, technically "where" checks the current directory on Windows. From a toolkit perspective,
        // it feels like we should not do this. Checking the current directory seems like more of a use
        // case of a shell, and the which() function exposed by the toolkit should strive for consistency
        // across platforms.
        const directories = [];
        if (process.env.PATH) {
            for (const p of process.env.PATH.split(external_path_.delimiter)) {
                if (p) {
                    directories.push(p);
                }
            }
        }
        // find all matches
        const matches = [];
        for (const directory of directories) {
            const filePath = yield tryGetExecutablePath(external_path_.join(directory, tool), extensions);
            if (filePath) {
                matches.push(filePath);
            }
        }
        return matches;
    });
}
function readCopyOptions(options) {
    const force = options.force == null ? true : options.force;
    const recursive = Boolean(options.recursive);
    const copySourceDirectory = options.copySourceDirectory == null
        ? true
        : Boolean(options.copySourceDirectory);
    return { force, recursive, copySourceDirectory };
}
function cpDirRecursive(sourceDir, destDir, currentDepth, force) {
    return io_awaiter(this, void 0, void 0, function* () {
        // Ensure there is not a run away recursive copy
        if (currentDepth >= 255)
            return;
        currentDepth++;
        yield mkdirP(destDir);
        const files = yield ioUtil.readdir(sourceDir);
        for (const fileName of files) {
            const srcFile = `${sourceDir}/${fileName}`;
            const destFile = `${destDir}/${fileName}`;
            const srcFileStat = yield ioUtil.lstat(srcFile);
            if (srcFileStat.isDirectory()) {
                // Recurse
                yield cpDirRecursive(srcFile, destFile, currentDepth, force);
            }
            else {
                yield io_copyFile(srcFile, destFile, force);
            }
        }
        // Change the mode for the newly created directory
        yield ioUtil.chmod(destDir, (yield ioUtil.stat(sourceDir)).mode);
    });
}
// Buffered file copy
function io_copyFile(srcFile, destFile, force) {
    return io_awaiter(this, void 0, void 0, function* () {
        if ((yield ioUtil.lstat(srcFile)).isSymbolicLink()) {
            // unlink/re-link it
            try {
                yield ioUtil.lstat(destFile);
                yield ioUtil.unlink(destFile);
            }
            catch (e) {
                // Try to override file permission
                if (e.code === 'EPERM') {
                    yield ioUtil.chmod(destFile, '0666');
                    yield ioUtil.unlink(destFile);
                }
                // other errors = it doesn't exist, no work to do
            }
            // Copy over symlink
            const symlinkFull = yield ioUtil.readlink(srcFile);
            yield ioUtil.symlink(symlinkFull, destFile, ioUtil.IS_WINDOWS ? 'junction' : null);
        }
        else if (!(yield ioUtil.exists(destFile)) || force) {
            yield ioUtil.copyFile(srcFile, destFile);
        }
    });
}
//# sourceMappingURL=io.js.map
;// CONCATENATED MODULE: external "timers"
const external_timers_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("timers");
;// CONCATENATED MODULE: ./node_modules/@actions/exec/lib/toolrunner.js
var toolrunner_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};







/* eslint-disable @typescript-eslint/unbound-method */
const toolrunner_IS_WINDOWS = process.platform === 'win32';
/*
 * Class for running command line tools. Handles quoting and arg parsing in a platform agnostic way.
 */
class ToolRunner extends external_events_namespaceObject.EventEmitter {
    constructor(toolPath, args, options) {
        super();
        if (!toolPath) {
            throw new Error("Parameter 'toolPath' cannot be null or empty.");
        }
        this.toolPath = toolPath;
        this.args = args || [];
        this.options = options || {};
    }
    _debug(message) {
        if (this.options.listeners && this.options.listeners.debug) {
            this.options.listeners.debug(message);
        }
    }
    _getCommandString(options, noPrefix) {
        const toolPath = this._getSpawnFileName();
        const args = this._getSpawnArgs(options);
        let cmd = noPrefix ? '' : '[command]'; // omit prefix when piped to a second tool
        if (toolrunner_IS_WINDOWS) {
            // Windows + cmd file
            if (this._isCmdFile()) {
                cmd += toolPath;
                for (const a of args) {
                    cmd += ` ${a}`;
                }
            }
            // Windows + verbatim
            else if (options.windowsVerbatimArguments) {
                cmd += `"${toolPath}"`;
                for (const a of args) {
                    cmd += ` ${a}`;
                }
            }
            // Windows (regular)
            else {
                cmd += this._windowsQuoteCmdArg(toolPath);
                for (const a of args) {
                    cmd += ` ${this._windowsQuoteCmdArg(a)}`;
                }
            }
        }
        else {
            // OSX/Linux - this can likely be improved with some form of quoting.
            // creating processes on Unix is fundamentally different than Windows.
            // on Unix, execvp() takes an arg array.
            cmd += toolPath;
            for (const a of args) {
                cmd += ` ${a}`;
            }
        }
        return cmd;
    }
    _processLineBuffer(data, strBuffer, onLine) {
        try {
            let s = strBuffer + data.toString();
            let n = s.indexOf(external_os_.EOL);
            while (n > -1) {
                const line = s.substring(0, n);
                onLine(line);
                // the rest of the string ...
                s = s.substring(n + external_os_.EOL.length);
                n = s.indexOf(external_os_.EOL);
            }
            return s;
        }
        catch (err) {
            // streaming lines to console is best effort.  Don't fail a build.
            this._debug(`error processing line. Failed with error ${err}`);
            return '';
        }
    }
    _getSpawnFileName() {
        if (toolrunner_IS_WINDOWS) {
            if (this._isCmdFile()) {
                return process.env['COMSPEC'] || 'cmd.exe';
            }
        }
        return this.toolPath;
    }
    _getSpawnArgs(options) {
        if (toolrunner_IS_WINDOWS) {
            if (this._isCmdFile()) {
                let argline = `/D /S /C "${this._windowsQuoteCmdArg(this.toolPath)}`;
                for (const a of this.args) {
                    argline += ' ';
                    argline += options.windowsVerbatimArguments
                        ? a
                        : this._windowsQuoteCmdArg(a);
                }
                argline += '"';
                return [argline];
            }
        }
        return this.args;
    }
    _endsWith(str, end) {
        return str.endsWith(end);
    }
    _isCmdFile() {
        const upperToolPath = this.toolPath.toUpperCase();
        return (this._endsWith(upperToolPath, '.CMD') ||
            this._endsWith(upperToolPath, '.BAT'));
    }
    _windowsQuoteCmdArg(arg) {
        // for .exe, apply the normal quoting rules that libuv applies
        if (!this._isCmdFile()) {
            return this._uvQuoteCmdArg(arg);
        }
        // otherwise apply quoting rules specific to the cmd.exe command line parser.
        // the libuv rules are generic and are not designed specifically for cmd.exe
        // command line parser.
        //
        // for a detailed description of the cmd.exe command line parser, refer to
        // http://stackoverflow.com/questions/4094699/how-does-the-windows-command-interpreter-cmd-exe-parse-scripts/7970912#7970912
        // need quotes for empty arg
        if (!arg) {
            return '""';
        }
        // determine whether the arg needs to be quoted
        const cmdSpecialChars = [
            ' ',
            '\t',
            '&',
            '(',
            ')',
            '[',
            ']',
            '{',
            '}',
            '^',
            '=',
            ';',
            '!',
            "'",
            '+',
            ',',
            '`',
            '~',
            '|',
            '<',
            '>',
            '"'
        ];
        let needsQuotes = false;
        for (const char of arg) {
            if (cmdSpecialChars.some(x => x === char)) {
                needsQuotes = true;
                break;
            }
        }
        // short-circuit if quotes not needed
        if (!needsQuotes) {
            return arg;
        }
        // the following quoting rules are very similar to the rules that by libuv applies.
        //
        // 1) wrap the string in quotes
        //
        // 2) double-up quotes - i.e. " => ""
        //
        //    this is different from the libuv quoting rules. libuv replaces " with \", which unfortunately
        //    doesn't work well with a cmd.exe command line.
        //
        //    note, replacing " with "" also works well if the arg is passed to a downstream .NET console app.
        //    for example, the command line:
        //          foo.exe "myarg:""my val"""
        //    is parsed by a .NET console app into an arg array:
        //          [ "myarg:\"my val\"" ]
        //    which is the same end result when applying libuv quoting rules. although the actual
        //    command line from libuv quoting rules would look like:
        //          foo.exe "myarg:\"my val\""
        //
        // 3) double-up slashes that precede a quote,
        //    e.g.  hello \world    => "hello \world"
        //          hello\"world    => "hello\\""world"
        //          hello\\"world   => "hello\\\\""world"
        //          hello world\    => "hello world\\"
        //
        //    technically this is not required for a cmd.exe command line, or the batch argument parser.
        //    the reasons for including this as a .cmd quoting rule are:
        //
        //    a) this is optimized for the scenario where the argument is passed from the .cmd file to an
        //       external program. many programs (e.g. .NET console apps) rely on the slash-doubling rule.
        //
        //    b) it's what we've been doing previously (by deferring to node default behavior) and we
        //       haven't heard any complaints about that aspect.
        //
        // note, a weakness of the quoting rules chosen here, is that % is not escaped. in fact, % cannot be
        // escaped when used on the command line directly - even though within a .cmd file % can be escaped
        // by using %%.
        //
        // the saving grace is, on the command line, %var% is left as-is if var is not defined. this contrasts
        // the line parsing rules within a .cmd file, where if var is not defined it is replaced with nothing.
        //
        // one option that was explored was replacing % with ^% - i.e. %var% => ^%var^%. this hack would
        // often work, since it is unlikely that var^ would exist, and the ^ character is removed when the
        // variable is used. the problem, however, is that ^ is not removed when %* is used to pass the args
        // to an external program.
        //
        // an unexplored potential solution for the % escaping problem, is to create a wrapper .cmd file.
        // % can be escaped within a .cmd file.
        let reverse = '"';
        let quoteHit = true;
        for (let i = arg.length; i > 0; i--) {
            // walk the string in reverse
            reverse += arg[i - 1];
            if (quoteHit && arg[i - 1] === '\\') {
                reverse += '\\'; // double the slash
            }
            else if (arg[i - 1] === '"') {
                quoteHit = true;
                reverse += '"'; // double the quote
            }
            else {
                quoteHit = false;
            }
        }
        reverse += '"';
        return reverse.split('').reverse().join('');
    }
    _uvQuoteCmdArg(arg) {
        // Tool runner wraps child_process.spawn() and needs to apply the same quoting as
        // Node in certain cases where the undocumented spawn option windowsVerbatimArguments
        // is used.
        //
        // Since this function is a port of quote_cmd_arg from Node 4.x (technically, lib UV,
        // see https://github.com/nodejs/node/blob/v4.x/deps/uv/src/win/process.c for details),
        // pasting copyright notice from Node within this function:
        //
        //      Copyright Joyent, Inc. and other Node contributors. All rights reserved.
        //
        //      Permission is hereby granted, free of charge, to any person obtaining a copy
        //      of this software and associated documentation files (the "Software"), to
        //      deal in the Software without restriction, including without limitation the
        //      rights to use, copy, modify, merge, publish, distribute, sublicense, and/or
        //      sell copies of the Software, and to permit persons to whom the Software is
        //      furnished to do so, subject to the following conditions:
        //
        //      The above copyright notice and this permission notice shall be included in
        //      all copies or substantial portions of the Software.
        //
        //      THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
        //      IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
        //      FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
        //      AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
        //      LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING
        //      FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS
        //      IN THE SOFTWARE.
        if (!arg) {
            // Need double quotation for empty argument
            return '""';
        }
        if (!arg.includes(' ') && !arg.includes('\t') && !arg.includes('"')) {
            // No quotation needed
            return arg;
        }
        if (!arg.includes('"') && !arg.includes('\\')) {
            // No embedded double quotes or backslashes, so I can just wrap
            // quote marks around the whole thing.
            return `"${arg}"`;
        }
        // Expected input/output:
        //   input : hello"world
        //   output: "hello\"world"
        //   input : hello""world
        //   output: "hello\"\"world"
        //   input : hello\world
        //   output: hello\world
        //   input : hello\\world
        //   output: hello\\world
        //   input : hello\"world
        //   output: "hello\\\"world"
        //   input : hello\\"world
        //   output: "hello\\\\\"world"
        //   input : hello world\
        //   output: "hello world\\" - note the comment in libuv actually reads "hello world\"
        //                             but it appears the comment is wrong, it should be "hello world\\"
        let reverse = '"';
        let quoteHit = true;
        for (let i = arg.length; i > 0; i--) {
            // walk the string in reverse
            reverse += arg[i - 1];
            if (quoteHit && arg[i - 1] === '\\') {
                reverse += '\\';
            }
            else if (arg[i - 1] === '"') {
                quoteHit = true;
                reverse += '\\';
            }
            else {
                quoteHit = false;
            }
        }
        reverse += '"';
        return reverse.split('').reverse().join('');
    }
    _cloneExecOptions(options) {
        options = options || {};
        const result = {
            cwd: options.cwd || process.cwd(),
            env: options.env || process.env,
            silent: options.silent || false,
            windowsVerbatimArguments: options.windowsVerbatimArguments || false,
            failOnStdErr: options.failOnStdErr || false,
            ignoreReturnCode: options.ignoreReturnCode || false,
            delay: options.delay || 10000
        };
        result.outStream = options.outStream || process.stdout;
        result.errStream = options.errStream || process.stderr;
        return result;
    }
    _getSpawnOptions(options, toolPath) {
        options = options || {};
        const result = {};
        result.cwd = options.cwd;
        result.env = options.env;
        result['windowsVerbatimArguments'] =
            options.windowsVerbatimArguments || this._isCmdFile();
        if (options.windowsVerbatimArguments) {
            result.argv0 = `"${toolPath}"`;
        }
        return result;
    }
    /**
     * Exec a tool.
     * Output will be streamed to the live console.
     * Returns promise with return code
     *
     * @param     tool     path to tool to exec
     * @param     options  optional exec options.  See ExecOptions
     * @returns   number
     */
    exec() {
        return toolrunner_awaiter(this, void 0, void 0, function* () {
            // root the tool path if it is unrooted and contains relative pathing
            if (!isRooted(this.toolPath) &&
                (this.toolPath.includes('/') ||
                    (toolrunner_IS_WINDOWS && this.toolPath.includes('\\')))) {
                // prefer options.cwd if it is specified, however options.cwd may also need to be rooted
                this.toolPath = external_path_.resolve(process.cwd(), this.options.cwd || process.cwd(), this.toolPath);
            }
            // if the tool is only a file name, then resolve it from the PATH
            // otherwise verify it exists (add extension on Windows if necessary)
            this.toolPath = yield which(this.toolPath, true);
            return new Promise((resolve, reject) => toolrunner_awaiter(this, void 0, void 0, function* () {
                this._debug(`exec tool: ${this.toolPath}`);
                this._debug('arguments:');
                for (const arg of this.args) {
                    this._debug(`   ${arg}`);
                }
                const optionsNonNull = this._cloneExecOptions(this.options);
                if (!optionsNonNull.silent && optionsNonNull.outStream) {
                    optionsNonNull.outStream.write(this._getCommandString(optionsNonNull) + external_os_.EOL);
                }
                const state = new ExecState(optionsNonNull, this.toolPath);
                state.on('debug', (message) => {
                    this._debug(message);
                });
                if (this.options.cwd && !(yield exists(this.options.cwd))) {
                    return reject(new Error(`The cwd: ${this.options.cwd} does not exist!`));
                }
                const fileName = this._getSpawnFileName();
                const cp = external_child_process_namespaceObject.spawn(fileName, this._getSpawnArgs(optionsNonNull), this._getSpawnOptions(this.options, fileName));
                let stdbuffer = '';
                if (cp.stdout) {
                    cp.stdout.on('data', (data) => {
                        if (this.options.listeners && this.options.listeners.stdout) {
                            this.options.listeners.stdout(data);
                        }
                        if (!optionsNonNull.silent && optionsNonNull.outStream) {
                            optionsNonNull.outStream.write(data);
                        }
                        stdbuffer = this._processLineBuffer(data, stdbuffer, (line) => {
                            if (this.options.listeners && this.options.listeners.stdline) {
                                this.options.listeners.stdline(line);
                            }
                        });
                    });
                }
                let errbuffer = '';
                if (cp.stderr) {
                    cp.stderr.on('data', (data) => {
                        state.processStderr = true;
                        if (this.options.listeners && this.options.listeners.stderr) {
                            this.options.listeners.stderr(data);
                        }
                        if (!optionsNonNull.silent &&
                            optionsNonNull.errStream &&
                            optionsNonNull.outStream) {
                            const s = optionsNonNull.failOnStdErr
                                ? optionsNonNull.errStream
                                : optionsNonNull.outStream;
                            s.write(data);
                        }
                        errbuffer = this._processLineBuffer(data, errbuffer, (line) => {
                            if (this.options.listeners && this.options.listeners.errline) {
                                this.options.listeners.errline(line);
                            }
                        });
                    });
                }
                cp.on('error', (err) => {
                    state.processError = err.message;
                    state.processExited = true;
                    state.processClosed = true;
                    state.CheckComplete();
                });
                cp.on('exit', (code) => {
                    state.processExitCode = code;
                    state.processExited = true;
                    this._debug(`Exit code ${code} received from tool '${this.toolPath}'`);
                    state.CheckComplete();
                });
                cp.on('close', (code) => {
                    state.processExitCode = code;
                    state.processExited = true;
                    state.processClosed = true;
                    this._debug(`STDIO streams have closed for tool '${this.toolPath}'`);
                    state.CheckComplete();
                });
                state.on('done', (error, exitCode) => {
                    if (stdbuffer.length > 0) {
                        this.emit('stdline', stdbuffer);
                    }
                    if (errbuffer.length > 0) {
                        this.emit('errline', errbuffer);
                    }
                    cp.removeAllListeners();
                    if (error) {
                        reject(error);
                    }
                    else {
                        resolve(exitCode);
                    }
                });
                if (this.options.input) {
                    if (!cp.stdin) {
                        throw new Error('child process missing stdin');
                    }
                    cp.stdin.end(this.options.input);
                }
            }));
        });
    }
}
/**
 * Convert an arg string to an array of args. Handles escaping
 *
 * @param    argString   string of arguments
 * @returns  string[]    array of arguments
 */
function argStringToArray(argString) {
    const args = [];
    let inQuotes = false;
    let escaped = false;
    let arg = '';
    function append(c) {
        // we only escape double quotes.
        if (escaped && c !== '"') {
            arg += '\\';
        }
        arg += c;
        escaped = false;
    }
    for (let i = 0; i < argString.length; i++) {
        const c = argString.charAt(i);
        if (c === '"') {
            if (!escaped) {
                inQuotes = !inQuotes;
            }
            else {
                append(c);
            }
            continue;
        }
        if (c === '\\' && escaped) {
            append(c);
            continue;
        }
        if (c === '\\' && inQuotes) {
            escaped = true;
            continue;
        }
        if (c === ' ' && !inQuotes) {
            if (arg.length > 0) {
                args.push(arg);
                arg = '';
            }
            continue;
        }
        append(c);
    }
    if (arg.length > 0) {
        args.push(arg.trim());
    }
    return args;
}
class ExecState extends external_events_namespaceObject.EventEmitter {
    constructor(options, toolPath) {
        super();
        this.processClosed = false; // tracks whether the process has exited and stdio is closed
        this.processError = '';
        this.processExitCode = 0;
        this.processExited = false; // tracks whether the process has exited
        this.processStderr = false; // tracks whether stderr was written to
        this.delay = 10000; // 10 seconds
        this.done = false;
        this.timeout = null;
        if (!toolPath) {
            throw new Error('toolPath must not be empty');
        }
        this.options = options;
        this.toolPath = toolPath;
        if (options.delay) {
            this.delay = options.delay;
        }
    }
    CheckComplete() {
        if (this.done) {
            return;
        }
        if (this.processClosed) {
            this._setResult();
        }
        else if (this.processExited) {
            this.timeout = (0,external_timers_namespaceObject.setTimeout)(ExecState.HandleTimeout, this.delay, this);
        }
    }
    _debug(message) {
        this.emit('debug', message);
    }
    _setResult() {
        // determine whether there is an error
        let error;
        if (this.processExited) {
            if (this.processError) {
                error = new Error(`There was an error when attempting to execute the process '${this.toolPath}'. This may indicate the process failed to start. Error: ${this.processError}`);
            }
            else if (this.processExitCode !== 0 && !this.options.ignoreReturnCode) {
                error = new Error(`The process '${this.toolPath}' failed with exit code ${this.processExitCode}`);
            }
            else if (this.processStderr && this.options.failOnStdErr) {
                error = new Error(`The process '${this.toolPath}' failed because one or more lines were written to the STDERR stream`);
            }
        }
        // clear the timeout
        if (this.timeout) {
            clearTimeout(this.timeout);
            this.timeout = null;
        }
        this.done = true;
        this.emit('done', error, this.processExitCode);
    }
    static HandleTimeout(state) {
        if (state.done) {
            return;
        }
        if (!state.processClosed && state.processExited) {
            const message = `The STDIO streams did not close within ${state.delay / 1000} seconds of the exit event from process '${state.toolPath}'. This may indicate a child process inherited the STDIO streams and has not yet exited.`;
            state._debug(message);
        }
        state._setResult();
    }
}
//# sourceMappingURL=toolrunner.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/exec/lib/exec.js
var exec_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


/**
 * Exec a command.
 * Output will be streamed to the live console.
 * Returns promise with return code
 *
 * @param     commandLine        command to execute (can include additional args). Must be correctly escaped.
 * @param     args               optional arguments for tool. Escaping is handled by the lib.
 * @param     options            optional exec options.  See ExecOptions
 * @returns   Promise<number>    exit code
 */
function exec(commandLine, args, options) {
    return exec_awaiter(this, void 0, void 0, function* () {
        const commandArgs = argStringToArray(commandLine);
        if (commandArgs.length === 0) {
            throw new Error(`Parameter 'commandLine' cannot be null or empty.`);
        }
        // Path to tool to execute should be first arg
        const toolPath = commandArgs[0];
        args = commandArgs.slice(1).concat(args || []);
        const runner = new ToolRunner(toolPath, args, options);
        return runner.exec();
    });
}
/**
 * Exec a command and get the output.
 * Output will be streamed to the live console.
 * Returns promise with the exit code and collected stdout and stderr
 *
 * @param     commandLine           command to execute (can include additional args). Must be correctly escaped.
 * @param     args                  optional arguments for tool. Escaping is handled by the lib.
 * @param     options               optional exec options.  See ExecOptions
 * @returns   Promise<ExecOutput>   exit code, stdout, and stderr
 */
function getExecOutput(commandLine, args, options) {
    return exec_awaiter(this, void 0, void 0, function* () {
        var _a, _b;
        let stdout = '';
        let stderr = '';
        //Using string decoder covers the case where a mult-byte character is split
        const stdoutDecoder = new external_string_decoder_namespaceObject.StringDecoder('utf8');
        const stderrDecoder = new external_string_decoder_namespaceObject.StringDecoder('utf8');
        const originalStdoutListener = (_a = options === null || options === void 0 ? void 0 : options.listeners) === null || _a === void 0 ? void 0 : _a.stdout;
        const originalStdErrListener = (_b = options === null || options === void 0 ? void 0 : options.listeners) === null || _b === void 0 ? void 0 : _b.stderr;
        const stdErrListener = (data) => {
            stderr += stderrDecoder.write(data);
            if (originalStdErrListener) {
                originalStdErrListener(data);
            }
        };
        const stdOutListener = (data) => {
            stdout += stdoutDecoder.write(data);
            if (originalStdoutListener) {
                originalStdoutListener(data);
            }
        };
        const listeners = Object.assign(Object.assign({}, options === null || options === void 0 ? void 0 : options.listeners), { stdout: stdOutListener, stderr: stdErrListener });
        const exitCode = yield exec(commandLine, args, Object.assign(Object.assign({}, options), { listeners }));
        //flush any remaining characters
        stdout += stdoutDecoder.end();
        stderr += stderrDecoder.end();
        return {
            exitCode,
            stdout,
            stderr
        };
    });
}
//# sourceMappingURL=exec.js.map
;// CONCATENATED MODULE: ./build/src/action/query.js

const query = async (file, args, variables) => {
    const env = Object.fromEntries(Object.entries(variables).filter((entry) => entry[1] !== undefined));
    // A command line is what @actions/exec takes: the quotes keep a path with blanks in one piece.
    const { exitCode, stdout, stderr } = await getExecOutput(`"${file}"`, [...args], { env, silent: true, ignoreReturnCode: true });
    return { code: exitCode, stdout, stderr };
};
//# sourceMappingURL=query.js.map

/***/ }),

/***/ 98:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  e: () => (/* binding */ run)
});

// UNUSED EXPORTS: describeFailure

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(24);
// EXTERNAL MODULE: external "os"
var external_os_ = __nccwpck_require__(857);
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/utils.js
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */
/**
 * Sanitizes an input into a string so it can be passed into issueCommand safely
 * @param input input to sanitize into a string
 */
function utils_toCommandValue(input) {
    if (input === null || input === undefined) {
        return '';
    }
    else if (typeof input === 'string' || input instanceof String) {
        return input;
    }
    return JSON.stringify(input);
}
/**
 *
 * @param annotationProperties
 * @returns The command properties to send with the actual annotation command
 * See IssueCommandProperties: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs#L646
 */
function utils_toCommandProperties(annotationProperties) {
    if (!Object.keys(annotationProperties).length) {
        return {};
    }
    return {
        title: annotationProperties.title,
        file: annotationProperties.file,
        line: annotationProperties.startLine,
        endLine: annotationProperties.endLine,
        col: annotationProperties.startColumn,
        endColumn: annotationProperties.endColumn
    };
}
//# sourceMappingURL=utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/command.js


/**
 * Issues a command to the GitHub Actions runner
 *
 * @param command - The command name to issue
 * @param properties - Additional properties for the command (key-value pairs)
 * @param message - The message to include with the command
 * @remarks
 * This function outputs a specially formatted string to stdout that the Actions
 * runner interprets as a command. These commands can control workflow behavior,
 * set outputs, create annotations, mask values, and more.
 *
 * Command Format:
 *   ::name key=value,key=value::message
 *
 * @example
 * ```typescript
 * // Issue a warning annotation
 * issueCommand('warning', {}, 'This is a warning message');
 * // Output: ::warning::This is a warning message
 *
 * // Set an environment variable
 * issueCommand('set-env', { name: 'MY_VAR' }, 'some value');
 * // Output: ::set-env name=MY_VAR::some value
 *
 * // Add a secret mask
 * issueCommand('add-mask', {}, 'secretValue123');
 * // Output: ::add-mask::secretValue123
 * ```
 *
 * @internal
 * This is an internal utility function that powers the public API functions
 * such as setSecret, warning, error, and exportVariable.
 */
function command_issueCommand(command, properties, message) {
    const cmd = new Command(command, properties, message);
    process.stdout.write(cmd.toString() + external_os_.EOL);
}
function command_issue(name, message = '') {
    command_issueCommand(name, {}, message);
}
const CMD_STRING = '::';
class Command {
    constructor(command, properties, message) {
        if (!command) {
            command = 'missing.command';
        }
        this.command = command;
        this.properties = properties;
        this.message = message;
    }
    toString() {
        let cmdStr = CMD_STRING + this.command;
        if (this.properties && Object.keys(this.properties).length > 0) {
            cmdStr += ' ';
            let first = true;
            for (const key in this.properties) {
                if (this.properties.hasOwnProperty(key)) {
                    const val = this.properties[key];
                    if (val) {
                        if (first) {
                            first = false;
                        }
                        else {
                            cmdStr += ',';
                        }
                        cmdStr += `${key}=${escapeProperty(val)}`;
                    }
                }
            }
        }
        cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
        return cmdStr;
    }
}
function escapeData(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A');
}
function escapeProperty(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A')
        .replace(/:/g, '%3A')
        .replace(/,/g, '%2C');
}
//# sourceMappingURL=command.js.map
;// CONCATENATED MODULE: external "crypto"
const external_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("crypto");
// EXTERNAL MODULE: external "fs"
var external_fs_ = __nccwpck_require__(896);
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/file-command.js
// For internal use, subject to change.
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */




function file_command_issueFileCommand(command, message) {
    const filePath = process.env[`GITHUB_${command}`];
    if (!filePath) {
        throw new Error(`Unable to find environment variable for file command ${command}`);
    }
    if (!external_fs_.existsSync(filePath)) {
        throw new Error(`Missing file at path: ${filePath}`);
    }
    external_fs_.appendFileSync(filePath, `${utils_toCommandValue(message)}${external_os_.EOL}`, {
        encoding: 'utf8'
    });
}
function file_command_prepareKeyValueMessage(key, value) {
    const delimiter = `ghadelimiter_${external_crypto_namespaceObject.randomUUID()}`;
    const convertedValue = utils_toCommandValue(value);
    // These should realistically never happen, but just in case someone finds a
    // way to exploit uuid generation let's not allow keys or values that contain
    // the delimiter.
    if (key.includes(delimiter)) {
        throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
    }
    if (convertedValue.includes(delimiter)) {
        throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
    }
    return `${key}<<${delimiter}${external_os_.EOL}${convertedValue}${external_os_.EOL}${delimiter}`;
}
//# sourceMappingURL=file-command.js.map
// EXTERNAL MODULE: external "path"
var external_path_ = __nccwpck_require__(928);
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/core.js
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};






/**
 * The code to exit an action
 */
var ExitCode;
(function (ExitCode) {
    /**
     * A code indicating that the action was successful
     */
    ExitCode[ExitCode["Success"] = 0] = "Success";
    /**
     * A code indicating that the action was a failure
     */
    ExitCode[ExitCode["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));
//-----------------------------------------------------------------------
// Variables
//-----------------------------------------------------------------------
/**
 * Sets env variable for this action and future actions in the job
 * @param name the name of the variable to set
 * @param val the value of the variable. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function exportVariable(name, val) {
    const convertedVal = toCommandValue(val);
    process.env[name] = convertedVal;
    const filePath = process.env['GITHUB_ENV'] || '';
    if (filePath) {
        return issueFileCommand('ENV', prepareKeyValueMessage(name, val));
    }
    issueCommand('set-env', { name }, convertedVal);
}
/**
 * Registers a secret which will get masked from logs
 *
 * @param secret - Value of the secret to be masked
 * @remarks
 * This function instructs the Actions runner to mask the specified value in any
 * logs produced during the workflow run. Once registered, the secret value will
 * be replaced with asterisks (***) whenever it appears in console output, logs,
 * or error messages.
 *
 * This is useful for protecting sensitive information such as:
 * - API keys
 * - Access tokens
 * - Authentication credentials
 * - URL parameters containing signatures (SAS tokens)
 *
 * Note that masking only affects future logs; any previous appearances of the
 * secret in logs before calling this function will remain unmasked.
 *
 * @example
 * ```typescript
 * // Register an API token as a secret
 * const apiToken = "abc123xyz456";
 * setSecret(apiToken);
 *
 * // Now any logs containing this value will show *** instead
 * console.log(`Using token: ${apiToken}`); // Outputs: "Using token: ***"
 * ```
 */
function setSecret(secret) {
    command_issueCommand('add-mask', {}, secret);
}
/**
 * Prepends inputPath to the PATH (for this action and future actions)
 * @param inputPath
 */
function addPath(inputPath) {
    const filePath = process.env['GITHUB_PATH'] || '';
    if (filePath) {
        issueFileCommand('PATH', inputPath);
    }
    else {
        issueCommand('add-path', {}, inputPath);
    }
    process.env['PATH'] = `${inputPath}${path.delimiter}${process.env['PATH']}`;
}
/**
 * Gets the value of an input.
 * Unless trimWhitespace is set to false in InputOptions, the value is also trimmed.
 * Returns an empty string if the value is not defined.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string
 */
function getInput(name, options) {
    const val = process.env[`INPUT_${name.replace(/ /g, '_').toUpperCase()}`] || '';
    if (options && options.required && !val) {
        throw new Error(`Input required and not supplied: ${name}`);
    }
    if (options && options.trimWhitespace === false) {
        return val;
    }
    return val.trim();
}
/**
 * Gets the values of an multiline input.  Each value is also trimmed.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string[]
 *
 */
function getMultilineInput(name, options) {
    const inputs = getInput(name, options)
        .split('\n')
        .filter(x => x !== '');
    if (options && options.trimWhitespace === false) {
        return inputs;
    }
    return inputs.map(input => input.trim());
}
/**
 * Gets the input value of the boolean type in the YAML 1.2 "core schema" specification.
 * Support boolean input list: `true | True | TRUE | false | False | FALSE` .
 * The return value is also in boolean type.
 * ref: https://yaml.org/spec/1.2/spec.html#id2804923
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   boolean
 */
function getBooleanInput(name, options) {
    const trueValue = ['true', 'True', 'TRUE'];
    const falseValue = ['false', 'False', 'FALSE'];
    const val = getInput(name, options);
    if (trueValue.includes(val))
        return true;
    if (falseValue.includes(val))
        return false;
    throw new TypeError(`Input does not meet YAML 1.2 "Core Schema" specification: ${name}\n` +
        `Support boolean input list: \`true | True | TRUE | false | False | FALSE\``);
}
/**
 * Sets the value of an output.
 *
 * @param     name     name of the output to set
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function setOutput(name, value) {
    const filePath = process.env['GITHUB_OUTPUT'] || '';
    if (filePath) {
        return file_command_issueFileCommand('OUTPUT', file_command_prepareKeyValueMessage(name, value));
    }
    process.stdout.write(external_os_.EOL);
    command_issueCommand('set-output', { name }, utils_toCommandValue(value));
}
/**
 * Enables or disables the echoing of commands into stdout for the rest of the step.
 * Echoing is disabled by default if ACTIONS_STEP_DEBUG is not set.
 *
 */
function setCommandEcho(enabled) {
    issue('echo', enabled ? 'on' : 'off');
}
//-----------------------------------------------------------------------
// Results
//-----------------------------------------------------------------------
/**
 * Sets the action status to failed.
 * When the action exits it will be with an exit code of 1
 * @param message add error issue message
 */
function setFailed(message) {
    process.exitCode = ExitCode.Failure;
    error(message);
}
//-----------------------------------------------------------------------
// Logging Commands
//-----------------------------------------------------------------------
/**
 * Gets whether Actions Step Debug is on or not
 */
function isDebug() {
    return process.env['RUNNER_DEBUG'] === '1';
}
/**
 * Writes debug message to user log
 * @param message debug message
 */
function debug(message) {
    command_issueCommand('debug', {}, message);
}
/**
 * Adds an error issue
 * @param message error issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function error(message, properties = {}) {
    command_issueCommand('error', utils_toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a warning issue
 * @param message warning issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function warning(message, properties = {}) {
    command_issueCommand('warning', utils_toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a notice issue
 * @param message notice issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function notice(message, properties = {}) {
    issueCommand('notice', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Writes info to log with console.log.
 * @param message info message
 */
function info(message) {
    process.stdout.write(message + external_os_.EOL);
}
/**
 * Begin an output group.
 *
 * Output until the next `groupEnd` will be foldable in this group
 *
 * @param name The name of the output group
 */
function startGroup(name) {
    command_issue('group', name);
}
/**
 * End an output group.
 */
function endGroup() {
    command_issue('endgroup');
}
/**
 * Wrap an asynchronous function call in a group.
 *
 * Returns the same type as the function itself.
 *
 * @param name The name of the group
 * @param fn The function to wrap in the group
 */
function group(name, fn) {
    return __awaiter(this, void 0, void 0, function* () {
        startGroup(name);
        let result;
        try {
            result = yield fn();
        }
        finally {
            endGroup();
        }
        return result;
    });
}
//-----------------------------------------------------------------------
// Wrapper action state
//-----------------------------------------------------------------------
/**
 * Saves state for current action, the state can only be retrieved by this action's post job execution.
 *
 * @param     name     name of the state to store
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function saveState(name, value) {
    const filePath = process.env['GITHUB_STATE'] || '';
    if (filePath) {
        return file_command_issueFileCommand('STATE', file_command_prepareKeyValueMessage(name, value));
    }
    command_issueCommand('save-state', { name }, utils_toCommandValue(value));
}
/**
 * Gets the value of an state set by this action's main execution.
 *
 * @param     name     name of the state to get
 * @returns   string
 */
function getState(name) {
    return process.env[`STATE_${name}`] || '';
}
function getIDToken(aud) {
    return __awaiter(this, void 0, void 0, function* () {
        return yield OidcClient.getIDToken(aud);
    });
}
/**
 * Summary exports
 */

/**
 * @deprecated use core.summary
 */

/**
 * Path exports
 */

/**
 * Platform utilities exports
 */

//# sourceMappingURL=core.js.map
;// CONCATENATED MODULE: ./build/src/lib/clock.js
const systemClock = {
    now: () => Date.now(),
    sleep: (ms, signal) => new Promise((resolve, reject) => {
        if (signal?.aborted)
            return reject(signal.reason);
        const timer = setTimeout(() => {
            signal?.removeEventListener('abort', cancel);
            resolve();
        }, ms);
        const cancel = () => {
            clearTimeout(timer);
            reject(signal?.reason);
        };
        signal?.addEventListener('abort', cancel, { once: true });
    }),
};
//# sourceMappingURL=clock.js.map
;// CONCATENATED MODULE: ./build/src/action/cancellation.js
/** Why every wait of the step ended: the runner asked the process to stop. */
class Cancelled extends Error {
    name = 'Cancelled';
}
/**
 * One signal for every wait of the process. The runner sends SIGINT, 7.5 s later SIGTERM and 2.5 s later SIGKILL
 * (actions/runner, ProcessInvoker.cs), so there is time to stop, and none to finish: undoing is for `post`.
 */
function abortOnCancellation() {
    const controller = new AbortController();
    for (const name of ['SIGINT', 'SIGTERM']) {
        process.on(name, () => controller.abort(new Cancelled(`The workflow run was cancelled (${name}).`)));
    }
    return controller.signal;
}
//# sourceMappingURL=cancellation.js.map
;// CONCATENATED MODULE: ./build/src/action/environment.js
function readEnvironment(variables, workingDirectory) {
    return {
        variables,
        workspace: variables.GITHUB_WORKSPACE || workingDirectory,
        temporary: variables.RUNNER_TEMP || variables.TMPDIR || '/tmp',
        debug: variables.RUNNER_DEBUG === '1',
    };
}
//# sourceMappingURL=environment.js.map
// EXTERNAL MODULE: ./build/src/action/errors.js
var errors = __nccwpck_require__(537);
// EXTERNAL MODULE: ./build/src/action/mask.js
var mask = __nccwpck_require__(882);
;// CONCATENATED MODULE: ./build/src/lib/nearest.js
/** The word that was probably meant: within two edits (a quarter of its length for long words), else undefined. */
function nearest(given, words) {
    return words
        .map((word) => ({ word, distance: editDistance(given.toLowerCase(), word) }))
        .filter(({ word, distance }) => distance <= Math.max(2, Math.floor(word.length / 4)) && distance < word.length)
        .sort((a, b) => a.distance - b.distance)[0]?.word;
}
/** Levenshtein distance, one row at a time. */
function editDistance(a, b) {
    let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
    for (let i = 1; i <= a.length; i++) {
        const current = [i];
        for (let j = 1; j <= b.length; j++) {
            const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
            current.push(Math.min(substitution, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
        }
        previous = current;
    }
    return previous[b.length] ?? 0;
}
//# sourceMappingURL=nearest.js.map
;// CONCATENATED MODULE: ./build/src/action/read-inputs.js


/** The variable in which the runner passes an input: upper case, blanks to underscores, dashes kept. */
const inputVariable = (name) => `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
const camelCase = (name) => name.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
/** The values of all inputs that hold a secret, for masking; to be called before anything can be printed. */
function secretsIn(action, environment) {
    return Object.entries(action.inputs).flatMap(([name, input]) => {
        const value = environment.variables[inputVariable(name)];
        return input.secret && value ? [value] : [];
    });
}
/**
 * Reads every input of the action and reports everything that is wrong at once.
 * @throws UserError naming each bad input, its value and what is allowed; nothing has been touched by then
 */
function readInputs(action, environment) {
    const problems = new errors/* Problems */.Z();
    for (const text of unknownInputs(action, environment))
        problems.add(text);
    const values = {};
    for (const [name, input] of Object.entries(action.inputs)) {
        const given = environment.variables[inputVariable(name)]?.trim() ?? '';
        const raw = given === '' ? input.default : given;
        if (raw === undefined) {
            if (input.required)
                problems.add(`Input \`${name}\` is missing. ${input.text} Allowed: ${input.type}.`);
            continue;
        }
        try {
            values[name] = input.parse(raw, environment);
        }
        catch (error) {
            if (!(error instanceof RangeError || error instanceof errors/* UserError */.y))
                throw error;
            problems.add(`Input \`${name}\`: ${error.message}.`.replace(/([.!?])\.$/, '$1'));
        }
    }
    for (const text of action.conflicts?.(values) ?? [])
        problems.add(text);
    problems.throwIfAny();
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [camelCase(name), value]));
}
/** Inputs that were given but that the action does not have, with the name that was probably meant. */
function unknownInputs(action, environment) {
    const known = new Map(Object.keys(action.inputs).map((name) => [inputVariable(name), name]));
    return Object.keys(environment.variables)
        .filter((variable) => variable.startsWith('INPUT_') && !known.has(variable))
        .map((variable) => {
        const given = variable.slice('INPUT_'.length).toLowerCase();
        const meant = nearest(given, [...known.values()]);
        return meant === undefined
            ? `Input \`${given}\` is unknown. ${action.name} has: ${[...known.values()].join(', ')}.`
            : `Input \`${given}\` is unknown. Did you mean \`${meant}\`?`;
    });
}
//# sourceMappingURL=read-inputs.js.map
;// CONCATENATED MODULE: ./build/src/action/summary-limit.js
/** Over this size the runner drops a step's whole summary (actions/runner, FileCommandManager.cs AttachmentSizeLimit). */
const LIMIT_BYTES = 1024 * 1024;
const NOTE = '\n\n*The summary was cut here: GitHub shows at most 1 MiB a step.*\n';
/** Cuts a summary at a line so that what is left is shown, and says that it was cut. */
function cutSummary(markdown) {
    if (Buffer.byteLength(markdown) <= LIMIT_BYTES)
        return markdown;
    const room = LIMIT_BYTES - Buffer.byteLength(NOTE);
    const cut = Buffer.from(markdown)
        .subarray(0, room)
        .toString('utf8')
        .replace(/\uFFFD$/, '');
    const lastLine = cut.lastIndexOf('\n') + 1;
    return (lastLine === 0 ? cut : cut.slice(0, lastLine)) + NOTE;
}
//# sourceMappingURL=summary-limit.js.map
;// CONCATENATED MODULE: ./build/src/action/workflow-run.js
/** Reads the run from the runner's variables; outside a workflow every part says `local`. */
function readWorkflowRun({ variables }) {
    const repository = variables.GITHUB_REPOSITORY || 'local/local';
    const runId = variables.GITHUB_RUN_ID || 'local';
    return {
        repository,
        runId,
        runAttempt: Number(variables.GITHUB_RUN_ATTEMPT || 1),
        job: variables.GITHUB_JOB || 'local',
        runner: variables.RUNNER_NAME || 'local',
        event: variables.GITHUB_EVENT_NAME || 'local',
        url: `${variables.GITHUB_SERVER_URL || 'https://github.com'}/${repository}/actions/runs/${runId}`,
    };
}
//# sourceMappingURL=workflow-run.js.map
;// CONCATENATED MODULE: ./build/src/action/run.js










const log = {
    info: info,
    debug: debug,
    warning: (text, place) => warning(text, place && { file: place.file, ...rest(place) }),
    group: group,
    mask: setSecret,
};
const rest = ({ title, line }) => ({
    ...(title === undefined ? {} : { title }),
    ...(line === undefined ? {} : { startLine: line }),
});
/** Runs the half that the runner asked for and ends the process: 0 when it did what was asked, 1 otherwise. */
async function run(action, halves) {
    const environment = readEnvironment(process.env, process.cwd());
    const isPost = getState('isPost') === 'true';
    if (!isPost)
        saveState('isPost', 'true');
    const runtime = {
        environment,
        workflowRun: readWorkflowRun(environment),
        clock: systemClock,
        log,
        signal: abortOnCancellation(),
        state: { save: saveState, read: getState },
    };
    try {
        if (isPost)
            halves.cleanUp?.(runtime);
        for (const secret of secretsIn(action, environment))
            (0,mask/* maskLines */.s)(secret, setSecret);
        if (isPost && halves.post === undefined)
            return process.exit();
        const inputs = readInputs(action, environment);
        if (isPost)
            await halves.post?.(inputs, runtime);
        else
            report(await halves.main(inputs, runtime), environment.variables.GITHUB_STEP_SUMMARY);
    }
    catch (error) {
        setFailed(describeFailure(error, isDebug()));
    }
    // Keep-alive connections would hold the process open long after the work is done.
    return process.exit();
}
function report(result, summaryFile) {
    for (const [name, value] of Object.entries(result.outputs))
        setOutput(name, value);
    if (result.summary !== undefined && summaryFile)
        (0,external_node_fs_.appendFileSync)(summaryFile, cutSummary(result.summary));
    if (result.failure !== undefined)
        setFailed(result.failure);
}
/** A user's mistake in plain words; a defect with a request to report it, and its stack in debug. */
function describeFailure(error, debug) {
    if (error instanceof errors/* UserError */.y || error instanceof Cancelled)
        return debug ? withCauses(error) : error.message;
    const message = error instanceof Error ? error.message : String(error);
    const details = debug && error instanceof Error ? `\n${withCauses(error)}` : '';
    return `Unexpected error: ${message}\nThis is a defect of d9-actions or of something between it and the cluster; run the job again with debug logging for the stack.${details}`;
}
function withCauses(error) {
    const cause = error.cause instanceof Error ? `\ncaused by ${withCauses(error.cause)}` : '';
    return `${error.stack ?? error.message}${cause}`;
}
//# sourceMappingURL=run.js.map

/***/ }),

/***/ 132:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Az: () => (/* binding */ TransportFailure),
/* harmony export */   L8: () => (/* binding */ classify),
/* harmony export */   iU: () => (/* binding */ timedOut)
/* harmony export */ });
/** A request that got no complete answer. */
class TransportFailure extends Error {
    name = 'TransportFailure';
    kind;
    /** Whether the server may have got the request and acted on it. */
    maybeProcessed;
    /** Node's own code: ECONNRESET, CERT_HAS_EXPIRED, … */
    code;
    constructor(kind, code, maybeProcessed, message, options) {
        super(message, options);
        this.kind = kind;
        this.code = code;
        this.maybeProcessed = maybeProcessed;
    }
}
/** @param connected whether the connection was ready, so that the request went out */
function classify(error, connected) {
    const code = error.code ?? 'UNKNOWN';
    const kind = kindOf(code, error.message, connected);
    return new TransportFailure(kind, code, connected, `${plainWords(kind, code, connected)} (${code}${detail(kind, error)})`, {
        cause: error,
    });
}
/** @param timeoutMs how long was waited */
const timedOut = (timeoutMs, connected) => new TransportFailure('timeout', 'ETIMEDOUT', connected, connected ? `no answer within ${timeoutMs / 1000} s` : `no connection within ${timeoutMs / 1000} s`);
const TLS_CODE = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY|DECRYPT)|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/;
function kindOf(code, message, connected) {
    if (code === 'ENOTFOUND')
        return 'name';
    if (code.startsWith('ERR_PROXY'))
        return 'proxy';
    if (TLS_CODE.test(code))
        return 'tls';
    // A server that hangs up during the handshake, such as one that speaks plain HTTP.
    if (/before secure TLS connection/.test(message))
        return 'connect';
    return connected ? 'reset' : 'connect';
}
function plainWords(kind, code, connected) {
    if (kind === 'name')
        return 'its name is not known';
    if (kind === 'proxy')
        return 'the proxy did not let the request through';
    if (kind === 'tls')
        return tlsWords(code);
    if (code === 'ECONNREFUSED')
        return 'nothing listens there';
    return connected ? 'the connection broke' : 'no connection';
}
function tlsWords(code) {
    if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
        return 'its certificate is for another name';
    if (code === 'CERT_HAS_EXPIRED')
        return 'its certificate has expired';
    if (/SELF_SIGNED|UNABLE_TO/.test(code))
        return 'its certificate is not signed by a certificate authority that is trusted here';
    return 'the TLS handshake failed';
}
const detail = (kind, error) => kind === 'tls' && /ALTNAME|ERR_SSL|EPROTO/.test(error.code ?? '')
    ? `: ${firstLine(error.message)}`
    : '';
const firstLine = (text) => text.split('\n')[0]?.slice(0, 200) ?? '';
//# sourceMappingURL=failure.js.map

/***/ }),

/***/ 92:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   LH: () => (/* binding */ withRetries),
/* harmony export */   fu: () => (/* binding */ backOff)
/* harmony export */ });
/* unused harmony export retryDelay */
/* harmony import */ var _failure_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(132);

const LIMITS = { attempts: 5, elapsedMs: 30_000, firstDelayMs: 250, longestDelayMs: 8_000 };
/** Sends until there is an answer worth returning: every status that a retry can't mend, and the last one that it didn't. */
async function withRetries(send, safety, effects, signal, limits = LIMITS) {
    const started = effects.clock.now();
    for (let attempt = 1;; attempt++) {
        const outcome = await send().catch((error) => {
            if (error instanceof _failure_js__WEBPACK_IMPORTED_MODULE_0__/* .TransportFailure */ .Az)
                return error;
            throw error;
        });
        const delayMs = retryDelay(outcome, safety, attempt, effects, limits);
        if (delayMs === undefined || effects.clock.now() - started + delayMs > limits.elapsedMs) {
            if (outcome instanceof _failure_js__WEBPACK_IMPORTED_MODULE_0__/* .TransportFailure */ .Az)
                throw outcome;
            return outcome;
        }
        effects.onRetry(outcome instanceof _failure_js__WEBPACK_IMPORTED_MODULE_0__/* .TransportFailure */ .Az ? outcome.message : `HTTP ${outcome.status}`, delayMs);
        await effects.clock.sleep(delayMs, signal);
    }
}
/** @returns milliseconds to wait before the next attempt, or undefined when there should be none */
function retryDelay(outcome, safety, attempt, { random, clock }, limits = LIMITS) {
    if (attempt >= limits.attempts || !mayRetry(outcome, safety))
        return undefined;
    const asked = outcome instanceof _failure_js__WEBPACK_IMPORTED_MODULE_0__/* .TransportFailure */ .Az ? undefined : retryAfterMs(outcome, clock.now());
    // A little jitter on top of what the server asked for, so that its clients don't all come back in the same instant.
    return asked === undefined ? backOff(attempt, random, limits) : asked + random() * limits.firstDelayMs;
}
/** Exponential back-off with full jitter: uniform between 0 and a limit that doubles with each attempt. */
const backOff = (attempt, random, { firstDelayMs, longestDelayMs } = LIMITS) => random() * Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1));
function mayRetry(outcome, safety) {
    if (safety === 'never')
        return false;
    if (outcome instanceof _failure_js__WEBPACK_IMPORTED_MODULE_0__/* .TransportFailure */ .Az) {
        if (outcome.kind === 'name' || outcome.kind === 'tls' || outcome.kind === 'proxy')
            return false;
        return safety === 'idempotent' || !outcome.maybeProcessed;
    }
    // 429 is said before the request is looked at (API priority and fairness); a 5xx may come after it took effect.
    if (outcome.status === 429)
        return true;
    return safety === 'idempotent' && [408, 500, 502, 503, 504].includes(outcome.status);
}
/** Retry-After in seconds or as a date (RFC 9110 §10.2.3). */
function retryAfterMs({ status, headers }, nowMs) {
    const value = headers['retry-after'];
    if (value === undefined || (status !== 429 && status !== 503))
        return undefined;
    const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - nowMs;
    return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
//# sourceMappingURL=retry.js.map

/***/ }),

/***/ 686:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  $w: () => (/* binding */ BuildFailure),
  OV: () => (/* binding */ explainBuildFailure),
  WG: () => (/* binding */ isPassing),
  h0: () => (/* binding */ plainLine)
});

;// CONCATENATED MODULE: external "node:util"
const external_node_util_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util");
// EXTERNAL MODULE: ./build/src/action/errors.js
var errors = __nccwpck_require__(537);
;// CONCATENATED MODULE: ./build/src/image/build-failure.js


const SHOWN_LINES = 20;
/** A build that did not come to its end. */
class BuildFailure extends errors/* UserError */.y {
    /** How far it got. */
    account;
    /** Whether the image was built and only its push failed, for a reason that may be gone in a moment. */
    mayPushAgain;
    constructor(message, account, mayPushAgain) {
        super(message);
        this.account = account;
        this.mayPushAgain = mayPushAgain;
    }
}
/** What is known to go wrong: what the engine prints, and what it means for the one who reads it. The first that fits counts. */
const KNOWN = [
    [
        // The second wording is that of Docker 29.
        /(?:Cannot connect to the Docker daemon at|failed to connect to the docker API at) ([^\s;]+?)[.;]? /,
        (host) => `The Docker daemon at ${host} does not answer.\nStart it, or point DOCKER_HOST (or the docker context) at one that runs.`,
    ],
    [
        /permission denied while trying to connect to (?:the Docker daemon socket|the docker API) at (\S+?):? /,
        (host) => `This user may not talk to the Docker daemon at ${host}.\nAdd the runner's user to the group docker.`,
    ],
    [
        /no space left on device/,
        () => 'The disk is full where the engine keeps its images and its cache.\nMake room before this step (`docker system prune -af`), build fewer platforms at once, or use a runner with a larger disk.',
    ],
    [
        /target stage "([^"]*)" could not be found/,
        (target) => `The Dockerfile has no stage "${target}".\nInput \`target\` names a stage: the word after AS in \`FROM … AS name\`.`,
    ],
    [
        /failed to read dockerfile: open ([^:]+): no such file/,
        (file) => `The context has no ${file}.\nName the Dockerfile with the input \`file\`.`,
    ],
    [
        /unknown flag: (--\S+)/,
        (flag) => `This buildx does not know ${flag}.\nUpdate docker-buildx-plugin, or leave out the input that needs it.`,
    ],
    [
        /(\S+): failed to resolve source metadata for \S+: .*(?:no match for platform in manifest|no matching manifest)/,
        (image) => `The base image ${image} does not exist for a platform in \`platforms\`.\nChoose a base image that has it, or leave the platform out.`,
    ],
    [
        /(\S+): failed to resolve source metadata for \S+: .*(?:429|toomanyrequests)/,
        (image) => `The registry of the base image ${image} limits how often it may be asked.\nLog in to it before this step, or take the base image from a mirror.`,
    ],
    [
        /(\S+): failed to resolve source metadata for \S+: .*(?:401|403|denied|insufficient_scope|authorization failed)/,
        (image) => `The base image ${image} does not exist, or only for those who are logged in.\nCheck its name, or log in to its registry in a step before this one.`,
    ],
    [
        /(\S+): failed to resolve source metadata for \S+: .*not found/,
        (image) => `The base image ${image} does not exist.\nCheck the name and the tag in the FROM line.`,
    ],
    [
        /failed to (?:compute|calculate) (?:cache key|checksum).*?: "?([^":]+)"?: not found/,
        (path) => `COPY or ADD names ${path}, which is not in the context.\nIs it built by an earlier step, or excluded by .dockerignore?`,
    ],
    [
        /exec format error/,
        () => 'A RUN step needs a program of another processor architecture, which this runner cannot execute.\nAdd docker/setup-qemu-action before this step, build each platform on its own runner, or cross-compile.',
    ],
    [
        /secret ([^\s:]+): not found/,
        (id) => `The Dockerfile needs the secret "${id}".\nGive it with \`secrets: ${id}=…\`, \`secret-envs\` or \`secret-files\`.`,
    ],
    [
        /(?:failed to push |Get "https?:\/\/)([^:/"]+(?::\d+)?)\S* ?.*dial tcp.*: (?:connect: )?(connection refused|no such host|i\/o timeout)/,
        (registry, reason) => `Registry ${registry} cannot be reached from the Docker daemon: ${reason}.\nCheck the host in \`tags\`, and that the registry is up.`,
    ],
    [
        /failed to push ([^:/]+(?::\d+)?)\S*: .*(401 Unauthorized|403 Forbidden|denied|insufficient_scope|no basic auth)/,
        (registry, reason) => `Registry ${registry} refused the push: ${reason}.\nGive this step \`username\` and \`password\` of somebody who may write there, or log in in a step before it (docker/login-action).`,
    ],
    [
        /The target "([^"]*)" was not found/,
        (target) => `The Dockerfile has no stage "${target}".\nInput \`target\` names a stage: the word after AS in \`FROM … AS name\`.`,
    ],
    [
        /building at STEP "RUN (.*)": (?:while running runtime: )?exit status (\d+)/,
        (command, code) => `A RUN step of the Dockerfile ended with exit code ${code}: ${command}`,
    ],
    [
        /initializing source docker:\/\/(\S+): .*(?:manifest unknown|not found|name unknown)/,
        (image) => `The base image ${image} does not exist.\nCheck the name and the tag in the FROM line.`,
    ],
    [
        /process "(.*)" did not complete successfully: exit code: (\d+)/,
        (command, code) => `A RUN step of the Dockerfile ended with exit code ${code}: ${command}`,
    ],
];
/**
 * Says what went wrong from what the engine printed last.
 * @param engine its name, for the text
 * @param lines end of its stderr, as a person would see it
 * @returns text for a person: the meaning when it is known, then the engine's own last lines, without control characters
 */
function explainBuildFailure(engine, code, lines) {
    const readable = lines.map(plainLine);
    // The last ERROR decides: earlier ones may be quoted from a step's own output.
    const verdict = readable.findLast((line) => /^(ERROR|Error): /.test(line)) ?? readable.at(-1) ?? '';
    const meaning = KNOWN.flatMap(([pattern, explain]) => {
        const groups = pattern.exec(`${verdict} `);
        return groups ? [explain(...groups.slice(1))] : [];
    })[0];
    const printed = readable.filter((line) => line.trim() !== '').slice(-SHOWN_LINES);
    return [
        meaning ?? `${engine} ended with exit code ${code}.`,
        ...(printed.length === 0 ? [] : ['', `${engine} said:`, ...printed.map((line) => `  ${line}`)]),
    ].join('\n');
}
/**
 * Whether a push that failed may work a moment later: the registry was overloaded, restarting or out of reach. What it says in words of its own
 * (`unknown: …`) is an error on its side too; `denied` and `unauthorized` are not.
 */
const isPassing = (error) => /\b(408|429|50[0234])\b|toomanyrequests|unknown: |connection re(set|fused)|broken pipe|\bEOF\b|(i\/o|handshake) timeout|use of closed/i.test(error);
/**
 * One line of somebody else's output, safe to print in a job: no colours or cursor moves, and nothing that the runner would take for
 * a workflow command (`::` at the start; the old `##[` anywhere: actions/runner, ActionCommand.cs).
 */
function plainLine(line) {
    return (0,external_node_util_namespaceObject.stripVTControlCharacters)(line)
        .replaceAll('##[', '# #[')
        .replace(/^(\s*):(?=:)/, '$1: ');
}
//# sourceMappingURL=build-failure.js.map

/***/ }),

/***/ 519:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   N: () => (/* binding */ firstExecutable),
/* harmony export */   o: () => (/* binding */ searchPath)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(24);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(760);


/** The directories of PATH, in order. */
const searchPath = ({ PATH = '' }) => PATH.split(node_path__WEBPACK_IMPORTED_MODULE_1__.delimiter).filter((directory) => directory !== '');
/** @returns the absolute path of the first file of that name which may be executed */
function firstExecutable(directories, name) {
    return directories.map((directory) => (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(directory, name)).find(isExecutable);
}
function isExecutable(path) {
    try {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.accessSync)(path, node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.X_OK);
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(path).isFile();
    }
    catch {
        return false;
    }
}
//# sourceMappingURL=executable.js.map

/***/ }),

/***/ 562:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   QF: () => (/* binding */ platformImages),
/* harmony export */   gg: () => (/* binding */ grownLayers),
/* harmony export */   qj: () => (/* binding */ overBudget)
/* harmony export */ });
/* harmony import */ var _registry_manifest_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(390);
/* harmony import */ var _size_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(978);


/** Everything that the image holds for those who run it; attestations are left out. */
async function platformImages(contents) {
    const { manifests } = (0,_registry_manifest_js__WEBPACK_IMPORTED_MODULE_0__/* .readManifest */ .WI)(contents.root);
    if (manifests === undefined)
        return [await platformImage(contents, contents.root, undefined)];
    const images = manifests.filter((descriptor) => !(0,_registry_manifest_js__WEBPACK_IMPORTED_MODULE_0__/* .isAttestation */ .H3)(descriptor));
    return await Promise.all(images.map(async (descriptor) => {
        const manifest = await contents.part(descriptor.digest);
        if (manifest === undefined)
            throw new Error(`${contents.root.digest} names ${descriptor.digest}, which is not there.`);
        return platformImage(contents, manifest, descriptor);
    }));
}
async function platformImage(contents, manifest, descriptor) {
    const { config, layers = [] } = (0,_registry_manifest_js__WEBPACK_IMPORTED_MODULE_0__/* .readManifest */ .WI)(manifest);
    const { history = [], ...about } = config === undefined ? {} : JSON.parse(await contents.text(config));
    const instructions = history.filter((step) => !step.empty_layer).map((step) => readable(step.created_by ?? ''));
    const own = [about.os, about.architecture, about.variant].filter(Boolean).join('/');
    return {
        platform: (descriptor && (0,_registry_manifest_js__WEBPACK_IMPORTED_MODULE_0__/* .platformOf */ .tj)(descriptor)) ?? own,
        layers: layers.map(({ digest, size }, index) => ({ digest, bytes: size, instruction: instructions[index] ?? '' })),
        bytes: (config?.size ?? 0) + layers.reduce((sum, { size }) => sum + size, 0),
    };
}
/** BuildKit and the classic builder dress an instruction up. */
const readable = (createdBy) => createdBy
    .replace(/\s*# buildkit$/, '')
    .replace(/^\/bin\/sh -c #\(nop\)\s+/, '')
    .replace(/^(RUN )?\/bin\/sh -c /, 'RUN ')
    .trim();
/** The layers that are larger than before or new, most growth first. Layers are matched by what made them. */
function grownLayers(now, before) {
    const kept = new Set(now.layers.map(({ digest }) => digest));
    const gone = before.layers.filter(({ digest }) => !kept.has(digest));
    const old = new Set(before.layers.map(({ digest }) => digest));
    return now.layers
        .filter(({ digest }) => !old.has(digest))
        .map(({ instruction, bytes }) => {
        const index = gone.findIndex((layer) => layer.instruction === instruction);
        const [former] = index < 0 ? [] : gone.splice(index, 1);
        return { instruction, bytes, before: former?.bytes };
    })
        .filter(({ bytes, before: former = 0 }) => bytes > former)
        .sort((a, b) => b.bytes - (b.before ?? 0) - (a.bytes - (a.before ?? 0)));
}
/**
 * Compares sizes with the budget, platform by platform.
 * @param before the image to compare with; platforms that it does not have are judged by `maxBytes` alone
 * @returns one text for each platform that is too large, with the layers that make it so; none when all are within the budget
 */
function overBudget(now, before, budget) {
    return now.flatMap((image) => {
        const former = before.find(({ platform }) => platform === image.platform);
        const problems = [tooLarge(image, budget.maxBytes), former && grownTooMuch(image, former, budget.maxGrowth)].flatMap((problem) => problem ?? []);
        if (problems.length === 0)
            return [];
        const culprits = former === undefined ? largest(image) : grownLayers(image, former).map(describeGrowth);
        return [[...problems, ...culprits.slice(0, 5).map((line) => `  ${line}`)].join('\n')];
    });
}
const tooLarge = ({ platform, bytes }, maxBytes) => maxBytes !== undefined && bytes > maxBytes
    ? `The image for ${platform} has ${(0,_size_js__WEBPACK_IMPORTED_MODULE_1__/* .formatSize */ .Xq)(bytes)}, more than \`max-size\` allows (${(0,_size_js__WEBPACK_IMPORTED_MODULE_1__/* .formatSize */ .Xq)(maxBytes)}).`
    : undefined;
function grownTooMuch(now, before, limit) {
    if (limit === undefined)
        return undefined;
    const allowed = 'bytes' in limit ? limit.bytes : (before.bytes * limit.percent) / 100;
    const grown = now.bytes - before.bytes;
    if (grown <= allowed)
        return undefined;
    const stated = 'bytes' in limit ? (0,_size_js__WEBPACK_IMPORTED_MODULE_1__/* .formatSize */ .Xq)(limit.bytes) : `${limit.percent} %`;
    const share = before.bytes === 0 ? '' : ` (${((100 * grown) / before.bytes).toFixed(1)} %)`;
    return `The image for ${now.platform} has grown by ${(0,_size_js__WEBPACK_IMPORTED_MODULE_1__/* .formatSize */ .Xq)(grown)}${share} to ${(0,_size_js__WEBPACK_IMPORTED_MODULE_1__/* .formatSize */ .Xq)(now.bytes)}, more than \`max-growth\` allows (${stated}).`;
}
const largest = ({ layers }) => layers.toSorted((a, b) => b.bytes - a.bytes).map(({ instruction, bytes }) => `${(0,_size_js__WEBPACK_IMPORTED_MODULE_1__/* .formatSize */ .Xq)(bytes)}  ${instruction}`);
const describeGrowth = ({ instruction, bytes, before }) => before === undefined
    ? `+${(0,_size_js__WEBPACK_IMPORTED_MODULE_1__/* .formatSize */ .Xq)(bytes)}  ${instruction} (new)`
    : `+${(0,_size_js__WEBPACK_IMPORTED_MODULE_1__/* .formatSize */ .Xq)(bytes - before)}  ${instruction} (${(0,_size_js__WEBPACK_IMPORTED_MODULE_1__/* .formatSize */ .Xq)(before)} → ${(0,_size_js__WEBPACK_IMPORTED_MODULE_1__/* .formatSize */ .Xq)(bytes)})`;
//# sourceMappingURL=image-size.js.map

/***/ }),

/***/ 209:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ readLayout)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(24);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(760);
/* harmony import */ var _registry_manifest_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(390);




/** @throws Error when the directory holds no image, or more than one */
async function readLayout(directory) {
    const { manifests } = JSON.parse(await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.readFile)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(directory, 'index.json'), 'utf8'));
    const [first, ...others] = manifests;
    if (first === undefined || others.length > 0)
        throw new Error(`${directory} holds ${manifests.length} images, not one.`);
    const parts = new Map();
    const blobs = new Map();
    const visit = async (descriptor) => {
        const content = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.readFile)(blobPath(directory, descriptor), 'utf8');
        const manifest = { mediaType: descriptor.mediaType, digest: descriptor.digest, content };
        const { manifests: children = [], config, layers = [] } = (0,_registry_manifest_js__WEBPACK_IMPORTED_MODULE_3__/* .readManifest */ .WI)(manifest);
        for (const child of children)
            parts.set(child.digest, await visit(child));
        for (const blob of config === undefined ? layers : [config, ...layers])
            blobs.set(blob.digest, blob);
        return manifest;
    };
    const root = await visit(first);
    return {
        root,
        parts: [...parts.values()],
        blobs: [...blobs.values()],
        open: (blob) => ({ length: blob.size, open: () => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.createReadStream)(blobPath(directory, blob)) }),
    };
}
const blobPath = (directory, { digest }) => (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(directory, 'blobs', digest.replace(':', '/'));
//# sourceMappingURL=layout.js.map

/***/ }),

/***/ 673:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  e: () => (/* binding */ run)
});

;// CONCATENATED MODULE: external "node:child_process"
const external_node_child_process_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:child_process");
;// CONCATENATED MODULE: external "node:os"
const external_node_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:os");
;// CONCATENATED MODULE: ./build/src/image/process.js


const KEPT_LINES = 200;
/** The runner sends SIGTERM 7.5 s after SIGINT; buildx needs less than 0.2 s to stop. */
const STOP_WITHIN_MS = 3000;
/**
 * Not @actions/exec: it takes no signal, does not tell the pid and starts children in our own process group, so a cancelled build would go on
 * and move its tags after the step is over (measured with docker/build-push-action 7.3.0: up to 6 s later). A child that leads a group of
 * its own is stopped together with everything it started: SIGINT, on which buildx has the engine cancel the build and the push, then SIGKILL.
 */
const run = async (command, { signal, onErrorLine, onOutputLine }) => {
    signal.throwIfAborted();
    const child = (0,external_node_child_process_namespaceObject.spawn)(command.file, command.args, {
        cwd: command.cwd,
        env: { ...command.variables },
        stdio: ['pipe', 'pipe', 'pipe'],
        detached: true,
    });
    // A program that ends without reading is no error of ours.
    child.stdin.on('error', () => { }).end(command.input);
    const signalGroup = (name) => {
        if (child.pid !== undefined)
            killGroup(child.pid, name);
    };
    let killTimer;
    const stop = () => {
        signalGroup('SIGINT');
        killTimer = setTimeout(signalGroup, STOP_WITHIN_MS, 'SIGKILL');
    };
    const stopAtOnce = () => signalGroup('SIGKILL');
    signal.addEventListener('abort', stop, { once: true });
    process.once('exit', stopAtOnce);
    let stdout = '';
    const outputLines = new LineSplitter((line) => onOutputLine?.(line));
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
        if (onOutputLine === undefined)
            stdout += chunk;
        else
            outputLines.add(chunk);
    });
    const lastErrorLines = [];
    const lines = new LineSplitter((line) => {
        if (lastErrorLines.push(line) > KEPT_LINES)
            lastErrorLines.shift();
        onErrorLine?.(line);
    });
    child.stderr.setEncoding('utf8').on('data', (chunk) => lines.add(chunk));
    try {
        const code = await new Promise((resolve, reject) => {
            child.once('error', reject);
            child.once('close', (exitCode, signalName) => resolve(exitCode ?? 128 + (signalName === null ? 0 : external_node_os_namespaceObject.constants.signals[signalName])));
        });
        lines.end();
        outputLines.end();
        if (signal.aborted)
            stopAtOnce();
        signal.throwIfAborted();
        return { code, stdout, lastErrorLines };
    }
    finally {
        clearTimeout(killTimer);
        signal.removeEventListener('abort', stop);
        process.off('exit', stopAtOnce);
    }
};
/** A group that is already gone is what was asked for. */
function killGroup(leader, name) {
    try {
        process.kill(-leader, name);
    }
    catch (error) {
        if (error.code !== 'ESRCH')
            throw error;
    }
}
/** Cuts a stream into lines; a carriage return ends one too, because the runner sees it so. */
class LineSplitter {
    #emit;
    #rest = '';
    constructor(emit) {
        this.#emit = emit;
    }
    add(chunk) {
        const lines = (this.#rest + chunk).split(/\r\n|\n|\r(?!$)/);
        this.#rest = lines.pop() ?? '';
        for (const line of lines)
            this.#emit(line);
    }
    end() {
        if (this.#rest !== '')
            this.#emit(this.#rest);
        this.#rest = '';
    }
}
//# sourceMappingURL=process.js.map

/***/ }),

/***/ 503:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  r: () => (/* binding */ contentsInRegistry),
  m: () => (/* binding */ publish)
});

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __nccwpck_require__(455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(760);
;// CONCATENATED MODULE: external "node:stream/consumers"
const consumers_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream/consumers");
// EXTERNAL MODULE: ./build/src/action/errors.js
var errors = __nccwpck_require__(537);
// EXTERNAL MODULE: ./build/src/image/layout.js
var layout = __nccwpck_require__(209);
// EXTERNAL MODULE: ./build/src/http/failure.js
var failure = __nccwpck_require__(132);
// EXTERNAL MODULE: ./build/src/http/retry.js
var retry = __nccwpck_require__(92);
// EXTERNAL MODULE: ./build/src/lib/duration.js
var duration = __nccwpck_require__(81);
// EXTERNAL MODULE: ./build/src/image/build-failure.js + 1 modules
var build_failure = __nccwpck_require__(686);
;// CONCATENATED MODULE: ./build/src/image/publish/move-tags.js

/** After a cancellation the runner gives 7.5 s until SIGTERM; what is half done is ended within this. */
const FINISH_WITHIN_MS = 3_000;
/**
 * Lets all tags stand for their new images, one right after the other: all of them, or none. When one can't be moved, the others are put back. From
 * the first change on, a cancellation is not obeyed at once but lets the rest of the (short) row be finished.
 * @throws UserError saying which tag could not be moved and how the others stand now
 */
async function moveTags(moves, { log, signal }) {
    const moved = moves.filter(({ pushed }) => pushed);
    // Names that are moved already ask for the rest.
    if (moved.length === 0)
        signal.throwIfAborted();
    const patient = afterGrace(signal);
    for (const move of moves) {
        if (move.pushed || move.before === move.digest)
            continue;
        try {
            await move.repository.put(move.tag, move.manifest, patient);
            moved.push(move);
            log.info(`${nameOf(move)} is now ${move.digest}`);
        }
        catch (cause) {
            const left = await putBack(moved, log);
            throw new errors/* UserError */.y([why(move, cause), ...describeRest(moves, moved, left)].join('\n'), { cause });
        }
    }
}
/**
 * Gives every tag the image that it stood for before; those that are new are taken away, where the registry can do that. A tag that meanwhile stands for
 * something else than the new image is somebody else's, and left alone.
 * @returns one line for each tag that could not be put back
 */
async function putBack(moved, log) {
    const signal = AbortSignal.timeout(FINISH_WITHIN_MS);
    const problems = [];
    for (const move of moved.toReversed()) {
        if (move.before === move.digest)
            continue;
        const problem = await putBackOne(move, signal).catch((error) => firstLine(error));
        if (problem === undefined)
            log.info(`${nameOf(move)} is ${move.before ?? 'gone'} again`);
        else
            problems.push(`${nameOf(move)} ${problem}`);
    }
    return problems;
}
async function putBackOne({ repository, tag, before, digest }, signal) {
    if ((await repository.digestOf(tag, signal)) !== digest)
        return undefined;
    if (before === undefined) {
        return (await repository.removeTag(tag, signal)) ? undefined : 'is new, and this registry does not let a tag be removed';
    }
    const former = await repository.manifest(before, signal);
    if (former === undefined)
        return `stood for ${before}, which the registry no longer has`;
    await repository.put(tag, former, signal);
    return undefined;
}
/** Not aborted before `signal` is, and then some seconds later. */
function afterGrace(signal) {
    const controller = new AbortController();
    const later = () => setTimeout(() => controller.abort(signal.reason), FINISH_WITHIN_MS).unref();
    if (signal.aborted)
        later();
    else
        signal.addEventListener('abort', later, { once: true });
    return controller.signal;
}
const nameOf = ({ repository, tag }) => `${repository.name}:${tag}`;
const firstLine = (error) => (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
const why = (move, cause) => `The tag ${nameOf(move)} could not be moved. ${cause instanceof Error ? cause.message : String(cause)}`;
function describeRest(moves, moved, left) {
    if (moves.length === 1)
        return [];
    if (left.length > 0)
        return ['Not everything is as it was before this step:', ...left.map((line) => `  ${line}`)];
    return [moved.length === 0 ? 'No other tag has been moved.' : 'All other tags stand for what they stood for before this step.'];
}
//# sourceMappingURL=move-tags.js.map
;// CONCATENATED MODULE: ./build/src/image/publish/engine-push.js





/**
 * The names under which an engine that can only push by tag brings the image into its repositories, one each; all other tags are moved afterwards. A
 * tag that does not exist yet is taken where there is one: nobody misses it if the rest fails.
 */
const carriersOf = (destinations) => destinations.map(({ repository, tags, before }) => ({
    registry: repository.registry.name,
    repository: repository.path,
    tag: tags.find((tag) => !before.has(tag)) ?? tags[0],
}));
/**
 * Builds and pushes until the registries have taken the image. The engine's own attempts end after seconds and pass over Retry-After (BuildKit 0.25:
 * six requests within 10 ms after a 429), so a push that may work later is waited for here: until the registry takes an upload of ours again.
 * @throws BuildFailure when it can't work, or not within the limits; the signal's reason when cancelled. Tags that the engine moved are put back.
 */
async function buildUntilPushed(publication, deliveries, effects) {
    const digests = [];
    const told = deliveries.map((delivery, index) => {
        const onDigest = (digest) => {
            digests[index] = digest;
        };
        return delivery.to === 'tags' ? { ...delivery, onDigest } : delivery;
    });
    try {
        return await withAttempts(publication, told, effects);
    }
    catch (error) {
        for (const [index, { destinations }] of publication.images.entries()) {
            await putCarriersBack(destinations, told[index], digests[index], effects.log);
        }
        throw error;
    }
}
async function withAttempts(publication, deliveries, { clock, log, random, signal }) {
    const { limits } = publication;
    let firstFailureMs;
    for (let attempt = 1;; attempt++) {
        try {
            return await publication.build(deliveries);
        }
        catch (error) {
            if (!(error instanceof build_failure/* BuildFailure */.$w) || !error.mayPushAgain)
                throw error;
            firstFailureMs ??= clock.now();
            const leftMs = firstFailureMs + limits.elapsedMs - clock.now();
            const delayMs = (0,retry/* backOff */.fu)(attempt, random, limits);
            if (delayMs > leftMs)
                throw afterAll(error, limits);
            log.info(`The push failed; it is tried again in ${(0,duration/* formatDuration */.a)(delayMs)} (\`retry-for\`).`);
            await clock.sleep(delayMs, signal);
            await untilUploadsAreTaken(publication, leftMs - delayMs, signal);
        }
    }
}
/** With a single tag there is nothing that it must be kept together with. */
async function putCarriersBack(destinations, delivery, digest, log) {
    if (delivery?.to !== 'tags' || digest === undefined || destinations.flatMap(({ tags }) => tags).length < 2)
        return;
    const moves = destinations.flatMap(({ repository, before, unreachable }) => {
        const carrier = delivery.tags.find(({ registry, repository: path }) => registry === repository.registry.name && path === repository.path);
        if (carrier === undefined || unreachable !== undefined || !before.has(carrier.tag))
            return [];
        return [{ repository, tag: carrier.tag, before: before.get(carrier.tag), digest }];
    });
    for (const problem of await putBack(moves, log))
        log.warning(`${problem}; it is not what it was before this step.`);
}
/** @throws RegistryRefusal when a registry does not take anything within the time, or says no for good */
async function untilUploadsAreTaken({ images }, leftMs, signal) {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(Math.max(Math.ceil(leftMs), 1))]);
    for (const { repository, unreachable } of images.flatMap(({ destinations }) => destinations)) {
        if (unreachable !== undefined)
            continue;
        await repository.requirePush(deadline).catch((error) => {
            signal.throwIfAborted();
            // The engine says better than we could what it can't reach.
            if (!(error instanceof failure/* TransportFailure */.Az) && !deadline.aborted)
                throw error;
        });
    }
}
const afterAll = (failure, { elapsedMs }) => new build_failure/* BuildFailure */.$w(elapsedMs === 0
    ? failure.message
    : `${failure.message}\n\nThe push was tried for ${(0,duration/* formatDuration */.a)(elapsedMs)} (\`retry-for\`).`, failure.account, false);
//# sourceMappingURL=engine-push.js.map
// EXTERNAL MODULE: ./build/src/image/publish/registries.js + 9 modules
var registries = __nccwpck_require__(486);
;// CONCATENATED MODULE: ./build/src/image/publish/upload.js
const PARALLEL = 3;
/**
 * Brings an image into a repository by its digest; no tag is moved. What the registry has already is not sent again.
 * @throws RegistryRefusal, TransportFailure; the signal's reason when aborted
 */
async function uploadLayout(layout, repository, log, signal) {
    const waiting = [...layout.blobs];
    const worker = async () => {
        for (let blob = waiting.shift(); blob !== undefined; blob = waiting.shift()) {
            await uploadBlob(layout, blob, repository, log, signal);
        }
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
    for (const manifest of [...layout.parts, layout.root])
        await repository.put(manifest.digest, manifest, signal);
}
async function uploadBlob(layout, blob, repository, log, signal) {
    const short = `${blob.digest.slice(0, 19)} (${blob.size} bytes)`;
    if (await repository.hasBlob(blob.digest, signal)) {
        log.info(`${repository.name}: ${short} is there already`);
        return;
    }
    await repository.upload(blob.digest, layout.open(blob), signal);
    log.info(`${repository.name}: ${short} pushed`);
}
//# sourceMappingURL=upload.js.map
;// CONCATENATED MODULE: ./build/src/image/publish/publish.js









/**
 * Builds images, brings them into their registries, and lets their tags stand for them: all tags together at the end, or none.
 * @throws BuildFailure, RegistryRefusal, UserError, TransportFailure; the signal's reason when cancelled
 */
async function publish(engine, publication, effects) {
    const directory = await (0,promises_.mkdtemp)((0,external_node_path_.join)(effects.environment.temporary, 'd9-layout-'));
    try {
        const deliveries = publication.images.map((image, index) => deliveryOf(image, engine, publication.mayBeRefused, (0,external_node_path_.join)(directory, String(index))));
        const built = await buildUntilPushed(publication, deliveries, effects);
        const layouts = await Promise.all(deliveries.map((delivery) => (delivery.to === 'layout' ? (0,layout/* readLayout */.T)(delivery.directory) : undefined)));
        const images = await Promise.all(publication.images.map((image, index) => describe(image, built[index], layouts[index], effects.signal)));
        await publication.inspect(images.flatMap(({ contents }) => contents ?? []));
        await uploadAll(publication.images, layouts, effects);
        await moveAll(publication.images, images, deliveries, effects);
        return images;
    }
    finally {
        await (0,promises_.rm)(directory, { recursive: true, force: true });
    }
}
/** @throws UserError when the engine can't do what the inputs ask for */
function deliveryOf({ destinations, timesRewritten }, engine, mayBeRefused, directory) {
    const tags = destinations.flatMap(({ repository, tags }) => tags.map((tag) => ({ registry: repository.registry.name, repository: repository.path, tag })));
    const outOfReach = destinations.find(({ unreachable }) => unreachable !== undefined);
    if (outOfReach !== undefined && !mayBeRefused && engine.pushes !== 'never')
        return { to: 'tags', tags };
    if (outOfReach !== undefined) {
        throw new errors/* UserError */.y(`${outOfReach.repository.registry.name} can't be reached from this runner: ${outOfReach.unreachable}.\n` +
            (mayBeRefused
                ? 'A size budget needs a registry that it can ask.'
                : `${engine.kind} runs here, so it can't push there either.`));
    }
    if (engine.pushes === 'by-digest')
        return { to: 'digest', repositories: destinations.map(({ name }) => name) };
    if (engine.pushes === 'by-tag' && !timesRewritten && !mayBeRefused)
        return { to: 'tags', tags: carriersOf(destinations) };
    if (!engine.layout.possible) {
        throw new errors/* UserError */.y(`${engine.layout.why}\nA size budget and a reproducible image need that.`);
    }
    return { to: 'layout', directory };
}
async function describe({ destinations }, built, layout, signal) {
    const digest = layout?.root.digest ?? requireDigest(built.digest, destinations);
    const [reachable] = destinations.filter(({ unreachable }) => unreachable === undefined);
    const contents = layout === undefined ? reachable && (await inRegistry(reachable.repository, digest, signal)) : inLayout(layout);
    return { built, digest, contents };
}
const inLayout = ({ root, parts, open }) => ({
    root,
    part: async (digest) => parts.find((part) => part.digest === digest),
    text: (blob) => (0,consumers_namespaceObject.text)(open(blob).open()),
});
const contentsInRegistry = (root, repository, signal) => ({
    root,
    part: (digest) => repository.manifest(digest, signal),
    text: (blob) => repository.blob(blob.digest, signal),
});
async function inRegistry(repository, digest, signal) {
    const root = await repository.manifest(digest, signal);
    if (root === undefined || root.digest !== digest) {
        throw new errors/* UserError */.y(`${repository.name} was pushed as ${digest}, but the registry ${root === undefined ? 'does not have it' : `gives ${root.digest} for it`}.\nIs there a clean-up job or a proxy in front of it?`);
    }
    return contentsInRegistry(root, repository, signal);
}
async function uploadAll(images, layouts, { log, signal }) {
    for (const [index, layout] of layouts.entries()) {
        if (layout === undefined)
            continue;
        for (const { repository } of images[index]?.destinations ?? [])
            await uploadLayout(layout, repository, log, signal);
    }
}
/** Every tag of every image, in one row; then what the registry now serves is compared with what was built. */
async function moveAll(images, published, deliveries, effects) {
    const moves = await Promise.all(images.map((image, index) => movesOf(image, published[index], deliveries[index], effects.signal)));
    await moveTags(moves.flat(), effects);
    for (const [index, { destinations }] of images.entries()) {
        await (0,registries/* confirm */.lJ)(destinations, published[index].digest, effects);
    }
}
async function movesOf({ destinations }, { contents }, delivery, signal) {
    const manifest = contents?.root;
    if (manifest === undefined)
        return [];
    const carriers = delivery.to === 'tags' ? delivery.tags : [];
    const moves = destinations.flatMap((destination) => destination.tags.map(async (tag) => {
        const { repository, before } = destination;
        const isCarrier = ({ registry, repository: path, tag: name }) => registry === repository.registry.name && path === repository.path && name === tag;
        const pushed = carriers.some(isCarrier);
        // A build takes minutes; what is put back must be what stood there last.
        const { digest } = manifest;
        return {
            repository,
            tag,
            digest,
            manifest,
            pushed,
            before: pushed ? before.get(tag) : await repository.digestOf(tag, signal),
        };
    }));
    return Promise.all(moves);
}
/** @throws UserError when the engine pushed without saying what */
function requireDigest(digest, destinations) {
    if (digest !== undefined && /^sha256:[0-9a-f]{64}$/.test(digest))
        return digest;
    throw new errors/* UserError */.y(`The engine pushed ${destinations.map(({ name }) => name).join(', ')} but did not say which digest it has.`);
}
//# sourceMappingURL=publish.js.map

/***/ }),

/***/ 486:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  Iy: () => (/* binding */ Registries),
  iX: () => (/* binding */ SHORT_LIMITS),
  lJ: () => (/* binding */ registries_confirm),
  TE: () => (/* binding */ lookUp),
  Z2: () => (/* binding */ pushLimits)
});

// EXTERNAL MODULE: ./build/src/action/errors.js
var errors = __nccwpck_require__(537);
// EXTERNAL MODULE: ./build/src/http/failure.js
var failure = __nccwpck_require__(132);
// EXTERNAL MODULE: ./build/src/image/reference.js
var reference = __nccwpck_require__(950);
// EXTERNAL MODULE: ./build/src/image/executable.js
var executable = __nccwpck_require__(519);
// EXTERNAL MODULE: ./build/src/image/registry/docker-config.js
var docker_config = __nccwpck_require__(386);
;// CONCATENATED MODULE: ./build/src/image/registry/credentials.js



/** User name under which a helper hands out a refresh token (github.com/docker/docker-credential-helpers). */
const TOKEN_USER = '<token>';
/**
 * Finds the login of a registry as Docker does: in the helper that the configuration names for it, else in the configuration.
 * @throws UserError when a helper is missing or fails for another reason than not having the login
 */
async function findCredentials(registry, environment, run, signal) {
    const config = (0,docker_config/* readDockerConfig */.TO)(environment);
    const origin = `${(0,docker_config/* dockerConfigDirectory */._n)(environment)}/config.json`;
    const helper = (0,docker_config/* findHelper */.Ym)(config, registry);
    const fromHelper = helper === undefined ? undefined : await askHelper(helper, registry, environment, run, signal);
    if (fromHelper !== undefined)
        return fromHelper;
    const entry = (0,docker_config/* findAuth */.iu)(config, registry);
    if (entry?.registrytoken)
        return { kind: 'registry-token', token: entry.registrytoken, origin };
    if (entry?.identitytoken)
        return { kind: 'identity-token', token: entry.identitytoken, origin };
    const [username = '', password = ''] = entry?.auth
        ? splitOnce(Buffer.from(entry.auth, 'base64').toString('utf8'))
        : [entry?.username, entry?.password];
    if (username === '' || password === '')
        return { kind: 'none', origin };
    return { kind: 'password', username, password, origin };
}
/** A password may have colons of its own. */
function splitOnce(text) {
    const colon = text.indexOf(':');
    return colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
}
/** Protocol: the server on stdin, `{"ServerURL","Username","Secret"}` on stdout; exit 1 and a sentence on stdout when it has none. */
async function askHelper(suffix, registry, { workspace, variables }, run, signal) {
    const name = `docker-credential-${suffix}`;
    const file = (0,executable/* firstExecutable */.N)((0,executable/* searchPath */.o)(variables), name);
    if (file === undefined) {
        throw new errors/* UserError */.y(`Docker's configuration says that ${name} keeps the login of ${registry}, but PATH has no such program.\nInstall it, or give \`username\` and \`password\`.`);
    }
    const exit = await run({ file, args: ['get'], cwd: workspace, variables, input: (0,docker_config/* configKey */.ur)(registry) }, { signal });
    if (exit.code !== 0 && /not found/i.test(exit.stdout))
        return undefined;
    if (exit.code !== 0) {
        const said = exit.lastErrorLines.at(-1) ?? exit.stdout.trim().slice(0, 200);
        throw new errors/* UserError */.y(`${name} gave no login for ${registry}: ${said || `it ended with exit code ${exit.code}`}.`);
    }
    try {
        const { Username: username, Secret: secret } = JSON.parse(exit.stdout);
        if (username === TOKEN_USER)
            return { kind: 'identity-token', token: secret, origin: name };
        return { kind: 'password', username, password: secret, origin: name };
    }
    catch (cause) {
        throw new errors/* UserError */.y(`${name} answered something else than JSON for ${registry}.`, { cause });
    }
}
//# sourceMappingURL=credentials.js.map
// EXTERNAL MODULE: ./build/src/image/registry/refusal.js
var refusal = __nccwpck_require__(875);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(24);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(760);
;// CONCATENATED MODULE: external "node:https"
const external_node_https_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:https");
;// CONCATENATED MODULE: ./build/src/http/user-agent.js
/** Shown in the API server's audit log. A test keeps it equal to the version in package.json, which bundles don't carry. */
const USER_AGENT = 'd9-actions/0.1.0';
//# sourceMappingURL=user-agent.js.map
;// CONCATENATED MODULE: ./build/src/http/connection.js



/** Idle connections are closed before a load balancer in between does (60 s is usual), so that no request meets a dead one. */
const IDLE_MS = 30_000;
/** Sends requests over one pool of kept-alive connections. Knows nothing of who answers. */
class Connection {
    #url;
    #request;
    #base;
    constructor(server) {
        this.#url = server.url;
        const secure = server.url.protocol === 'https:';
        // `import 'node:http'` would load fetch and WebSocket too: 30 ms of start-up for a server that almost nobody has.
        const { Agent, request } = secure ? external_node_https_namespaceObject : process.getBuiltinModule('node:http');
        this.#request = request;
        const agent = new Agent({
            keepAlive: true,
            maxSockets: 20,
            timeout: IDLE_MS,
            ...(server.proxy ? { proxyEnv: secure ? { HTTPS_PROXY: server.proxy } : { HTTP_PROXY: server.proxy } } : {}),
            ...(server.certificateAuthority ? { ca: server.certificateAuthority } : {}),
            ...(server.tlsServerName ? { servername: server.tlsServerName } : {}),
            ...(server.insecureSkipTlsVerify ? { rejectUnauthorized: false } : {}),
        });
        this.#base = {
            agent,
            hostname: server.url.hostname.replace(/^\[|\]$/g, ''),
            port: server.url.port || (secure ? 443 : 80),
        };
    }
    /**
     * One request and its whole answer, whatever its status.
     * @throws TransportFailure without a complete answer; the signal's reason when aborted
     */
    exchange(request, authorization, signal) {
        return new Promise((resolve, reject) => {
            const attempt = new Attempt(this.#start(request, authorization), request.timeoutMs, signal, reject);
            attempt.onResponse((response) => {
                const chunks = [];
                response.on('data', (chunk) => chunks.push(chunk));
                response.on('end', () => {
                    // A body that stops short of its length ends with an error, not here.
                    attempt.settle();
                    resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') });
                });
            });
            attempt.send(request.body);
        });
    }
    /**
     * One request whose answer is read piece by piece; resolves with its head. The caller ends it by `destroy()`.
     * @throws TransportFailure without an answer; the signal's reason when aborted
     */
    open(request, authorization, signal) {
        return new Promise((resolve, reject) => {
            const attempt = new Attempt(this.#start(request, authorization), request.timeoutMs, signal, reject);
            attempt.onResponse((response) => {
                attempt.settle();
                resolve(response);
            });
            attempt.send(request.body);
        });
    }
    #start(request, authorization) {
        const { body, contentType } = request;
        return this.#request({
            ...this.#base,
            ...authorization.clientCertificate,
            method: request.method,
            path: this.#url.pathname.replace(/\/$/, '') + request.path,
            headers: {
                accept: 'application/json',
                'user-agent': USER_AGENT,
                ...(body === undefined
                    ? {}
                    : {
                        'content-type': contentType ?? 'application/json',
                        'content-length': typeof body === 'string' ? Buffer.byteLength(body) : body.length,
                    }),
                ...authorization.headers,
            },
        });
    }
}
/** One request in the air: fails it on error, deadline or abort, whichever is first, and leaves no listener behind. */
class Attempt {
    #request;
    #signal;
    #reject;
    #timer;
    #connected = false;
    #settled = false;
    constructor(request, timeoutMs, signal, reject) {
        this.#request = request;
        this.#signal = signal;
        this.#reject = reject;
        this.#timer = setTimeout(() => this.#fail((0,failure/* timedOut */.iU)(timeoutMs, this.#connected)), timeoutMs);
        signal.addEventListener('abort', this.#abort);
        request.on('error', this.#broken);
        request.on('socket', (socket) => {
            if (!socket.connecting && !socket.secureConnecting)
                this.#markConnected();
            else
                socket.once('encrypted' in socket ? 'secureConnect' : 'connect', this.#markConnected);
        });
    }
    onResponse(take) {
        this.#request.on('response', (response) => {
            // Without a listener a connection that breaks later would end the process; a settled attempt ignores it.
            response.on('error', this.#broken);
            take(response);
        });
    }
    send(body) {
        if (this.#signal.aborted)
            this.#abort();
        else if (typeof body === 'object')
            this.#stream(body);
        else
            this.#request.end(body);
    }
    #stream(body) {
        const bytes = body.open();
        bytes.on('error', (error) => this.#fail(error));
        this.#request.on('close', () => bytes.destroy());
        bytes.pipe(this.#request);
    }
    /** The attempt is over for good; what happens to the connection from here on is for the caller. */
    settle() {
        this.#settled = true;
        clearTimeout(this.#timer);
        this.#signal.removeEventListener('abort', this.#abort);
    }
    #markConnected = () => {
        this.#connected = true;
    };
    #abort = () => this.#fail(this.#signal.reason);
    #broken = (error) => this.#fail((0,failure/* classify */.L8)(error, this.#connected));
    #fail(reason) {
        if (this.#settled)
            return;
        this.settle();
        this.#request.destroy();
        this.#reject(reason);
    }
}
//# sourceMappingURL=connection.js.map
;// CONCATENATED MODULE: external "node:net"
const external_node_net_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:net");
;// CONCATENATED MODULE: ./build/src/http/proxy.js


/**
 * The proxy for a server, as kubectl chooses it: the kubeconfig's `proxy-url`, else HTTPS_PROXY (HTTP_PROXY for an http:// server) unless NO_PROXY
 * covers the host. Rules of NO_PROXY from golang.org/x/net/http/httpproxy: names with their subdomains, `.suffix`, `host:port`, addresses, CIDR, `*`;
 * the own machine is never proxied.
 * @throws UserError when the proxy can't be used
 */
function chooseProxy(server, proxyUrl, variables) {
    if (proxyUrl !== undefined)
        return checked(proxyUrl, 'proxy-url of the kubeconfig');
    const name = server.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
    const proxy = variables[name] || variables[name.toLowerCase()];
    if (!proxy || isExempt(server, variables.NO_PROXY || variables.no_proxy || ''))
        return undefined;
    return checked(proxy.includes('://') ? proxy : `http://${proxy}`, name);
}
function checked(url, where) {
    if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol))
        return url;
    // The URL itself may hold a password.
    throw new errors/* UserError */.y(`The ${where} must be a URL that starts with http:// or https://; SOCKS is not supported.`);
}
function isExempt(server, noProxy) {
    const host = server.hostname.replace(/^\[|\]$/g, '').toLowerCase();
    const port = server.port || (server.protocol === 'https:' ? '443' : '80');
    const loopback = host === 'localhost' || host === '::1' || ((0,external_node_net_namespaceObject.isIP)(host) === 4 && host.startsWith('127.'));
    if (loopback)
        return true;
    const entries = noProxy.split(',').map((entry) => entry.trim().toLowerCase());
    return entries.some((entry) => entry !== '' && covers(entry, host, port));
}
function covers(entry, host, port) {
    if (entry === '*')
        return true;
    if (entry.includes('/'))
        return isInNetwork(entry, host);
    const [name = '', entryPort] = (0,external_node_net_namespaceObject.isIP)(entry) === 6 ? [entry] : entry.split(':');
    if (entryPort !== undefined && entryPort !== port)
        return false;
    const bare = name.replace(/^\*?\./, '');
    return host.endsWith(`.${bare}`) || (host === bare && !name.startsWith('.') && !name.startsWith('*.'));
}
function isInNetwork(cidr, host) {
    const [network = '', bits = ''] = cidr.split('/');
    const version = (0,external_node_net_namespaceObject.isIP)(network);
    if (version === 0 || version !== (0,external_node_net_namespaceObject.isIP)(host) || !/^\d+$/.test(bits))
        return false;
    const family = version === 4 ? 'ipv4' : 'ipv6';
    if (Number(bits) > (version === 4 ? 32 : 128))
        return false;
    const list = new external_node_net_namespaceObject.BlockList();
    list.addSubnet(network, Number(bits), family);
    return list.check(host, family);
}
//# sourceMappingURL=proxy.js.map
// EXTERNAL MODULE: ./build/src/http/retry.js
var retry = __nccwpck_require__(92);
// EXTERNAL MODULE: ./build/src/lib/duration.js
var duration = __nccwpck_require__(81);
;// CONCATENATED MODULE: ./build/src/image/registry/challenge.js
/** @returns the bearer challenge when there is one, else the basic one; undefined for schemes that registries don't use */
function readChallenge(header) {
    if (header === undefined)
        return undefined;
    const bearer = /\bBearer\s+(.*)$/is.exec(header)?.[1];
    const parameters = Object.fromEntries([...(bearer ?? '').matchAll(/([a-z_]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/gi)].map(([, name = '', quoted, bare]) => [name.toLowerCase(), (quoted ?? bare ?? '').replaceAll(/\\(.)/g, '$1')]));
    if (parameters.realm && URL.canParse(parameters.realm)) {
        return { scheme: 'bearer', realm: parameters.realm, service: parameters.service };
    }
    return /\bBasic\b/i.test(header) ? { scheme: 'basic' } : undefined;
}
//# sourceMappingURL=challenge.js.map
;// CONCATENATED MODULE: ./build/src/image/registry/registry.js







const TIMEOUT_MS = 30_000;
/** The slowest upload that is not taken for a stalled one, in bytes per millisecond: 64 kB/s. */
const SLOWEST_UPLOAD = 64;
/** Where Docker keeps the certificate authorities of single registries (docs.docker.com/engine/security/certificates). */
const CERTIFICATES = '/etc/docker/certs.d';
/**
 * One registry, asked as one user (distribution-spec v1.1). Knows how to log in, to wait when it is told to, and nothing of images.
 */
class Registry {
    /** As in a tag: host with optional port, or `docker.io`. */
    name;
    credentials;
    #effects;
    #root;
    #connections = new Map();
    /** `Authorization` by scope. */
    #authorizations = new Map();
    constructor(name, credentials, effects) {
        this.name = name;
        this.credentials = credentials;
        this.#effects = effects;
        this.#root = rootOf(name);
    }
    /**
     * Does something until there is an answer that waiting would not better: 408, 429, 5xx, broken and refused connections are tried again with
     * back-off, or when the registry says (Retry-After), as long as `limits` allow.
     * @param what in words, for the log
     * @throws TransportFailure without an answer; the signal's reason when aborted
     */
    async retry(what, send, limits, signal) {
        const { clock, log, random } = this.#effects;
        const onRetry = (why, delayMs) => {
            const text = `${this.name}: ${what}: ${why}; trying again in ${(0,duration/* formatDuration */.a)(delayMs)}`;
            if (delayMs >= 500)
                log.info(text);
            else
                log.debug(text);
        };
        return await (0,retry/* withRetries */.LH)(send, 'idempotent', { clock, random, onRetry }, signal, limits);
    }
    /**
     * Sends a request. A 401 is answered with a login, once.
     * @param scope what the request needs, e.g. `repository:shop/app:pull,push`
     * @throws TransportFailure without an answer; the signal's reason when aborted
     */
    async send(request, scope, signal) {
        const url = new URL(request.path, this.#root);
        // An upload may be handed on to another host, which must not see the password.
        if (url.host !== this.#root.host)
            return this.#exchange(url, request, undefined, signal);
        const known = this.#authorizations.get(scope);
        const answer = await this.#exchange(url, request, known, signal);
        if (answer.status !== 401)
            return answer;
        const fresh = await this.#logIn(header(answer, 'www-authenticate'), scope, signal);
        if (typeof fresh !== 'string')
            return fresh ?? answer;
        this.#authorizations.set(scope, fresh);
        return this.#exchange(url, request, fresh, signal);
    }
    /**
     * @returns the `Authorization` header that the registry asks for; the token server's own answer when that may be another one later; undefined
     * when there is no login that could give one
     */
    async #logIn(challengeHeader, scope, signal) {
        const challenge = readChallenge(challengeHeader);
        const { credentials } = this;
        if (challenge === undefined)
            return undefined;
        if (credentials.kind === 'registry-token')
            return `Bearer ${credentials.token}`;
        if (challenge.scheme === 'basic')
            return credentials.kind === 'password' ? basic(credentials) : undefined;
        const answer = await this.#askForToken(new URL(challenge.realm), challenge.service, scope, signal);
        if (answer.status !== 200)
            return answer.status === 429 || answer.status >= 500 ? answer : undefined;
        const { token, access_token: accessToken } = JSON.parse(answer.body);
        const value = token ?? accessToken;
        if (value === undefined)
            return undefined;
        this.#effects.log.mask(value);
        return `Bearer ${value}`;
    }
    #askForToken(realm, service, scope, signal) {
        const { credentials } = this;
        // A registry that names a plain-text token server of another host would have the password sent in the clear.
        const safe = realm.protocol === 'https:' || realm.hostname === this.#root.hostname;
        const fields = { ...(service === undefined ? {} : { service }), scope };
        if (credentials.kind === 'identity-token' && safe) {
            return this.#exchange(realm, oauth(fields, credentials.token), undefined, signal);
        }
        const authorization = credentials.kind === 'password' && safe ? basic(credentials) : undefined;
        return this.#exchange(withQuery(realm, fields), { method: 'GET', path: '' }, authorization, signal);
    }
    #exchange(url, { method, accept, body, contentType }, authorization, signal) {
        const bytes = typeof body === 'object' ? body.length : 0;
        const http = {
            method,
            path: `${url.pathname}${url.search}`,
            timeoutMs: TIMEOUT_MS + bytes / SLOWEST_UPLOAD,
            ...(body === undefined ? {} : { body }),
            ...(contentType === undefined ? {} : { contentType }),
        };
        const headers = {
            accept: accept ?? '*/*',
            ...(body === undefined && (method === 'POST' || method === 'PUT') ? { 'content-length': '0' } : {}),
            ...(authorization === undefined ? {} : { authorization }),
        };
        return this.#connection(url).exchange(http, { headers }, signal);
    }
    #connection(url) {
        const known = this.#connections.get(url.origin);
        if (known !== undefined)
            return known;
        const connection = new Connection({
            url: new URL(url.origin),
            certificateAuthority: certificatesOf(url.host),
            tlsServerName: undefined,
            insecureSkipTlsVerify: false,
            proxy: chooseProxy(url, undefined, this.#effects.environment.variables),
        });
        this.#connections.set(url.origin, connection);
        return connection;
    }
}
/** The own machine is asked without TLS, as Docker and BuildKit do. */
function rootOf(name) {
    const host = name === 'docker.io' ? 'registry-1.docker.io' : name;
    const { hostname } = new URL(`http://${host}`);
    const ownMachine = hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
    return new URL(`${ownMachine ? 'http' : 'https'}://${host}`);
}
function certificatesOf(host) {
    const directory = (0,external_node_path_.join)(CERTIFICATES, host);
    try {
        const files = (0,external_node_fs_.readdirSync)(directory).filter((name) => name.endsWith('.crt'));
        return files.length === 0 ? undefined : Buffer.concat(files.map((name) => (0,external_node_fs_.readFileSync)((0,external_node_path_.join)(directory, name))));
    }
    catch {
        return undefined;
    }
}
const basic = ({ username, password }) => `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
/** docs.docker.com/registry/spec/auth/oauth: a refresh token is exchanged for an access token. */
const oauth = (fields, refreshToken) => ({
    method: 'POST',
    path: '',
    contentType: 'application/x-www-form-urlencoded',
    body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
        client_id: 'd9-actions',
        ...fields,
    }).toString(),
});
function withQuery(url, fields) {
    const copy = new URL(url);
    for (const [name, value] of Object.entries(fields))
        copy.searchParams.append(name, value);
    return copy;
}
function header({ headers }, name) {
    const value = headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
}
//# sourceMappingURL=registry.js.map
// EXTERNAL MODULE: ./build/src/image/registry/manifest.js
var manifest = __nccwpck_require__(390);
;// CONCATENATED MODULE: ./build/src/image/registry/repository.js



/** One repository of a registry: its tags, manifests and blobs. */
class Repository {
    registry;
    /** Without the registry. */
    path;
    #limits;
    #scope;
    /** @param access what the user must be allowed; a token server may refuse to give a part of what is asked for */
    constructor(registry, path, limits, access) {
        this.registry = registry;
        this.path = path;
        this.#limits = limits;
        this.#scope = `repository:${path}:${access}`;
    }
    /** As it stands in front of a tag. */
    get name() {
        return `${this.registry.name}/${this.path}`;
    }
    /** @returns the digest behind a tag or digest; undefined when there is none */
    async digestOf(reference, signal) {
        const answer = await this.#send({ method: 'HEAD', path: this.#manifest(reference), accept: manifest/* MANIFEST_TYPES */._P }, signal);
        if (answer.status === 404)
            return undefined;
        this.#require(answer, [200], `read ${reference}`);
        // Some registries leave the digest out of the answer to HEAD (distribution-spec: SHOULD).
        return header(answer, 'docker-content-digest') ?? (await this.manifest(reference, signal))?.digest;
    }
    /** @returns undefined when there is none */
    async manifest(reference, signal) {
        const answer = await this.#send({ method: 'GET', path: this.#manifest(reference), accept: manifest/* MANIFEST_TYPES */._P }, signal);
        if (answer.status === 404)
            return undefined;
        this.#require(answer, [200], `read ${reference}`);
        const mediaType = header(answer, 'content-type')?.split(';')[0]?.trim() ?? 'application/vnd.oci.image.manifest.v1+json';
        return { mediaType, digest: (0,manifest/* digestOf */.ol)(answer.body), content: answer.body };
    }
    /**
     * Stores a manifest under a tag or under its digest.
     * @throws RegistryRefusal when it is not taken, e.g. because the tag is immutable
     */
    async put(reference, { mediaType, content }, signal) {
        const request = { method: 'PUT', path: this.#manifest(reference), body: content, contentType: mediaType };
        const what = reference.startsWith('sha256:') ? `push ${reference}` : `push the tag ${reference}`;
        this.#require(await this.#send(request, signal), [200, 201, 202], what);
    }
    /** Takes a tag away, where the registry can do that. @returns false where it can't */
    async removeTag(tag, signal) {
        const { status } = await this.#send({ method: 'DELETE', path: this.#manifest(tag) }, signal);
        return status >= 200 && status < 300;
    }
    /** A small blob as text. */
    async blob(digest, signal) {
        let answer = await this.#send({ method: 'GET', path: `/v2/${this.path}/blobs/${digest}` }, signal);
        // Many registries keep blobs elsewhere.
        const location = header(answer, 'location');
        if ([301, 302, 303, 307, 308].includes(answer.status) && location !== undefined) {
            answer = await this.#send({ method: 'GET', path: location }, signal);
        }
        this.#require(answer, [200], `read ${digest}`);
        return answer.body;
    }
    async hasBlob(digest, signal) {
        const { status } = await this.#send({ method: 'HEAD', path: `/v2/${this.path}/blobs/${digest}` }, signal);
        return status === 200;
    }
    /** Uploads a blob whole; broken off, it starts anew. */
    async upload(digest, body, signal) {
        const once = async () => {
            const opened = await this.registry.send(this.#opening, this.#scope, signal);
            const location = header(opened, 'location');
            if (opened.status !== 202 || location === undefined)
                return opened;
            const path = `${location}${location.includes('?') ? '&' : '?'}digest=${encodeURIComponent(digest)}`;
            return this.registry.send({ method: 'PUT', path, body, contentType: 'application/octet-stream' }, this.#scope, signal);
        };
        this.#require(await this.registry.retry(`blob ${digest.slice(0, 19)}`, once, this.#limits, signal), [201], `push ${digest}`);
    }
    /**
     * Finds out whether the user may push, and whether the registry takes anything at the moment, by opening an upload and giving it up.
     * @throws RegistryRefusal when not
     */
    async requirePush(signal) {
        const answer = await this.#send(this.#opening, signal);
        this.#require(answer, [202], 'push');
        const location = header(answer, 'location');
        // Not every registry lets go of an upload; those that don't drop it by themselves.
        if (location !== undefined)
            await this.registry.send({ method: 'DELETE', path: location }, this.#scope, signal);
    }
    get #opening() {
        return { method: 'POST', path: `/v2/${this.path}/blobs/uploads/` };
    }
    #manifest(reference) {
        return `/v2/${this.path}/manifests/${reference}`;
    }
    #send(request, signal) {
        const what = `${request.method} ${request.path}`;
        return this.registry.retry(what, () => this.registry.send(request, this.#scope, signal), this.#limits, signal);
    }
    #require(answer, allowed, what) {
        if (allowed.includes(answer.status))
            return;
        const { name: registry, credentials } = this.registry;
        throw (0,refusal/* explainRefusal */.GC)(answer, { registry, repository: this.path, what, credentials });
    }
}
//# sourceMappingURL=repository.js.map
;// CONCATENATED MODULE: ./build/src/image/publish/registries.js







/** How long a registry is asked again while it is not what the step waits for. */
const SHORT_LIMITS = { attempts: 3, elapsedMs: 5_000, firstDelayMs: 250, longestDelayMs: 2_000 };
/** Waits grow from half a second to half a minute. */
const pushLimits = (retryForMs) => ({
    attempts: Number.POSITIVE_INFINITY,
    elapsedMs: retryForMs,
    firstDelayMs: 500,
    longestDelayMs: 30_000,
});
/** One connection and one login for each registry. */
class Registries {
    #effects;
    #known = new Map();
    constructor(effects) {
        this.#effects = effects;
    }
    async repository({ registry, repository }, limits, access) {
        return new Repository(await this.#registry(registry), repository, limits, access);
    }
    #registry(name) {
        const known = this.#known.get(name);
        if (known !== undefined)
            return known;
        const { environment, run, signal } = this.#effects;
        const opened = findCredentials(name, environment, run, signal).then((credentials) => new Registry(name, credentials, this.#effects));
        this.#known.set(name, opened);
        return opened;
    }
}
/**
 * Finds out, before anything is built, what the tags stand for and whether this user may push there at all.
 * @throws RegistryRefusal when not
 */
async function lookUp(tags, registries, limits, effects) {
    const groups = Map.groupBy(tags, reference/* repositoryName */.aR);
    return await Promise.all([...groups].map(async ([name, group]) => {
        const [first] = group;
        const brief = await registries.repository(first, SHORT_LIMITS, 'pull,push');
        const repository = await registries.repository(first, limits, 'pull,push');
        const found = await standing(group, brief, effects);
        if (found.unreachable !== undefined) {
            effects.log.warning(`This runner cannot reach ${first.registry} (${found.unreachable}), so the engine moves the tags of ${name} by itself, one after the other, and their digests are not read back.`);
        }
        return { name, repository, tags: group.map(({ tag }) => tag), ...found };
    }));
}
async function standing(group, repository, { signal }) {
    try {
        const [digests] = await Promise.all([
            Promise.all(group.map(async ({ tag }) => [tag, await repository.digestOf(tag, signal)])),
            repository.requirePush(signal),
        ]);
        return {
            before: new Map(digests.filter((entry) => entry[1] !== undefined)),
            unreachable: undefined,
        };
    }
    catch (error) {
        if (error instanceof failure/* TransportFailure */.Az)
            return { before: new Map(), unreachable: error.message };
        // A registry that is overloaded now may be well when the image is built.
        if (error instanceof refusal/* RegistryRefusal */.OP && error.passing)
            return { before: new Map(), unreachable: undefined };
        throw error;
    }
}
/** @throws UserError when a tag stands for something else than what was pushed */
async function registries_confirm(destinations, digest, { log, signal }) {
    for (const { repository, tags, name, unreachable } of destinations) {
        if (unreachable !== undefined)
            continue;
        for (const tag of tags) {
            const served = await repository.digestOf(tag, signal);
            if (served === undefined) {
                throw new errors/* UserError */.y(`${name}:${tag} was pushed, but the registry does not have it.\nIs there a clean-up job or a proxy in front of it?`);
            }
            if (served !== digest) {
                throw new errors/* UserError */.y(`${name}:${tag} is ${served} in the registry, but this step pushed ${digest}.\n` +
                    'Another run has moved the tag meanwhile: give each run a tag of its own, or let the runs wait for each other (`concurrency`).');
            }
        }
        log.info(`${name}: ${tags.join(', ')} ${tags.length === 1 ? 'is' : 'are'} ${digest} in the registry`);
    }
}
//# sourceMappingURL=registries.js.map

/***/ }),

/***/ 950:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $q: () => (/* binding */ parseName),
/* harmony export */   F2: () => (/* binding */ parseReference),
/* harmony export */   FH: () => (/* binding */ formatReference),
/* harmony export */   aR: () => (/* binding */ repositoryName),
/* harmony export */   dz: () => (/* binding */ isTag)
/* harmony export */ });
// Grammar: github.com/distribution/reference, regexp.go and normalize.go.
const HOST_LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i;
const PATH_COMPONENT = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const AUTHORITY = /^(?<host>\[[0-9a-f:]+\]|[^:[\]]+)(:(?<port>\d{1,5}))?$/i;
const LONGEST_NAME = 255;
/**
 * Reads `[registry/]repository[:tag]`, as it is written after `docker push`.
 * @throws RangeError saying which part is wrong and what is allowed there
 */
function parseReference(text) {
    if (text.includes('@'))
        throw new RangeError(`"${text}" has a digest; a tag is a name to push to, and its digest is an output`);
    const { name, tag } = splitTag(text);
    const { registry, repository } = readName(name, text);
    if (!isTag(tag)) {
        throw new RangeError(`"${text}" has the tag "${tag}"; a tag is 1 to 128 letters, digits, "_", "." or "-", and does not start with "." or "-"`);
    }
    return { registry, repository, tag };
}
/**
 * Reads `[registry/]repository`.
 * @throws RangeError saying which part is wrong and what is allowed there
 */
function parseName(text) {
    if (text.includes('@'))
        throw new RangeError(`"${text}" has a digest; write the name alone`);
    const { name, tag } = splitTag(text);
    if (name !== text)
        throw new RangeError(`"${text}" has the tag "${tag}"; write the name alone, or the whole of it in \`tags\``);
    return readName(name, text);
}
const isTag = (text) => TAG.test(text);
/** The name without its tag, as it stands in front of `@sha256:…`. */
const repositoryName = ({ registry, repository }) => `${registry}/${repository}`;
const formatReference = (reference) => `${repositoryName(reference)}:${reference.tag}`;
/** @param text what the user wrote, for messages */
function readName(name, text) {
    const { registry, repository } = splitRegistry(name);
    refuseBadHost(text, registry);
    const badComponent = repository.split('/').find((component) => !PATH_COMPONENT.test(component));
    if (badComponent !== undefined)
        throw new RangeError(`"${text}" ${whyBadComponent(badComponent)}`);
    if (`${registry}/${repository}`.length > LONGEST_NAME) {
        throw new RangeError(`"${text}" is too long; registry and repository together have at most ${LONGEST_NAME} characters`);
    }
    return { registry, repository };
}
/** A colon after the last slash starts the tag; one before it belongs to the registry's port. */
function splitTag(text) {
    const colon = text.indexOf(':', text.lastIndexOf('/') + 1);
    return colon < 0 ? { name: text, tag: 'latest' } : { name: text.slice(0, colon), tag: text.slice(colon + 1) };
}
/** The first component is a registry when it could not be a path: it has a dot or a port, or is `localhost`. */
function splitRegistry(name) {
    const [first = '', ...rest] = name.split('/');
    if (rest.length > 0 && (/[.:]/.test(first) || first.toLowerCase() === 'localhost')) {
        return { registry: first.toLowerCase(), repository: rest.join('/') };
    }
    return { registry: 'docker.io', repository: rest.length > 0 ? name : `library/${name}` };
}
function refuseBadHost(text, registry) {
    const { host, port = '443' } = AUTHORITY.exec(registry)?.groups ?? {};
    const goodHost = host !== undefined && (host.startsWith('[') || host.split('.').every((label) => HOST_LABEL.test(label)));
    if (!goodHost || Number(port) < 1 || Number(port) > 65_535) {
        throw new RangeError(`"${text}" has no valid registry in "${registry}"; write host or host:port, without https://`);
    }
}
function whyBadComponent(component) {
    if (component === '')
        return 'has an empty part in its name';
    if (component !== component.toLowerCase())
        return `has upper-case letters in "${component}"; repository names are lower case`;
    return `has "${component}" in its name; allowed are a-z and 0-9, joined by ".", "_", "__" or "-"`;
}
//# sourceMappingURL=reference.js.map

/***/ }),

/***/ 386:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   TO: () => (/* binding */ readDockerConfig),
/* harmony export */   Ym: () => (/* binding */ findHelper),
/* harmony export */   _n: () => (/* binding */ dockerConfigDirectory),
/* harmony export */   iu: () => (/* binding */ findAuth),
/* harmony export */   ur: () => (/* binding */ configKey)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(24);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(760);
/* harmony import */ var _action_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(537);



/** Docker Hub is the one registry whose login is kept under another name than its host (github.com/docker/cli, IndexServer). */
const HUB_KEY = 'https://index.docker.io/v1/';
const dockerConfigDirectory = ({ variables }) => variables.DOCKER_CONFIG || (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(variables.HOME ?? '/', '.docker');
/**
 * @returns the user's configuration; an empty one when there is none
 * @throws UserError when there is one that can't be read
 */
function readDockerConfig(environment) {
    const file = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(dockerConfigDirectory(environment), 'config.json');
    try {
        return JSON.parse((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(file, 'utf8'));
    }
    catch (cause) {
        if (cause.code === 'ENOENT')
            return {};
        const why = cause instanceof SyntaxError ? 'it is not JSON' : cause.message;
        throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`Docker's configuration ${file} can't be read: ${why}.\nLog in again, or remove the file.`, { cause });
    }
}
/** The key of a registry's login. */
const configKey = (registry) => (registry === 'docker.io' ? HUB_KEY : registry);
/** Every spelling under which a login may have been stored: with scheme, with path, as Docker Hub's older hosts. */
function findAuth({ auths = {} }, registry) {
    const key = configKey(registry);
    if (Object.hasOwn(auths, key))
        return auths[key];
    const wanted = registry === 'docker.io' ? ['index.docker.io', 'docker.io', 'registry-1.docker.io'] : [registry];
    const found = Object.keys(auths).find((name) => wanted.includes(hostOf(name)));
    return found === undefined ? undefined : auths[found];
}
const hostOf = (key) => key.replace(/^https?:\/\//, '').split('/')[0] ?? '';
/** The helper program that keeps a registry's login, without its prefix `docker-credential-`. */
function findHelper({ credHelpers = {}, credsStore }, registry) {
    const key = configKey(registry);
    const own = Object.keys(credHelpers).find((name) => name === key || hostOf(name) === registry);
    return own === undefined ? credsStore || undefined : credHelpers[own];
}
//# sourceMappingURL=docker-config.js.map

/***/ }),

/***/ 390:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   H3: () => (/* binding */ isAttestation),
/* harmony export */   WI: () => (/* binding */ readManifest),
/* harmony export */   _P: () => (/* binding */ MANIFEST_TYPES),
/* harmony export */   ol: () => (/* binding */ digestOf),
/* harmony export */   tj: () => (/* binding */ platformOf)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(598);

const INDEX_TYPES = ['application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json'];
const IMAGE_TYPES = ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json'];
/** For `Accept`: every kind of manifest that an image can be. */
const MANIFEST_TYPES = [...INDEX_TYPES, ...IMAGE_TYPES].join(', ');
const digestOf = (content) => `sha256:${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(content).digest('hex')}`;
const readManifest = ({ content }) => JSON.parse(content);
/** Attestations hang on an index as manifests of no platform (BuildKit, docs/attestations/attestation-storage.md). */
const isAttestation = ({ annotations = {} }) => annotations['vnd.docker.reference.type'] === 'attestation-manifest';
/** `linux/arm/v7`; undefined when it says none. */
const platformOf = ({ platform }) => platform?.os === undefined || platform.architecture === undefined
    ? undefined
    : [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/');
//# sourceMappingURL=manifest.js.map

/***/ }),

/***/ 875:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   GC: () => (/* binding */ explainRefusal),
/* harmony export */   OP: () => (/* binding */ RegistryRefusal)
/* harmony export */ });
/* unused harmony exports errorsIn, hasCode */
/* harmony import */ var _action_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(537);

const PASSING = [408, 429, 500, 502, 503, 504];
/** A registry said no, after it was asked as often as is worth it. */
class RegistryRefusal extends _action_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y {
    status;
    constructor(status, message) {
        super(message);
        this.status = status;
    }
    /** Whether it may say yes later. */
    get passing() {
        return PASSING.includes(this.status);
    }
}
/** What a registry's answer means for the one who reads it. */
function explainRefusal(answer, attempted) {
    const { status } = answer;
    const said = errorsIn(answer.body)
        .map(({ code, message }) => [code, message].filter(Boolean).join(': '))
        .join('; ');
    const { registry, repository, what, credentials } = attempted;
    const name = `${registry}/${repository}`;
    const quoted = said === '' ? '' : `\nThe registry said: ${said.slice(0, 500)}`;
    const refuse = (text) => new RegistryRefusal(status, `${text}${quoted}`);
    if (PASSING.includes(status)) {
        return refuse(`${registry} did not let this step ${what} in ${repository}, however often it was asked: HTTP ${status}.\n` +
            'It is overloaded, out of order, or limits how often it may be asked. Run the job again later, or raise `retry-for`.');
    }
    if (status === 401)
        return refuse(`${whoWasRefused(registry, credentials)}\n${loginAdvice(registry, credentials)}`);
    if (status === 403 || hasCode(answer.body, 'DENIED')) {
        return refuse(`${userIn(credentials)} may not ${what} in ${name} (HTTP ${status}).\n${permissionAdvice(registry)}`);
    }
    if (isImmutable(answer)) {
        return refuse(`${name}: the registry did not let this step ${what}, because the tag exists and tags are immutable there.\n` +
            'Give each build a tag of its own (the commit or a new version), or build with `push` of new names only; the digest is what should be deployed.');
    }
    if (hasCode(answer.body, 'NAME_UNKNOWN')) {
        return refuse(`${registry} has no repository ${repository}, and does not make one on a push.\nCreate it first, or correct the name in \`tags\`.`);
    }
    return refuse(`${registry} did not let this step ${what} in ${repository}: HTTP ${status}.`);
}
/** @returns the errors of the body, as the distribution specification writes them; none when it is something else */
function errorsIn(body) {
    try {
        const { errors } = JSON.parse(body);
        return Array.isArray(errors) ? errors : [];
    }
    catch {
        return [];
    }
}
const hasCode = (body, code) => errorsIn(body).some((error) => error.code === code);
/**
 * ECR: 400 TAG_INVALID or ImageTagAlreadyExistsException; Harbor: 412 PRECONDITION; Artifact Registry and others: 400 or 409. All name the word
 * or say that the tag can't be overwritten.
 */
const isImmutable = ({ status, body }) => [400, 409, 412].includes(status) && /immutab|cannot be overwritten|AlreadyExists/i.test(body);
function userIn(credentials) {
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
function whoWasRefused(registry, credentials) {
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
const loginAdvice = (registry, { kind }) => kind === 'none'
    ? `Give this step \`username\` and \`password\`${registryHint(registry)}, or log in to ${registry} in a step before it (docker/login-action).`
    : `Is it expired or mistyped, or meant for another registry? Log in anew in a step before this one, or give \`username\` and \`password\`${registryHint(registry)}.`;
const registryHint = (registry) => registry === 'ghcr.io' ? ' (for ghcr.io: github.actor and github.token)' : '';
const permissionAdvice = (registry) => registry === 'ghcr.io'
    ? "The job needs `permissions: packages: write`, and the package's settings must let this repository write (Manage Actions access)."
    : 'Let the user write to the repository, or log in as one who may.';
//# sourceMappingURL=refusal.js.map

/***/ }),

/***/ 549:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Kb: () => (/* binding */ HADOLINT_FILES),
/* harmony export */   UL: () => (/* binding */ HADOLINT_MIRROR),
/* harmony export */   rN: () => (/* binding */ HADOLINT_VERSION)
/* harmony export */ });
const HADOLINT_VERSION = '2.15.1';
const HADOLINT_MIRROR = 'https://github.com/hadolint/hadolint/releases/download';
/** Of the files of the release v2.15.1, by platform and architecture as Node names them. */
const HADOLINT_FILES = {
    'linux x64': {
        name: 'hadolint-linux-x86_64',
        sha256: 'c7187db94eeeeca956519a6af171adc31453941a1e777961f6e680f697c8c507',
    },
    'linux arm64': {
        name: 'hadolint-linux-arm64',
        sha256: 'f6198ef8090f404dbb771abfee086eb8c48ac177f30da7fd3510aca35b344b5d',
    },
    'darwin x64': {
        name: 'hadolint-macos-x86_64',
        sha256: 'ffe9bb18b23d5ed1eae50237aecdbb523d016e96da0bd4e7aa432040acfc3fde',
    },
    'darwin arm64': {
        name: 'hadolint-macos-arm64',
        sha256: '5c09f3213f8e40406abe048233d985eebef336d4a6a20021be47fadb6cf480a2',
    },
};
//# sourceMappingURL=hadolint-release.js.map

/***/ }),

/***/ 26:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Y: () => (/* binding */ secretsInImage),
/* harmony export */   u: () => (/* binding */ secretIn)
/* harmony export */ });
/**
 * Tokens that can be told by their form, from their makers' own documentation: GitHub, GitLab, AWS access keys, Slack, npm, Google API keys, Stripe, private
 * keys in PEM. Only what is unmistakable: this refuses a build.
 */
const TOKENS = [
    ['a GitHub token', /\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})/],
    ['a GitLab token', /\bglpat-[A-Za-z0-9_-]{20,}/],
    ['an AWS access key', /\b(AKIA|ASIA)[A-Z2-7]{16}\b/],
    ['a Slack token', /\bxox[abprs]-[A-Za-z0-9-]{20,}/],
    ['an npm token', /\bnpm_[A-Za-z0-9]{36}\b/],
    ['a Google API key', /\bAIza[A-Za-z0-9_-]{35}\b/],
    ['a Stripe key', /\b[sr]k_live_[A-Za-z0-9]{20,}/],
    ['a private key', /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/],
];
/** @returns what kind of secret the text holds; undefined when it looks like none */
const secretIn = (text) => TOKENS.find(([, pattern]) => pattern.test(text))?.[0];
/** Shorter values meet by chance. */
const SHORTEST = 8;
/**
 * Finds secrets that would be written into the image: known ones, and what can be told by its form.
 * @param secrets values that other inputs say are secret
 * @returns one text per problem, without the secret
 */
function secretsInImage(readable, secrets) {
    const known = secrets.filter((secret) => secret.length >= SHORTEST);
    return readable.flatMap(({ input, values }) => values.flatMap((assignment) => {
        const [name = '', value = ''] = splitAssignment(assignment);
        const kind = known.some((secret) => value.includes(secret)) ? 'a value that another input keeps secret' : secretIn(value);
        if (kind === undefined)
            return [];
        return [
            `Input \`${input}\`: ${name} holds ${kind}, and everybody who can pull the image could read it in its history. ` +
                'Give it as `secrets: id=value` and read it with `RUN --mount=type=secret,id=…`; if it was ever pushed, revoke it.',
        ];
    }));
}
function splitAssignment(text) {
    const equals = text.indexOf('=');
    return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
}
//# sourceMappingURL=secret-values.js.map

/***/ }),

/***/ 371:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   C1: () => (/* binding */ checkSize),
/* harmony export */   sg: () => (/* binding */ OverBudget),
/* harmony export */   uR: () => (/* binding */ parseComparedImage)
/* harmony export */ });
/* harmony import */ var _action_errors_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(537);
/* harmony import */ var _http_failure_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(132);
/* harmony import */ var _image_size_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(562);
/* harmony import */ var _publish_publish_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(503);
/* harmony import */ var _publish_registries_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(486);
/* harmony import */ var _reference_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(950);
/* harmony import */ var _registry_refusal_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(875);







const DIGEST = /^sha256:[0-9a-f]{64}$/;
/** @throws RangeError when it is neither a tag nor a digest nor a whole name with one of both */
function parseComparedImage(text) {
    if (DIGEST.test(text) || (0,_reference_js__WEBPACK_IMPORTED_MODULE_5__/* .isTag */ .dz)(text))
        return { name: undefined, reference: text };
    const [name = '', digest] = text.split('@');
    if (digest !== undefined && DIGEST.test(digest))
        return { name: (0,_reference_js__WEBPACK_IMPORTED_MODULE_5__/* .parseName */ .$q)(name), reference: digest };
    if (digest !== undefined)
        throw new RangeError(`"${text}" has the digest "${digest}"; one is sha256: and 64 hexadecimal digits`);
    const { tag, ...image } = (0,_reference_js__WEBPACK_IMPORTED_MODULE_5__/* .parseReference */ .F2)(text);
    return { name: image, reference: tag };
}
/** The image is larger than the budget allows; no tag has been moved. */
class OverBudget extends _action_errors_js__WEBPACK_IMPORTED_MODULE_6__/* .UserError */ .y {
    report;
    constructor(problems, { comparedTo, ...report }) {
        const comparison = comparedTo === undefined ? '' : `\nCompared with ${comparedTo}.`;
        super(`${problems.join('\n')}${comparison}\nNo tag has been moved. Make the image smaller, or raise the limit.`);
        this.report = { comparedTo, ...report };
    }
}
/**
 * Weighs an image and the one before it.
 * @throws OverBudget when it is too large
 */
async function checkSize(contents, compareTo, budget, { destinations, registries, effects }) {
    const now = await (0,_image_size_js__WEBPACK_IMPORTED_MODULE_1__/* .platformImages */ .QF)(contents);
    const former = await formerImage(contents, compareTo, { destinations, registries, effects });
    if (compareTo !== undefined && former === undefined) {
        effects.log.info(`There is no ${compareTo.reference} yet to compare the size with.`);
    }
    const before = former === undefined ? undefined : await (0,_image_size_js__WEBPACK_IMPORTED_MODULE_1__/* .platformImages */ .QF)(former.contents);
    const report = { now, before, comparedTo: former?.name };
    const problems = (0,_image_size_js__WEBPACK_IMPORTED_MODULE_1__/* .overBudget */ .qj)(now, before ?? [], budget);
    if (problems.length > 0)
        throw new OverBudget(problems, report);
    return report;
}
async function formerImage(contents, compareTo, { destinations, registries, effects }) {
    const { signal, log } = effects;
    const known = destinations.find(({ before }) => before.size > 0);
    const repository = compareTo?.name === undefined
        ? (compareTo === undefined ? known : destinations[0])?.repository
        : await registries.repository(compareTo.name, _publish_registries_js__WEBPACK_IMPORTED_MODULE_3__/* .SHORT_LIMITS */ .iX, 'pull');
    const reference = compareTo?.reference ?? known?.before.values().next().value;
    if (repository === undefined || reference === undefined)
        return undefined;
    const separator = reference.startsWith('sha256:') ? '@' : ':';
    const name = `${repository.name}${separator}${reference}`;
    try {
        const manifest = reference === contents.root.digest ? contents.root : await repository.manifest(reference, signal);
        return manifest && { name, contents: (0,_publish_publish_js__WEBPACK_IMPORTED_MODULE_2__/* .contentsInRegistry */ .r)(manifest, repository, signal) };
    }
    catch (error) {
        // What was asked for must be there to be read; what was found by chance need not.
        if (compareTo !== undefined || !(error instanceof _registry_refusal_js__WEBPACK_IMPORTED_MODULE_4__/* .RegistryRefusal */ .OP || error instanceof _http_failure_js__WEBPACK_IMPORTED_MODULE_0__/* .TransportFailure */ .Az))
            throw error;
        log.warning(`${name} can't be read, so the size is not compared: ${error.message.split('\n')[0]}`);
        return undefined;
    }
}
//# sourceMappingURL=size-check.js.map

/***/ }),

/***/ 978:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   DB: () => (/* binding */ parseSize),
/* harmony export */   LQ: () => (/* binding */ parseGrowth),
/* harmony export */   Xq: () => (/* binding */ formatSize)
/* harmony export */ });
const UNITS = {
    b: 1,
    kb: 1e3,
    mb: 1e6,
    gb: 1e9,
    kib: 1024,
    mib: 1024 ** 2,
    gib: 1024 ** 3,
};
/**
 * Reads a size as registries show it: `180MB`, `1.5GiB`, `900 kB`.
 * @returns bytes
 * @throws RangeError when the text is not a size; a bare number is refused, because its unit would be a guess
 */
function parseSize(text) {
    const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(text.trim()) ?? [];
    const factor = UNITS[unit.toLowerCase()];
    if (factor === undefined)
        throw new RangeError(`"${text}" is not a size; write a number and a unit, such as 180MB or 1.5GiB`);
    return Math.floor(Number(amount) * factor);
}
/** For a reader: `512 B`, `1.1 MB`, `312 MB`. */
function formatSize(bytes) {
    const units = ['B', 'kB', 'MB', 'GB'];
    const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, Math.abs(bytes))) / 3));
    const value = bytes / 1000 ** power;
    return `${power === 0 || Math.abs(value) >= 100 ? Math.round(value) : Number(value.toFixed(1))} ${units[power]}`;
}
/** @throws RangeError when it is neither a size nor a percentage */
function parseGrowth(text) {
    const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim())?.[1];
    if (percent !== undefined)
        return { percent: Number(percent) };
    try {
        return { bytes: parseSize(text) };
    }
    catch {
        throw new RangeError(`"${text}" is neither a size nor a percentage; write 10% or 20MB`);
    }
}
//# sourceMappingURL=size.js.map

/***/ }),

/***/ 81:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   E: () => (/* binding */ parseDuration),
/* harmony export */   a: () => (/* binding */ formatDuration)
/* harmony export */ });
const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** The longest that a timer can be set to: 2³¹ − 1 ms. */
const MAX_MS = 2_147_483_647;
/**
 * Reads a duration as Kubernetes and Prometheus write it: `90s`, `1m30s`, `500ms`, `6h`, `1d`.
 * @returns milliseconds, 0 to 2³¹ − 1, which timers can take
 * @throws RangeError when the text is not a duration; a bare number other than 0 is refused, because its unit would be a guess
 */
function parseDuration(text) {
    const trimmed = text.trim();
    if (trimmed === '0')
        return 0;
    const parts = [...trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
    if (parts.length === 0 || parts.map((part) => part[0]).join('') !== trimmed) {
        throw new RangeError(`"${text}" is not a duration; write a number and a unit, such as 30s, 5m, 1h30m or 500ms`);
    }
    const ms = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNIT_MS[unit ?? ''] ?? Number.NaN), 0);
    if (ms > MAX_MS)
        throw new RangeError(`"${text}" is longer than the 24 days that can be waited for`);
    return ms;
}
/** Writes milliseconds for a reader: `800ms`, `14s`, `5m`, `1h30m`. Below a minute, tenths of a second are kept. */
function formatDuration(ms) {
    if (ms < 1000)
        return `${Math.round(ms)}ms`;
    if (ms < 60_000)
        return `${Number((ms / 1000).toFixed(1))}s`;
    const seconds = Math.round(ms / 1000);
    const units = [
        [Math.floor(seconds / 86_400), 'd'],
        [Math.floor((seconds % 86_400) / 3600), 'h'],
        [Math.floor((seconds % 3600) / 60), 'm'],
        [seconds % 60, 's'],
    ];
    return units.flatMap(([amount, unit]) => (amount > 0 ? [`${amount}${unit}`] : [])).join('');
}
//# sourceMappingURL=duration.js.map

/***/ })

/******/ });
/************************************************************************/
/******/ // The module cache
/******/ var __webpack_module_cache__ = {};
/******/ 
/******/ // The require function
/******/ function __nccwpck_require__(moduleId) {
/******/ 	// Check if module is in cache
/******/ 	var cachedModule = __webpack_module_cache__[moduleId];
/******/ 	if (cachedModule !== undefined) {
/******/ 		return cachedModule.exports;
/******/ 	}
/******/ 	// Create a new module (and put it into the cache)
/******/ 	var module = __webpack_module_cache__[moduleId] = {
/******/ 		// no module.id needed
/******/ 		// no module.loaded needed
/******/ 		exports: {}
/******/ 	};
/******/ 
/******/ 	// Execute the module function
/******/ 	var threw = true;
/******/ 	try {
/******/ 		__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 		threw = false;
/******/ 	} finally {
/******/ 		if(threw) delete __webpack_module_cache__[moduleId];
/******/ 	}
/******/ 
/******/ 	// Return the exports of the module
/******/ 	return module.exports;
/******/ }
/******/ 
/************************************************************************/
/******/ /* webpack/runtime/asset-relocator-loader */
/******/ if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = decodeURIComponent(new URL('.', import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";
/******/ 
/******/ /* webpack/runtime/async module */
/******/ (() => {
/******/ 	var webpackQueues = typeof Symbol === "function" ? Symbol("webpack queues") : "__webpack_queues__";
/******/ 	var webpackExports = typeof Symbol === "function" ? Symbol("webpack exports") : "__webpack_exports__";
/******/ 	var webpackError = typeof Symbol === "function" ? Symbol("webpack error") : "__webpack_error__";
/******/ 	var resolveQueue = (queue) => {
/******/ 		if(queue && queue.d < 1) {
/******/ 			queue.d = 1;
/******/ 			queue.forEach((fn) => (fn.r--));
/******/ 			queue.forEach((fn) => (fn.r-- ? fn.r++ : fn()));
/******/ 		}
/******/ 	}
/******/ 	var wrapDeps = (deps) => (deps.map((dep) => {
/******/ 		if(dep !== null && typeof dep === "object") {
/******/ 			if(dep[webpackQueues]) return dep;
/******/ 			if(dep.then) {
/******/ 				var queue = [];
/******/ 				queue.d = 0;
/******/ 				dep.then((r) => {
/******/ 					obj[webpackExports] = r;
/******/ 					resolveQueue(queue);
/******/ 				}, (e) => {
/******/ 					obj[webpackError] = e;
/******/ 					resolveQueue(queue);
/******/ 				});
/******/ 				var obj = {};
/******/ 				obj[webpackQueues] = (fn) => (fn(queue));
/******/ 				return obj;
/******/ 			}
/******/ 		}
/******/ 		var ret = {};
/******/ 		ret[webpackQueues] = x => {};
/******/ 		ret[webpackExports] = dep;
/******/ 		return ret;
/******/ 	}));
/******/ 	__nccwpck_require__.a = (module, body, hasAwait) => {
/******/ 		var queue;
/******/ 		hasAwait && ((queue = []).d = -1);
/******/ 		var depQueues = new Set();
/******/ 		var exports = module.exports;
/******/ 		var currentDeps;
/******/ 		var outerResolve;
/******/ 		var reject;
/******/ 		var promise = new Promise((resolve, rej) => {
/******/ 			reject = rej;
/******/ 			outerResolve = resolve;
/******/ 		});
/******/ 		promise[webpackExports] = exports;
/******/ 		promise[webpackQueues] = (fn) => (queue && fn(queue), depQueues.forEach(fn), promise["catch"](x => {}));
/******/ 		module.exports = promise;
/******/ 		body((deps) => {
/******/ 			currentDeps = wrapDeps(deps);
/******/ 			var fn;
/******/ 			var getResult = () => (currentDeps.map((d) => {
/******/ 				if(d[webpackError]) throw d[webpackError];
/******/ 				return d[webpackExports];
/******/ 			}))
/******/ 			var promise = new Promise((resolve) => {
/******/ 				fn = () => (resolve(getResult));
/******/ 				fn.r = 0;
/******/ 				var fnQueue = (q) => (q !== queue && !depQueues.has(q) && (depQueues.add(q), q && !q.d && (fn.r++, q.push(fn))));
/******/ 				currentDeps.map((dep) => (dep[webpackQueues](fnQueue)));
/******/ 			});
/******/ 			return fn.r ? promise : getResult();
/******/ 		}, (err) => ((err ? reject(promise[webpackError] = err) : outerResolve(exports)), resolveQueue(queue)));
/******/ 		queue && queue.d < 0 && (queue.d = 0);
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/define property getters */
/******/ (() => {
/******/ 	// define getter functions for harmony exports
/******/ 	__nccwpck_require__.d = (exports, definition) => {
/******/ 		for(var key in definition) {
/******/ 			if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 				Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 			}
/******/ 		}
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/hasOwnProperty shorthand */
/******/ (() => {
/******/ 	__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ })();
/******/ 
/************************************************************************/
/******/ 
/******/ // startup
/******/ // Load entry module and return exports
/******/ // This entry module used 'module' so it can't be inlined
/******/ var __webpack_exports__ = __nccwpck_require__(335);
/******/ __webpack_exports__ = await __webpack_exports__;
/******/ 
