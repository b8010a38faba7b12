import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../../kernel/errors.js';
import type { Finding } from '../build-account.js';
import { plainLine } from '../build-failure.js';
import type { BuildEffects } from '../effects.js';
import { HADOLINT_FILES, HADOLINT_VERSION } from './hadolint-release.js';

const TOOL = 'hadolint';

/** Where hadolint comes from. */
export interface HadolintSource {
  /** URL in front of `/v2.15.1/hadolint-linux-x86_64`. */
  readonly mirror: string;
  readonly files: typeof HADOLINT_FILES;
  /** `linux x64`. */
  readonly machine: string;
}

export const hadolintSource = (mirror: string): HadolintSource => ({
  mirror,
  files: HADOLINT_FILES,
  machine: `${process.platform} ${process.arch}`,
});

/**
 * Has hadolint look through a Dockerfile; `.hadolint.yaml` of the workspace counts. The program is fetched once and kept by the runner, and its checksum
 * is compared before every run: a tool cache may be shared by many jobs.
 * @param file absolute path
 * @throws UserError when it can't be had, is not what it should be, or can't read the Dockerfile
 */
export async function runHadolint(
  file: string,
  source: HadolintSource,
  effects: Pick<BuildEffects, 'environment' | 'log' | 'run' | 'signal' | 'tools'>,
): Promise<Finding[]> {
  const { environment, run, signal } = effects;
  const program = await fetchHadolint(source, effects);
  const args = ['--no-fail', '--no-color', '--format', 'json', file];
  const exit = await run({ file: program, args, cwd: environment.workspace, variables: environment.variables }, { signal });
  try {
    return (JSON.parse(exit.stdout) as HadolintFinding[]).map(readFinding);
  } catch (cause) {
    const said = plainLine(exit.lastErrorLines.at(-1) ?? '') || `it ended with exit code ${exit.code}`;
    throw new UserError(
      'hadolint-failed',
      `hadolint could not look through ${file}: ${said}.\nIs .hadolint.yaml as it should be?`,
      { cause },
    );
  }
}

interface HadolintFinding {
  readonly code: string;
  readonly line: number;
  readonly message: string;
  readonly file: string;
}

const readFinding = ({ code, line, message, file }: HadolintFinding): Finding => ({
  rule: code,
  text: message,
  file,
  line,
  ...(code.startsWith('DL') ? { url: `https://github.com/hadolint/hadolint/wiki/${code}` } : {}),
});

async function fetchHadolint(
  { mirror, files, machine }: HadolintSource,
  { tools, log }: Pick<BuildEffects, 'log' | 'tools'>,
): Promise<string> {
  const wanted = files[machine];
  if (wanted === undefined)
    throw new UserError('hadolint-unavailable', `There is no hadolint for ${machine}.\nSet \`hadolint: false\`.`);
  const cache = await tools();
  const kept = cache.find(TOOL, HADOLINT_VERSION);
  if (kept !== undefined) {
    await requireChecksum(join(kept, TOOL), wanted.sha256, 'the tool cache of this runner');
    return join(kept, TOOL);
  }
  const url = `${mirror.replace(/\/$/, '')}/v${HADOLINT_VERSION}/${wanted.name}`;
  log.info(`Fetching hadolint ${HADOLINT_VERSION} from ${url}`);
  const downloaded = await cache.download(url).catch((cause: Error) => {
    throw new UserError(
      'hadolint-unavailable',
      `hadolint could not be fetched from ${url}: ${cause.message}.\nName a mirror that this runner can reach with \`hadolint-mirror\`, or set \`hadolint: false\`.`,
      { cause },
    );
  });
  await requireChecksum(downloaded, wanted.sha256, url);
  await chmod(downloaded, 0o755);
  return join(await cache.keep(downloaded, TOOL, HADOLINT_VERSION), TOOL);
}

/** @throws UserError when the file is another one; it is removed then */
async function requireChecksum(file: string, sha256: string, origin: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const found = hash.digest('hex');
  if (found === sha256) return;
  await rm(file, { force: true });
  throw new UserError(
    'hadolint-not-genuine',
    `What ${origin} gave as hadolint ${HADOLINT_VERSION} is not it: its SHA-256 is ${found}, and it must be ${sha256}.\nIt was not run. Was the download cut off, or does the mirror have something else?`,
  );
}
