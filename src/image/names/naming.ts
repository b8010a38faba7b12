import type { CheckedOut } from '../commit-time.js';
import {
  deriveLabels,
  deriveLabelsByRules,
  deriveName,
  deriveTags,
  type VersionTags,
  whyNoName,
  withTags,
} from '../derive-names.js';
import type { BuildEvent } from '../event.js';
import type { ImageName, ImageReference } from '../reference.js';
import { applyRules } from './apply-rules.js';
import { type Flavor, PLAIN_FLAVOR } from './flavor.js';
import { type GivenName, lowerCaseNotes } from './lower-case.js';
import { DEFAULT_RULES, type TagRule } from './tag-rules.js';

/** What `tags` says: the names themselves, or how tags follow from the event. */
export type AskedTags =
  | { readonly kind: 'names'; readonly names: readonly ImageReference[] }
  | { readonly kind: 'rules'; readonly rules: readonly TagRule[] };

/** What is asked for by the inputs. */
export interface NamingInputs {
  readonly images?: readonly GivenName<ImageName>[] | undefined;
  readonly tags?: AskedTags | undefined;
  readonly flavor?: Flavor | undefined;
  readonly versionTags: VersionTags;
}

/** What names and labels follow from. */
export interface NamingFacts {
  readonly event: BuildEvent;
  readonly commit: CheckedOut | undefined;
  readonly nowMs: number;
}

/** How the images of a step are called. */
export interface Naming {
  /** Repositories; empty with the reason where none is given and none follows. */
  readonly repositories: readonly ImageName[];
  readonly whyNone: string | undefined;
  /** Why there is no tag, where there is none; part of a sentence. */
  readonly whyNoTag: string;
  /** For repositories that got no tags from the user. */
  references(names: readonly ImageName[]): readonly ImageReference[];
  readonly labels: Readonly<Record<string, string>>;
  /** The first tag; with rules alone is it a version that the image may say of itself. */
  readonly version: string | undefined;
  /** What is to be said of it. */
  readonly notes: readonly string[];
}

/** @throws RangeError when a rule cannot be applied */
export function nameImages({ images, tags, flavor, versionTags }: NamingInputs, { event, commit, nowMs }: NamingFacts): Naming {
  const given = images?.filter(({ enabled }) => enabled !== false);
  const derived = deriveName(event);
  const whyNone = 'why' in derived ? derived.why : undefined;
  const repositories = given ?? ('why' in derived ? [] : [derived]);
  const lowered = lowerCaseNotes([...(images ?? []), ...(tags?.kind === 'names' ? tags.names : [])]);
  if (tags?.kind === 'rules' || flavor !== undefined) {
    const rules = tags?.kind === 'rules' ? tags.rules : DEFAULT_RULES;
    const commitSeconds = commit?.committedAt ?? event.committedAt;
    const times = { nowMs, commitMs: commitSeconds === undefined ? undefined : commitSeconds * 1000 };
    // As docker/metadata-action has it: of a pull request the commit that the workflow runs at.
    const ruled = applyRules(rules, flavor ?? PLAIN_FLAVOR, { ...event, sha: event.runSha }, times);
    const version = ruled.tags[0];
    const labels = deriveLabelsByRules(event, commit, version);
    return {
      repositories,
      whyNone,
      whyNoTag: whyNoRule(rules, event),
      references: (names) => withTags(names, () => ruled.tags),
      labels,
      version,
      notes: [...lowered, ...ruled.notes],
    };
  }
  const tagsOf = ({ repository }: ImageName) => deriveTags(event, versionTags, repository);
  const labels = deriveLabels(event, commit);
  const [version] = repositories.slice(0, 1).flatMap((name) => tagsOf(name).filter((tag) => !tag.startsWith('sha-')));
  const notes = [...lowered, ...(tags === undefined ? whyNoName(event) : [])];
  const whyNoTag = '`tags` names none, and the event gives it no tag';
  return { repositories, whyNone, whyNoTag, references: (names) => withTags(names, tagsOf), labels, version, notes };
}

/** What each kind of rule waits for. */
const WANTS: Readonly<Record<string, string>> = {
  semver: 'a Git tag with a version',
  pep440: 'a Git tag with a version',
  match: 'a Git tag that its pattern matches',
  schedule: 'a schedule',
  edge: 'the default branch',
};

function whyNoRule(rules: readonly TagRule[], { ref, name }: BuildEvent): string {
  const wants = [
    ...new Set(rules.flatMap(({ type }) => (WANTS[type] === undefined ? [] : [`type=${type} wants ${WANTS[type]}`]))),
  ];
  return `no rule of \`tags\` gives it a tag for ${ref || name || 'what is no event'}${wants.length === 0 ? '' : ` (${wants.join(', ')})`}`;
}
