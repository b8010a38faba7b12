import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
/******/ var __webpack_modules__ = ({

/***/ 24:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");

/***/ }),

/***/ 760:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:path");

/***/ }),

/***/ 181:
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
;// CONCATENATED MODULE: ./build/src/lib/duration.js
const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** The longest that a timer can be set to: 2³¹ − 1 ms. */
const MAX_MS = 2_147_483_647;
/**
 * Reads a duration as Kubernetes and Prometheus write it: `90s`, `1m30s`, `500ms`, `6h`, `1d`.
 * @returns milliseconds, 0 to 2³¹ − 1, which timers can take
 * @throws RangeError when the text is not a duration; a bare number other than 0 is refused, because its unit would be a guess
 */
function duration_parseDuration(text) {
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
const duration = (options) => kind('duration', options, parseDuration);
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
    const folder = resolveInWorkspace(dirname(raw), environment);
    const path = join(folder, basename(raw));
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found && !found.isFile())
        throw new UserError(`"${raw}" is there and is no file; name another path`);
    return path;
});
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
;// CONCATENATED MODULE: ./build/src/image/inputs.js




/** Values on lines of their own or between commas, each read by `parse`; every bad one is named. */
function listOf(parse) {
    return (raw) => {
        const problems = [];
        const values = [];
        for (const item of new Set(raw.split(/[\n,]/).map((part) => part.trim()))) {
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
/** Names to push to; none are made up. */
const imageTags = (options) => ({
    ...options,
    type: 'image references, one per line or with commas',
    parse(raw) {
        const [first, ...others] = listOf(reference/* parseReference */.F2)(raw);
        if (first === undefined)
            throw new RangeError('there is no tag in it; write one like ghcr.io/owner/app:1.2.3');
        return [first, ...others];
    },
});
/** Platforms as `os/architecture[/variant]`. */
const platforms = (options) => ({
    ...options,
    type: 'platforms, one per line or with commas',
    parse: listOf(parsePlatform),
});
/**
 * `NAME=value`, one per line; a value may hold commas and `=`.
 * With `bare: 'from the environment'` a NAME alone is allowed too, and buildx then takes the value from the step's `env:`.
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
/** A directory in the workspace; parsed to its absolute path. */
const workspaceDirectory = (options) => ({
    ...options,
    type: 'directory in the workspace',
    parse(raw, environment) {
        const path = resolveInWorkspace(raw, environment);
        if (!(0,external_node_fs_.statSync)(path).isDirectory())
            throw new RangeError(`"${raw}" is not a directory`);
        return path;
    },
});
/** An existing file in the workspace; parsed to its absolute path. */
const workspacePath = (options) => ({
    ...options,
    type: 'file in the workspace',
    parse(raw, environment) {
        const path = resolveInWorkspace(raw, environment);
        if (!(0,external_node_fs_.statSync)(path).isFile())
            throw new RangeError(`"${raw}" is not a file`);
        return path;
    },
});
//# sourceMappingURL=inputs.js.map
;// CONCATENATED MODULE: ./build/actions/build-image/action.js




const buildImage = defineAction({
    name: 'build-image',
    summary: 'Build an image, push it, and hand on its digest as the registry serves it.',
    inputs: {
        context: workspaceDirectory({ text: 'Directory that the Dockerfile may copy from.', default: '.' }),
        file: workspacePath({ text: 'The Dockerfile. Without it: `Dockerfile` in the context.' }),
        target: input_kinds_text({ text: 'Stage of the Dockerfile to build. Without it: the last one.' }),
        platforms: platforms({
            text: 'Platforms to build for, such as linux/amd64 and linux/arm64. Without it: the platform of the engine.',
        }),
        'build-args': assignments({
            text: 'Values for the ARGs of the Dockerfile. A name alone takes its value from `env:`. They stay readable in the image: no secrets.',
            bare: 'from the environment',
        }),
        labels: assignments({ text: 'Labels of the image.', bare: 'refused' }),
        tags: imageTags({ text: 'Names to push the image to, such as ghcr.io/owner/app:1.2.3.', required: true }),
        push: flag({ text: 'Push the image to its registries.', default: 'true' }),
        load: flag({ text: 'Keep the image in the local engine, for later steps of the job.', default: 'false' }),
        provenance: oneOf(['false', 'true', 'mode=min', 'mode=max'], {
            text: 'Attach a provenance attestation. It holds the time of the build, so with it even an unchanged, fully cached rebuild gets a new digest, and everything behind it rolls out again for nothing; without it the digest stays.',
            default: 'false',
        }),
        'no-cache': flag({ text: 'Build every step again.', default: 'false' }),
        pull: flag({ text: 'Look for newer base images even when the engine has them.', default: 'false' }),
    },
    outputs: {
        image: 'The image as `registry/repository@sha256:…`, in the repository of the first tag; what to deploy. Empty when nothing was pushed.',
        digest: 'Digest in the registry. Empty when nothing was pushed.',
        tags: 'The names that it was given, in full, one per line.',
        imageid: 'Id of the image in the engine.',
        'metadata-json': "buildx's account of the build as JSON, without provenance.",
    },
    conflicts: ({ tags = [], push }) => tags
        .filter(({ registry, repository }) => push && registry === 'docker.io' && repository.startsWith('library/'))
        .map((tag) => `Input \`tags\`: "${(0,reference/* formatReference */.FH)(tag).replace('docker.io/library/', '')}" names no registry and no owner, so it would go to Docker's own official images. Write it as ghcr.io/owner/name:tag.`),
});
//# sourceMappingURL=action.js.map

/***/ }),

/***/ 335:
/***/ ((__webpack_module__, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var _src_action_run_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(40);
/* harmony import */ var _src_image_process_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(673);
/* harmony import */ var _action_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(181);
/* harmony import */ var _main_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(56);




await (0,_src_action_run_js__WEBPACK_IMPORTED_MODULE_0__/* .run */ .e)(_action_js__WEBPACK_IMPORTED_MODULE_2__/* .buildImage */ ._, {
    main: async (inputs, runtime) => ({ outputs: await (0,_main_js__WEBPACK_IMPORTED_MODULE_3__/* .buildImage */ ._)(inputs, { ...runtime, run: _src_image_process_js__WEBPACK_IMPORTED_MODULE_1__/* .run */ .e }) }),
});
//# sourceMappingURL=index.js.map
__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 56:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  _: () => (/* binding */ buildImage)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(24);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(760);
// EXTERNAL MODULE: ./build/src/action/errors.js
var errors = __nccwpck_require__(537);
;// CONCATENATED MODULE: external "node:fs/promises"
const promises_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs/promises");
;// CONCATENATED MODULE: external "node:util"
const external_node_util_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util");
;// CONCATENATED MODULE: ./build/src/image/build-failure.js

const SHOWN_LINES = 20;
/** What is known to go wrong: what buildx prints, and what it means for the one who reads it. */
const KNOWN = [
    {
        // The second wording is that of Docker 29.
        pattern: /(?:Cannot connect to the Docker daemon at|failed to connect to the docker API at) ([^\s;]+?)[.;]? /,
        explain: (host) => `The Docker daemon at ${host} does not answer.\nStart it, or point DOCKER_HOST (or the docker context) at one that runs.`,
    },
    {
        pattern: /permission denied while trying to connect to (?:the Docker daemon socket|the docker API) at (\S+?):? /,
        explain: (host) => `This user may not talk to the Docker daemon at ${host}.\nAdd the runner's user to the group docker.`,
    },
    {
        pattern: /target stage "([^"]*)" could not be found/,
        explain: (target) => `The Dockerfile has no stage "${target}".\nInput \`target\` names a stage: the word after AS in \`FROM … AS name\`.`,
    },
    {
        pattern: /failed to push ([^:/]+(?::\d+)?)\S*: .*dial tcp.*: (?:connect: )?(connection refused|no such host|i\/o timeout)/,
        explain: (registry, reason) => `Registry ${registry} cannot be reached from the Docker daemon: ${reason}.\nCheck the host in \`tags\`, and that the registry is up.`,
    },
    {
        pattern: /failed to push ([^:/]+(?::\d+)?)\S*: .*(401 Unauthorized|403 Forbidden|denied|insufficient_scope|no basic auth)/,
        explain: (registry, reason) => `Registry ${registry} refused the push: ${reason}.\nLog in to it in a step before this one (docker/login-action), as somebody who may write there.`,
    },
    {
        pattern: /process "(.*)" did not complete successfully: exit code: (\d+)/,
        explain: (command, code) => `A RUN step of the Dockerfile ended with exit code ${code}: ${command}`,
    },
];
/**
 * Says what went wrong from what buildx printed last.
 * @param lines end of its stderr
 * @returns text for a person: the meaning when it is known, then buildx's own last lines, without control characters
 */
function explainBuildFailure(code, lines) {
    const readable = lines.map(plainLine);
    // The last ERROR decides: earlier ones may be quoted from a step's own output.
    const verdict = readable.findLast((line) => /^ERROR: /.test(line)) ?? readable.at(-1) ?? '';
    const meaning = KNOWN.flatMap(({ pattern, explain }) => {
        const groups = pattern.exec(`${verdict} `);
        return groups ? [explain(...groups.slice(1))] : [];
    })[0];
    const printed = readable.filter((line) => line.trim() !== '').slice(-SHOWN_LINES);
    return [
        meaning ?? `buildx ended with exit code ${code}.`,
        ...(printed.length === 0 ? [] : ['', 'buildx said:', ...printed.map((line) => `  ${line}`)]),
    ].join('\n');
}
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
// EXTERNAL MODULE: ./build/src/image/reference.js
var reference = __nccwpck_require__(950);
;// CONCATENATED MODULE: ./build/src/image/buildx-arguments.js

/** The arguments of `buildx` for one build; each value is an argument of its own, so nothing in it can become a flag. */
function buildArguments(plan, files) {
    const repeated = (flag, values) => values.flatMap((value) => [flag, value]);
    return [
        'build',
        '--progress=plain',
        `--provenance=${plan.provenance}`,
        ...repeated('--file', [plan.file]),
        ...repeated('--metadata-file', [files.metadata]),
        ...repeated('--iidfile', [files.imageId]),
        ...(plan.target === undefined ? [] : ['--target', plan.target]),
        ...(plan.platforms.length === 0 ? [] : ['--platform', plan.platforms.join(',')]),
        ...repeated('--build-arg', plan.buildArgs),
        ...repeated('--label', plan.labels),
        ...repeated('--tag', plan.tags.map(reference/* formatReference */.FH)),
        ...(plan.push ? ['--push'] : []),
        ...(plan.load ? ['--load'] : []),
        ...(plan.noCache ? ['--no-cache'] : []),
        ...(plan.pull ? ['--pull'] : []),
        plan.context,
    ];
}
/** The same arguments for the log: values of build arguments are left out, because people do put secrets there. */
function readableArguments(args) {
    return args.map((argument, index) => (args[index - 1] === '--build-arg' ? argument.replace(/=.*/s, '=…') : argument)).join(' ');
}
//# sourceMappingURL=buildx-arguments.js.map
;// CONCATENATED MODULE: ./build/src/image/buildx.js







/**
 * Builds, and pushes when the plan says so, with one buildx process.
 * @param buildx absolute path of buildx
 * @throws UserError with the meaning and the last lines of what buildx printed; the signal's reason once it and its push have ended
 */
async function build(buildx, plan, { log, signal, environment, run }) {
    const directory = await (0,promises_namespaceObject.mkdtemp)((0,external_node_path_.join)(environment.temporary, 'd9-build-image-'));
    try {
        const files = { metadata: (0,external_node_path_.join)(directory, 'metadata.json'), imageId: (0,external_node_path_.join)(directory, 'image-id') };
        const args = buildArguments(plan, files);
        log.info(`docker buildx ${plainLine(readableArguments(args))}`);
        const exit = await run({ file: buildx, args, cwd: environment.workspace, variables: quietVariables(plan, environment) }, { signal, onErrorLine: (line) => log.info(plainLine(line)) });
        if (exit.code !== 0)
            throw new errors/* UserError */.y(explainBuildFailure(exit.code, exit.lastErrorLines));
        return await readResult(files);
    }
    finally {
        await (0,promises_namespaceObject.rm)(directory, { recursive: true, force: true });
    }
}
/**
 * Asks the registry what it now serves under the first tag of each repository. buildx does it, with its own credentials, one process each.
 * Not being able to ask (a registry that only the daemon reaches) is a warning; another answer than what was pushed is an error.
 * @throws UserError when the registry has no such tag, or another image under it
 */
async function confirmPushed(buildx, tags, digest, effects) {
    const firstOfEach = new Map(tags.toReversed().map((tag) => [(0,reference/* repositoryName */.aR)(tag), tag]));
    await Promise.all([...firstOfEach.values()].map((tag) => confirmTag(buildx, tag, digest, effects)));
}
async function confirmTag(buildx, tag, digest, { log, signal, environment, run }) {
    const name = (0,reference/* formatReference */.FH)(tag);
    const args = ['imagetools', 'inspect', name, '--format', '{{json .Manifest}}'];
    const exit = await run({ file: buildx, args, cwd: environment.workspace, variables: environment.variables }, { signal });
    const said = plainLine(exit.lastErrorLines.at(-1) ?? '');
    if (exit.code !== 0 && /not found/i.test(said)) {
        throw new errors/* UserError */.y(`${name} was pushed, but the registry does not have it: ${said}\nIs there a clean-up job or a proxy in front of it?`);
    }
    if (exit.code !== 0) {
        log.warning(`${name} was pushed, but this runner cannot read it back: ${said}`);
        return;
    }
    const served = digestIn(exit.stdout);
    if (served !== digest) {
        throw new errors/* UserError */.y(`${name} is ${served ?? 'unreadable'} in the registry, but this step pushed ${digest}.\n` +
            'Another run has moved the tag meanwhile: give each run a tag of its own, or let the runs wait for each other (`concurrency`).');
    }
    log.info(`${name} is ${digest} in the registry.`);
}
/** buildx asks git for the commit of the context, for provenance alone: without provenance that is a process for nothing. */
function quietVariables({ provenance }, { variables }) {
    return provenance === 'false' ? { BUILDX_GIT_INFO: 'false', BUILDX_METADATA_PROVENANCE: 'disabled', ...variables } : variables;
}
async function readResult(files) {
    const { 'buildx.build.provenance': _, ...metadata } = JSON.parse(await (0,promises_namespaceObject.readFile)(files.metadata, 'utf8'));
    // Builders that neither push nor load write no image id.
    const imageId = (0,external_node_fs_.existsSync)(files.imageId) ? (await (0,promises_namespaceObject.readFile)(files.imageId, 'utf8')).trim() : '';
    return { digest: metadata['containerimage.digest'], imageId, metadata };
}
function digestIn(manifestJson) {
    try {
        const { digest } = JSON.parse(manifestJson);
        return typeof digest === 'string' ? digest : undefined;
    }
    catch {
        return undefined;
    }
}
//# sourceMappingURL=buildx.js.map
;// CONCATENATED MODULE: ./build/src/image/engine.js



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
 * @returns the absolute path of the executable
 * @throws UserError when there is no Docker, or a Docker without buildx
 */
function findBuildx(environment, systemDirectories = SYSTEM_PLUGIN_DIRECTORIES) {
    const searchPath = (environment.variables.PATH ?? '').split(external_node_path_.delimiter).filter((directory) => directory !== '');
    const plugin = firstExecutable([...pluginDirectories(environment), ...systemDirectories], 'docker-buildx');
    const buildx = plugin ?? firstExecutable(searchPath, 'docker-buildx') ?? firstExecutable(searchPath, 'buildx');
    if (buildx !== undefined)
        return buildx;
    const docker = firstExecutable(searchPath, 'docker');
    if (docker === undefined) {
        throw new errors/* UserError */.y('There is no Docker on this runner: PATH has no docker command, and there is no buildx.\n' +
            'Use a runner with Docker (ubuntu-latest has it), or install docker-ce-cli and docker-buildx-plugin and set DOCKER_HOST.');
    }
    throw new errors/* UserError */.y(`Docker is at ${docker}, but its buildx plugin is missing.\n` +
        "Install the package docker-buildx-plugin (from Docker's repository) or docker-buildx (Debian, Ubuntu), or add docker/setup-buildx-action before this step.");
}
/** The user's own plugin directories, in the order in which docker searches them. */
function pluginDirectories({ variables }) {
    const configuration = variables.DOCKER_CONFIG || (0,external_node_path_.join)(variables.HOME ?? '/', '.docker');
    return [...extraDirectories((0,external_node_path_.join)(configuration, 'config.json')), (0,external_node_path_.join)(configuration, 'cli-plugins')];
}
/** `cliPluginsExtraDirs` of Docker's configuration; a file that is absent or broken names none, and buildx reports a broken one itself. */
function extraDirectories(file) {
    try {
        const { cliPluginsExtraDirs: given } = JSON.parse((0,external_node_fs_.readFileSync)(file, 'utf8'));
        return Array.isArray(given) ? given.filter((directory) => typeof directory === 'string') : [];
    }
    catch {
        return [];
    }
}
function firstExecutable(directories, name) {
    return directories.map((directory) => (0,external_node_path_.join)(directory, name)).find(isExecutable);
}
function isExecutable(path) {
    try {
        (0,external_node_fs_.accessSync)(path, external_node_fs_.constants.X_OK);
        return (0,external_node_fs_.statSync)(path).isFile();
    }
    catch {
        return false;
    }
}
//# sourceMappingURL=engine.js.map
;// CONCATENATED MODULE: ./build/actions/build-image/main.js






/**
 * Builds the image and pushes it under all its tags.
 * @throws UserError when there is no engine, the build fails, or the registry serves something else than what was pushed
 */
async function buildImage(inputs, effects) {
    const { log, environment } = effects;
    const plan = {
        ...inputs,
        file: inputs.file ?? dockerfileIn(inputs.context, environment.workspace),
        target: inputs.target,
        platforms: inputs.platforms ?? [],
        buildArgs: inputs.buildArgs ?? [],
        labels: inputs.labels ?? [],
    };
    const buildx = findBuildx(environment);
    const names = inputs.tags.map(reference/* formatReference */.FH);
    const { digest, imageId, metadata } = await log.group(`Build ${names[0]}`, () => build(buildx, plan, effects));
    const pushed = inputs.push ? requireDigest(digest, names) : '';
    if (pushed !== '')
        await log.group('Read the digest back', () => confirmPushed(buildx, inputs.tags, pushed, effects));
    const image = pushed === '' ? '' : `${(0,reference/* repositoryName */.aR)(inputs.tags[0])}@${pushed}`;
    log.info(image === '' ? 'Built, not pushed (`push: false`).' : `Image: ${image}`);
    return { image, digest: pushed, tags: names.join('\n'), imageid: imageId, 'metadata-json': JSON.stringify(metadata) };
}
/** @throws UserError when the context has no Dockerfile */
function dockerfileIn(context, workspace) {
    const file = (0,external_node_path_.join)(context, 'Dockerfile');
    if ((0,external_node_fs_.existsSync)(file))
        return file;
    throw new errors/* UserError */.y(`There is no Dockerfile in ${(0,external_node_path_.relative)(workspace, context) || 'the root of the workspace'}.\nName it with the input \`file\`, or set \`context\` to the directory that has it.`);
}
/** @throws UserError when buildx pushed without saying what */
function requireDigest(digest, names) {
    if (digest !== undefined && /^sha256:[0-9a-f]{64}$/.test(digest))
        return digest;
    throw new errors/* UserError */.y(`buildx pushed ${names.join(', ')} but did not say which digest it has.\nUse buildx 0.9 or later (\`docker buildx version\`).`);
}
//# sourceMappingURL=main.js.map

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

/***/ 40:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  e: () => (/* binding */ run)
});

