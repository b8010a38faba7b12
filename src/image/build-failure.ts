import { stripVTControlCharacters } from 'node:util';
import { type Problem, UserError } from '../kernel/errors.js';
import type { BuildAccount } from './build-account.js';
import { explainPushFailure } from './push-failure.js';
import { type KnownFailure, SETTING_FAILURES } from './setting-failures.js';

const SHOWN_LINES = 20;

/** A build that did not come to its end. */
export class BuildFailure extends UserError {
  /** How far it got. */
  readonly account: BuildAccount;
  /** Whether the image was built and only its push failed, for a reason that may be gone in a moment. */
  readonly mayPushAgain: boolean;

  constructor({ code, text }: Problem, account: BuildAccount, mayPushAgain: boolean) {
    super(code, text);
    this.account = account;
    this.mayPushAgain = mayPushAgain;
  }
}

/** An image that is not what it says, and must not have its names. */
export class ImageRefused extends BuildFailure {}

const DISK_FULL: Problem = {
  code: 'disk-full',
  text: 'The disk is full where the engine keeps its images and its cache.\nMake room before this step (`docker system prune -af`), build fewer platforms at once, or use a runner with a larger disk.',
};

/** Runtimes say it on a line of the step (runc, crun, buildah's chroot), and the last error is then only an exit code. */
const FOREIGN_PROGRAM: Problem = {
  code: 'program-of-other-platform',
  text:
    'A RUN step needs a program that this runner cannot execute (exec format error): most often one of another processor architecture, sometimes a script without `#!` in its first line.\n' +
    'For another architecture add docker/setup-qemu-action before this step, build each platform on its own runner, or cross-compile (`FROM --platform=$BUILDPLATFORM`).',
};

const NO_CACHE: Problem = {
  code: 'build-cache-not-written',
  text:
    'The cache could not be written (`cache-to`); the image itself was built.\n' +
    'Is what keeps the cache up, and may this step write there? Add `ignore-error=true` to that line of `cache-to` to go on without it.',
};

/** The daemon's socket belongs to others. */
export const daemonForbidden = (host: string): UserError =>
  new UserError(
    'docker-daemon-forbidden',
    `This user may not talk to the Docker daemon at ${host}.\nAdd the runner's user to the group docker.`,
  );

/** What is known to go wrong: what the engine prints, and what it means for the one who reads it. The first that fits counts. */
const KNOWN: readonly KnownFailure[] = [
  [
    'docker-daemon-down',
    // The second wording is that of Docker 29.
    /(?:Cannot connect to the Docker daemon at|failed to connect to the docker API at) ([^\s;]+?)[.;]? /,
    (host) =>
      `The Docker daemon at ${host} does not answer.\nStart it, or point DOCKER_HOST (or the docker context) at one that runs.`,
  ],
  [
    'docker-daemon-forbidden',
    /permission denied while trying to connect to (?:the Docker daemon socket|the docker API) at (\S+?):? /,
    (host) => daemonForbidden(host).message,
  ],
  [
    'build-stage-missing',
    /target stage "([^"]*)" could not be found/,
    (target) =>
      `The Dockerfile has no stage "${target}".\nInput \`target\` names a stage: the word after AS in \`FROM … AS name\`.`,
  ],
  [
    'dockerfile-missing',
    /failed to read dockerfile: open ([^:]+): no such file/,
    (file) => `The context has no ${file}.\nName the Dockerfile with the input \`file\`.`,
  ],
  [
    'dockerfile-unreadable',
    /dockerfile parse error on line (\d+): (.*?) *$/,
    (line, why) => `Line ${line} of the Dockerfile can't be read: ${why}.`,
  ],
  [
    'buildx-too-old',
    /unknown flag: (--\S+)/,
    (flag) => `This buildx does not know ${flag}.\nUpdate docker-buildx-plugin, or leave out the input that needs it.`,
  ],
  [
    'base-image-lacks-platform',
    /(\S+): failed to resolve source metadata for \S+: .*(?:no match for platform in manifest|no matching manifest)/,
    (image) =>
      `The base image ${image} does not exist for a platform in \`platforms\`.\nChoose a base image that has it, or leave the platform out.`,
  ],
  [
    'registry-busy',
    /(\S+): failed to resolve source metadata for \S+: .*(?:429|toomanyrequests)/,
    (image) =>
      `The registry of the base image ${image} limits how often it may be asked.\nLog in to it before this step, or take the base image from a mirror.`,
  ],
  [
    'base-image-missing',
    /(\S+): failed to resolve source metadata for \S+: .*(?:401|403|denied|insufficient_scope|authorization failed)/,
    (image) =>
      `The base image ${image} does not exist, or only for those who are logged in.\nCheck its name, or log in to its registry in a step before this one.`,
  ],
  [
    'base-image-missing',
    /(\S+): failed to resolve source metadata for \S+: .*not found/,
    (image) => `The base image ${image} does not exist.\nCheck the name and the tag in the FROM line.`,
  ],
  [
    'file-not-in-context',
    /failed to (?:compute|calculate) (?:cache key|checksum).*?: "?([^":]+)"?: not found/,
    (path) =>
      `COPY or ADD names ${path}, which is not in the context.\nIs it built by an earlier step, or excluded by .dockerignore?`,
  ],
  [
    'annotation-needs-index',
    /index annotations not supported for single platform export/,
    () =>
      'An annotation is for an index, and an image of one platform has none.\nWrite it without `index`, build several platforms, or ask for provenance, which makes an index (and a new digest with each run).',
  ],
  [
    'build-secret-missing',
    /secret ([^\s:]+): not found/,
    (id) => `The Dockerfile needs the secret "${id}".\nGive it with \`secrets: ${id}=…\`, \`secret-envs\` or \`secret-files\`.`,
  ],
  [
    'registry-unreachable',
    /(?:initializing source docker:\/\/|failed to resolve source metadata for )(\S+?): .*dial tcp.*: (?:connect: )?(connection refused|no such host|i\/o timeout)/,
    (image, reason) =>
      `The registry of the base image ${image} cannot be reached from the engine: ${reason}.\nCheck the name in the FROM line, and that the registry is up.`,
  ],
  [
    'registry-unreachable',
    /(?:failed to push |Get "https?:\/\/)([^:/"]+(?::\d+)?)\S* ?.*dial tcp.*: (?:connect: )?(connection refused|no such host|i\/o timeout)/,
    (registry, reason) =>
      `Registry ${registry} cannot be reached from the engine: ${reason}.\nCheck the host in \`tags\`, and that the registry is up.`,
  ],
  [
    'registry-login-refused',
    /failed to push ([^:/]+(?::\d+)?)\S*: .*(401 Unauthorized|403 Forbidden|denied|insufficient_scope|no basic auth)/,
    (registry, reason) =>
      `Registry ${registry} refused the push: ${reason}.\nGive this step \`username\` and \`password\` of somebody who may write there, or log in in a step before it (docker/login-action).`,
  ],
  [
    'build-stage-missing',
    /The target "([^"]*)" was not found/,
    (target) =>
      `The Dockerfile has no stage "${target}".\nInput \`target\` names a stage: the word after AS in \`FROM … AS name\`.`,
  ],
  [
    'build-step-failed',
    /building at STEP "RUN (.*)": (?:while running runtime: )?exit status (\d+)/,
    (command, code) => `A RUN step of the Dockerfile ended with exit code ${code}: ${command}`,
  ],
  [
    'base-image-missing',
    /initializing source docker:\/\/(\S+): .*(?:manifest unknown|not found|name unknown)/,
    (image) => `The base image ${image} does not exist.\nCheck the name and the tag in the FROM line.`,
  ],
  [
    'build-step-failed',
    /process "(.*)" did not complete successfully: exit code: (\d+)/,
    (command, code) => `A RUN step of the Dockerfile ended with exit code ${code}: ${command}`,
  ],
  ...SETTING_FAILURES,
];

