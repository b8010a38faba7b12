import { UserError } from '../../kernel/errors.js';
import type { PlatformOnRecord } from '../platform.js';
import { isObject } from './former-schema.js';
import type { Owner } from './record.js';

/** What may run a release's pipeline. */
export const SYSTEMS: ReadonlyArray<Owner['system']> = ['github-actions'];

/** A record that is sound, as far as can be known, and not for this version or this platform to work on: it must not be written over. */
export class RecordOfAnother extends UserError {
  /** Where the record is and whose, as a sentence. */
  readonly whose: string;

  constructor(code: keyof typeof WHOSE, where: string, what: string) {
    const { whose, wayOut } = WHOSE[code];
    const sentence = `${where} ${whose(what)}`;
    super(code, `${sentence} ${wayOut} Nothing has been changed.`);
    this.whose = sentence;
  }
}

const WHOSE = {
  'record-of-other-version': {
    whose: (what: string) => `was written by another version of d9-actions (${what}).`,
    wayOut:
      'Use the version that started the release, for its rollback too; `to-revision` or `to-image` of the rollback action goes past the record.',
  },
  'record-of-other-platform': {
    whose: (what: string) => `holds the release of an app on another platform (${what}).`,
    wayOut: 'Give this app another name (`app`), or run the step on that platform.',
  },
};

/**
 * Kinds are added without another schema, so an older version may meet one that it does not know.
 * @throws RecordOfAnother naming it
 */
export function refuseUnknownKinds(latest: unknown, where: string, platform: PlatformOnRecord): void {
  const named = (part: string, field: string): unknown => {
    const value = isObject(latest) ? latest[part] : undefined;
    return isObject(value) ? value[field] : undefined;
  };
  const isOther = (value: unknown, known: readonly string[]): value is string =>
    typeof value === 'string' && !known.includes(value);
  const on = named('platform', 'kind');
  if (isOther(on, [platform.kind]))
    throw new RecordOfAnother('record-of-other-platform', where, `${shown(on)}, this step works on ${platform.kind}`);
  const [strategy, system] = [named('strategy', 'kind'), named('owner', 'system')];
  const strategies = platform.strategies.map(({ kind }) => kind);
  if (isOther(strategy, strategies))
    throw new RecordOfAnother(
      'record-of-other-version',
      where,
      `strategy ${shown(strategy)}, this one knows ${strategies.join(', ')}`,
    );
  if (isOther(system, SYSTEMS))
    throw new RecordOfAnother(
      'record-of-other-version',
      where,
      `a run of ${shown(system)}, this one knows ${SYSTEMS.join(', ')}`,
    );
}

/** It comes out of the record: no more of it than a name has. */
const shown = (text: string): string => JSON.stringify(text.slice(0, 64));