// UNUSED EXPORTS: describeFailure

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(24);
;// CONCATENATED MODULE: external "os"
const external_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("os");
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
    process.stdout.write(cmd.toString() + external_os_namespaceObject.EOL);
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
;// CONCATENATED MODULE: external "fs"
const external_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("fs");
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/file-command.js
// For internal use, subject to change.
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */




function file_command_issueFileCommand(command, message) {
    const filePath = process.env[`GITHUB_${command}`];
    if (!filePath) {
        throw new Error(`Unable to find environment variable for file command ${command}`);
    }
    if (!external_fs_namespaceObject.existsSync(filePath)) {
        throw new Error(`Missing file at path: ${filePath}`);
    }
    external_fs_namespaceObject.appendFileSync(filePath, `${utils_toCommandValue(message)}${external_os_namespaceObject.EOL}`, {
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
    return `${key}<<${delimiter}${external_os_namespaceObject.EOL}${convertedValue}${external_os_namespaceObject.EOL}${delimiter}`;
}
//# sourceMappingURL=file-command.js.map
;// CONCATENATED MODULE: external "path"
const external_path_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("path");
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
    process.stdout.write(external_os_namespaceObject.EOL);
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
    process.stdout.write(message + external_os_namespaceObject.EOL);
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
    warning: (text) => warning(text),
    group: group,
    mask: setSecret,
};
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
    };
    try {
        for (const secret of secretsIn(action, environment))
            maskLines(secret);
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
/** The log is masked line by line, so a secret of several lines is registered line by line too. */
function maskLines(secret) {
    for (const line of secret.split('\n'))
        if (line.trim().length >= 8)
            setSecret(line.trim());
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
const run = async (command, { signal, onErrorLine }) => {
    signal.throwIfAborted();
    const child = (0,external_node_child_process_namespaceObject.spawn)(command.file, command.args, {
        cwd: command.cwd,
        env: { ...command.variables },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
    });
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
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
        stdout += chunk;
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

/***/ 950:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   F2: () => (/* binding */ parseReference),
/* harmony export */   FH: () => (/* binding */ formatReference),
/* harmony export */   aR: () => (/* binding */ repositoryName)
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
    const { registry, repository } = splitRegistry(name);
    refuseBadHost(text, registry);
    const badComponent = repository.split('/').find((component) => !PATH_COMPONENT.test(component));
    if (badComponent !== undefined)
        throw new RangeError(`"${text}" ${whyBadComponent(badComponent)}`);
    if (!TAG.test(tag)) {
        throw new RangeError(`"${text}" has the tag "${tag}"; a tag is 1 to 128 letters, digits, "_", "." or "-", and does not start with "." or "-"`);
    }
    if (`${registry}/${repository}`.length > LONGEST_NAME) {
        throw new RangeError(`"${text}" is too long; registry and repository together have at most ${LONGEST_NAME} characters`);
    }
    return { registry, repository, tag };
}
/** The name without its tag, as it stands in front of `@sha256:…`. */
const repositoryName = ({ registry, repository }) => `${registry}/${repository}`;
const formatReference = (reference) => `${repositoryName(reference)}:${reference.tag}`;
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