/**
 * Says what went wrong from what the engine printed last.
 * @param engine its name, for the text
 * @param lines end of its stderr, as a person would see it
 * @returns with a text for a person: the meaning when it is known, then the engine's own last lines, without control characters
 */
export function explainBuildFailure(engine: string, code: number, lines: readonly string[]): Problem {
  const readable = lines.map(plainLine);
  // The last ERROR decides: earlier ones may be quoted from a step's own output.
  const verdict = readable.findLast((line) => /^(ERROR|Error): /.test(line)) ?? readable.at(-1) ?? '';
  const failed = ofFailedStep(readable);
  const elsewhere = failed.some((line) => /^#\d+ (?:\[[^\]]*\] )?exporting cache/.test(line)) ? NO_CACHE : ofPush(verdict);
  const known = KNOWN.flatMap(([code, pattern, explain]) => {
    const groups = pattern.exec(`${verdict} `);
    return groups ? [{ code, text: explain(...groups.slice(1)) }] : [];
  })[0];
  const meaning = elsewhere ?? known;
  // A step that met a full disk ends with an exit code of its own.
  const shown = readable.slice(-SHOWN_LINES);
  const full = elsewhere === undefined && shown.some((line) => /no space left on device/i.test(line)) ? DISK_FULL : undefined;
  const foreign = [verdict, ...failed].some((line) => /exec format error/i.test(line)) ? FOREIGN_PROGRAM : undefined;
  const causes = [full, foreign, meaning].flatMap((problem) => problem ?? []);
  const printed = readable.filter((line) => line.trim() !== '').slice(-SHOWN_LINES);
  const text = [
    ...causes.map(({ text }) => text),
    ...(causes.length === 0 ? [`${engine} ended with exit code ${code}.`] : []),
    ...(printed.length === 0 ? [] : ['', `${engine} said:`, ...printed.map((line) => `  ${line}`)]),
  ].join('\n');
  return { code: causes[0]?.code ?? 'build-failed', text };
}

function ofPush(verdict: string): Problem | undefined {
  const text = explainPushFailure(verdict);
  return text === undefined ? undefined : { code: 'registry-refuses', text };
}

/** BuildKit numbers what its steps print, and cancels the others when one fails; where nothing is numbered, the end of it all has to do. */
function ofFailedStep(lines: readonly string[]): readonly string[] {
  const step = lines.flatMap((line) => /^(#\d+) ERROR: (?!.*context canceled)/.exec(line)?.[1] ?? []).at(-1);
  return step === undefined ? lines.slice(-SHOWN_LINES) : lines.filter((line) => line.startsWith(`${step} `));
}

/**
 * One line of somebody else's output, safe to print in a job: no colours or cursor moves, and nothing that the runner would take for
 * a workflow command (`::` at the start; the old `##[` anywhere: actions/runner, ActionCommand.cs).
 */
export function plainLine(line: string): string {
  return stripVTControlCharacters(line)
    .replaceAll('##[', '# #[')
    .replace(/^(\s*):(?=:)/, '$1: ');
}
