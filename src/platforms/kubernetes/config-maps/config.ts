import type { V1ConfigMap } from '@kubernetes/client-node';
import { isAtItsFirstStep, type Release } from '../../../release/record/record.js';
import { ApiError, type Cluster, type JsonPatchOperation } from '../api/cluster.js';
import { editObject } from '../api/edit-object.js';
import { CONFIG_MAP } from '../api/kinds.js';
import { bringOwn } from '../api/own-object.js';
import { giveUpOwnership, lastOtherWriter } from '../api/ownership.js';
import { canaryConfigName, configCopy, contentHash, formerConfigName } from '../canary-objects/canary-config.js';
import { canaryMetadata, isOfRelease, MANAGED_BY } from '../canary-objects/canary-objects.js';
import { kubernetesOf, type OnPlatform } from '../memory.js';
import type { Work } from '../work.js';
import { describeForeignConfig, isForeignConfig, refuseForeignConfig } from './live-config.js';

type Content = Pick<V1ConfigMap, 'data' | 'binaryData'>;
type Access = Pick<Work, 'cluster' | 'app' | 'held'>;
type Undoing = Pick<Work, 'cluster' | 'held' | 'log'>;

/** On the copy of what stable had, when stable had nothing. */
const ABSENT = 'd9.dev/absent';

/** The canary's own ConfigMaps, under names of their own, before its pods need them. */
export async function bringCanaryConfig({ cluster, app, held }: Access, release: Release): Promise<void> {
  for (const { name, data } of app.next?.configMaps ?? []) {
    const object = configCopy(canaryConfigName(name), data, canaryMetadata(app, release.id));
    await bringOwn(
      cluster,
      { kind: CONFIG_MAP, object, isOurs: isOfRelease(release.id) },
      isAtItsFirstStep(release),
      held.signal,
    );
  }
}

/**
 * Stable's ConfigMaps get the new content; what they had is kept first, for as long as the release may be rolled back.
 * @throws UserError when somebody has put something else into one of them since the release began
 */
export async function promoteConfig(access: Access, release: Release): Promise<void> {
  const { cluster, app, held } = access;
  for (const { name, data } of app.next?.configMaps ?? []) {
    await keepFormer(access, release, name);
    await writeConfig(cluster, name, data, held.signal, (live) => refuseForeignConfig(release, name, live));
  }
}

/** Gives a ConfigMap of stable's this content; one that is not there is created. */
async function writeConfig(
  cluster: Cluster,
  name: string,
  content: Content,
  signal: AbortSignal,
  refuse: (live: V1ConfigMap) => void = () => undefined,
): Promise<void> {
  const plan = (live: V1ConfigMap) => {
    refuse(live);
    return contentPatch(live, content);
  };
  const edit = () => editObject(cluster, CONFIG_MAP, name, plan, signal);
  if (await edit()) return;
  await createUnlessThere(cluster, configCopy(name, content, {}), async () => (await edit()) !== undefined, signal);
}

/**
 * Creates a ConfigMap, and asks for it again when the answer was lost: the first attempt may have made it.
 * @param isAsWanted whether the one that is there already will do
 */
async function createUnlessThere(
  cluster: Cluster,
  copy: V1ConfigMap,
  isAsWanted: () => Promise<boolean>,
  signal: AbortSignal,
): Promise<void> {
  try {
    const creating = cluster.create(CONFIG_MAP, copy, signal, { isOwnKnown: true });
    await (cluster.fence?.creating(CONFIG_MAP, copy.metadata?.name ?? '', creating) ?? creating);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409 || !(await isAsWanted())) throw error;
  }
}

/** A copy that this release made before holds what stable had; a second one would hold what we wrote. */
async function keepFormer({ cluster, app, held }: Access, release: Release, name: string): Promise<void> {
  const readKept = () => cluster.read(CONFIG_MAP, formerConfigName(name), held.signal);
  const [live, kept] = await Promise.all([cluster.read(CONFIG_MAP, name, held.signal), readKept()]);
  if (isOf(release, kept)) return;
  if (kept) await removeOurs({ cluster, held }, formerConfigName(name));
  const metadata = { ...canaryMetadata(app, release.id), ...(!live && { annotations: { [ABSENT]: 'true' } }) };
  const copy = configCopy(formerConfigName(name), live ?? {}, metadata);
  await createUnlessThere(cluster, copy, async () => isOf(release, await readKept()), held.signal);
}

/** Stable's ConfigMaps with the content that they had before this release wrote them. What somebody has put there since is left, and said. */
export async function restoreConfig({ cluster, held, log }: Undoing, release: Release): Promise<void> {
  for (const name of namesIn(release)) {
    const kept = await cluster.read(CONFIG_MAP, formerConfigName(name), held.signal);
    if (!isOf(release, kept)) await tellUnrestored(release, name, { cluster, held, log });
    if (!kept || !isOf(release, kept) || isAbsent(kept)) continue;
    let left: V1ConfigMap | undefined;
    const plan = (live: V1ConfigMap) => {
      left = isForeignConfig(release, name, live) ? live : undefined;
      return left ? [] : contentPatch(live, kept);
    };
    await editObject(cluster, CONFIG_MAP, name, plan, held.signal);
    if (left) log.warning(`${describeForeignConfig(name, left)}. It is left as it is.`);
  }
}

