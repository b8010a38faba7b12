import type { PlatformOnRecord } from '../platform.js';

type Fields = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A record of schema 1 in the shape of schema 2. Each release of schema 1 was a canary, begun by GitHub Actions, and what is its platform's alone stood
 * beside the rest.
 * @param record unchecked: what is of the wrong type stays so, for the check that follows
 */
export function fromSchema1(record: Fields, platform: PlatformOnRecord): Fields {
  const { latest } = record;
  return { ...record, schema: 2, ...(isObject(latest) && { latest: fromRelease1(latest, platform) }) };
}

function fromRelease1({ stage, owner, ...release }: Fields, { kind, inSchema1 = [] }: PlatformOnRecord): Fields {
  const isOfPlatform = ([name]: [string, unknown]) => inSchema1.includes(name);
  const fields = Object.entries(release);
  const memory = Object.fromEntries(fields.filter(isOfPlatform));
  return {
    ...Object.fromEntries(fields.filter((field) => !isOfPlatform(field))),
    strategy: { kind: 'canary', ...(stage !== undefined && { stage }) },
    owner: isObject(owner) ? fromOwner1(owner) : owner,
    platform: { kind, memory },
  };
}

const fromOwner1 = ({ runId, runAttempt, ...owner }: Fields): Fields => ({
  ...owner,
  system: 'github-actions',
  id: runId,
  attempt: runAttempt,
});