/** Without the copy of what stable had, what the release brought stays. A promotion that was cut before it wrote this one has left it as it was. */
async function tellUnrestored(release: Release, name: string, { cluster, held, log }: Undoing): Promise<void> {
  const known = kubernetesOf(release).manifest?.contents?.find((each) => each.name === name);
  if (known === undefined || known.before === known.after) return;
  const live = await cluster.read(CONFIG_MAP, name, held.signal);
  if (contentHash(live) !== known.after) return;
  log.warning(
    `ConfigMap ${name} still holds what the release brought, and ConfigMap ${formerConfigName(name)}, which kept what it held before, is gone or another release's: it is not put back. ` +
      `Stable's pods start with it as it is. Apply what ${name} is to hold yourself, and restart them.`,
  );
}

/**
 * A move to a version by its name takes the template alone; what the promoted release put into ConfigMaps stays, and is said. The move is done by then,
 * so a look that fails is said too and ends nothing.
 */
export async function tellLeftConfig({ cluster, held, log }: Undoing, release: Release): Promise<void> {
  for (const { name, before, after } of kubernetesOf(release).manifest?.contents ?? []) {
    if (before === after) continue;
    const left = await cluster.read(CONFIG_MAP, name, held.signal).then(contentHash, (error: unknown) => {
      log.warning(`Whether ConfigMap ${name} is as it was before the release could not be looked at: ${String(error)}`);
      return undefined;
    });
    if (left !== after) continue;
    log.warning(
      `ConfigMap ${name} still holds what the promoted release brought: \`to-revision\` and \`to-image\` move Deployments alone, and the pods start with it as it is. ` +
        `ConfigMap ${formerConfigName(name)} has what it held before, until the next release begins. Apply that, and restart the pods, if the version needs it.`,
    );
  }
}

/** Whether this release has written a ConfigMap of stable's and not put it back yet. */
export async function hasWrittenConfig({ cluster, held }: Access, release: Release): Promise<boolean> {
  const kept = await Promise.all(namesIn(release).map((name) => cluster.read(CONFIG_MAP, formerConfigName(name), held.signal)));
  return kept.some((copy) => isOf(release, copy));
}

/**
 * After stable is back: the ConfigMaps that it did not have before go, and the copies of what it had. Which did not exist is said by a copy that
 * only a ConfigMap's writer can make, not by the record.
 */
export async function dropNewConfig(access: Undoing, release: Release): Promise<void> {
  const { cluster, held } = access;
  for (const name of namesIn(release)) {
    const kept = await cluster.read(CONFIG_MAP, formerConfigName(name), held.signal);
    if (!kept || !isOf(release, kept)) continue;
    if (isAbsent(kept)) await removeNew(access, release, name);
    await removeOurs(access, formerConfigName(name));
  }
}

/** A ConfigMap that the release brought and somebody has changed or made anew since is theirs. */
async function removeNew({ cluster, held, log }: Undoing, release: Release, name: string): Promise<void> {
  const live = await cluster.read(CONFIG_MAP, name, held.signal);
  const { uid } = live?.metadata ?? {};
  if (!live || uid === undefined) return;
  if (isForeignConfig(release, name, live) || lastOtherWriter(live, ['f:data']) !== undefined)
    log.warning(`${describeForeignConfig(name, live)}. It is left as it is.`);
  else await cluster.remove(CONFIG_MAP, name, { uid }, held.signal);
}

/**
 * Removes the canary's ConfigMaps, when nothing runs with them any more, and our claim on stable's.
 * @returns those that somebody's finalizer keeps
 */
export async function dropCanaryConfig(access: Pick<Access, 'cluster' | 'held'>, release: OnPlatform): Promise<V1ConfigMap[]> {
  const kept: V1ConfigMap[] = [];
  for (const name of namesIn(release)) {
    const left = await removeOurs(access, canaryConfigName(name));
    if (left) kept.push(left);
    await giveUpOwnership(access.cluster, CONFIG_MAP, name, access.held.signal);
  }
  return kept;
}

/** What an earlier release kept can't be asked for any more once another begins. */
export async function forgetFormerConfig(access: Pick<Access, 'cluster' | 'held'>, earlier: Release | undefined): Promise<void> {
  for (const name of earlier ? namesIn(earlier) : []) await removeOurs(access, formerConfigName(name));
}

const namesIn = (release: OnPlatform): readonly string[] => kubernetesOf(release).manifest?.configMaps ?? [];
const isOf = (release: Release, copy: V1ConfigMap | undefined) => copy !== undefined && isOfRelease(release.id)(copy);
const isAbsent = ({ metadata }: V1ConfigMap): boolean => metadata?.annotations?.[ABSENT] !== undefined;

/** A name out of the record must not remove what is not ours. */
async function removeOurs({ cluster, held }: Pick<Access, 'cluster' | 'held'>, name: string): Promise<V1ConfigMap | undefined> {
  const found = await cluster.read(CONFIG_MAP, name, held.signal);
  const [[label, value] = ['', '']] = Object.entries(MANAGED_BY);
  const { uid, labels } = found?.metadata ?? {};
  if (uid === undefined || labels?.[label] !== value) return undefined;
  return cluster.remove(CONFIG_MAP, name, { uid }, held.signal);
}

function contentPatch(live: V1ConfigMap, { data, binaryData }: Content): JsonPatchOperation[] {
  const field = (path: string, has: unknown, wanted: unknown): JsonPatchOperation[] => {
    if (JSON.stringify(has) === JSON.stringify(wanted)) return [];
    return wanted === undefined ? [{ op: 'remove', path }] : [{ op: 'add', path, value: wanted }];
  };
  return [...field('/data', live.data, data), ...field('/binaryData', live.binaryData, binaryData)];
}
