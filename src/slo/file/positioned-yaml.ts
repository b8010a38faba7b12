import { EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE, YAMLException } from 'js-yaml';

/** A YAML value that knows where it stands: `at` is an offset into the text. Scalars are kept as written; what they mean is for the reader. */
export type YamlNode = YamlScalar | YamlList | YamlMap;
export interface YamlScalar {
  readonly kind: 'scalar';
  readonly at: number;
  readonly text: string;
  /** Written without quotes: only such a scalar can be a null. */
  readonly plain: boolean;
}
export interface YamlList {
  readonly kind: 'list';
  readonly at: number;
  readonly items: readonly YamlNode[];
}
export interface YamlMap {
  readonly kind: 'map';
  readonly at: number;
  readonly entries: readonly YamlEntry[];
}
export interface YamlEntry {
  readonly key: string;
  readonly at: number;
  readonly value: YamlNode;
}

/** Something wrong in a file, and where: `at` is an offset into its text. */
export interface Fault {
  readonly at: number;
  readonly text: string;
}

/** `path:line:column`, both from 1, as editors and compilers write it. */
export function position(path: string, content: string, at: number): string {
  const before = content.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  return `${path}:${before.split('\n').length}:${at - lineStart + 1}`;
}

/**
 * Reads one YAML document with positions, from js-yaml's events. Anchors, aliases, tags and keys that are not scalars are faults:
 * a settings file needs none of them. Never throws for what the text holds; the root is missing when nothing could be read.
 */
export function parseYaml(content: string): { readonly root?: YamlNode; readonly faults: readonly Fault[] } {
  let events: Event[];
  try {
    events = parseEvents(content, {});
  } catch (error) {
    // js-yaml promises a YAMLException only for what it knows; anything else that a text provokes is still the text's fault.
    const known = error instanceof YAMLException;
    const reason = (known ? error.reason : String(error)).replaceAll('\n', ' ');
    const hint = reason.includes('flow collection') ? `; a selector with braces stands in quotes: 'metric{label="value"}'` : '';
    return { faults: [{ at: (known && error.mark?.position) || 0, text: `this is not YAML: ${reason}${hint}` }] };
  }
  const builder = new TreeBuilder(content, events);
  const root = builder.read();
  return root === undefined ? { faults: builder.faults } : { root, faults: builder.faults };
}

class TreeBuilder {
  readonly faults: Fault[] = [];
  readonly #content: string;
  readonly #events: readonly Event[];
  #next = 0;

  constructor(content: string, events: readonly Event[]) {
    this.#content = content;
    this.#events = events;
  }

  read(): YamlNode | undefined {
    if (this.#events.length === 0) {
      this.faults.push({ at: 0, text: 'the file is empty; it needs a list `objectives`' });
      return undefined;
    }
    this.#next = 1; // the first event opens the document
    const root = this.#node(0);
    this.#next++; // and this one closes it
    if (this.#next < this.#events.length) {
      const at = this.#events
        .slice(this.#next)
        .map(startOf)
        .find((offset) => offset >= 0);
      this.faults.push({ at: at ?? this.#content.length, text: 'a second document begins; one file holds one document' });
    }
    return root;
  }

  /** @param fallback where an empty value is reported, as it has no place of its own */
  #node(fallback: number): YamlNode {
    const event = this.#events[this.#next++];
    if (event?.type === EVENT_ID.SCALAR) {
      this.#refuseProperties(event);
      const quoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
      const at = event.valueStart < 0 ? fallback : event.valueStart - (quoted ? 1 : 0);
      return { kind: 'scalar', at, text: getScalarValue(this.#content, event), plain: event.style === SCALAR_STYLE.PLAIN };
    }
    if (event?.type === EVENT_ID.SEQUENCE) {
      this.#refuseProperties(event);
      const items: YamlNode[] = [];
      while (!this.#closes()) items.push(this.#node(event.start));
      return { kind: 'list', at: event.start, items };
    }
    if (event?.type === EVENT_ID.MAPPING) {
      this.#refuseProperties(event);
      return { kind: 'map', at: event.start, entries: this.#entries(event.start) };
    }
    if (event?.type === EVENT_ID.ALIAS) {
      this.faults.push({ at: event.anchorStart - 1, text: 'aliases (`*name`) are not offered; write the value out' });
    }
    return { kind: 'scalar', at: fallback, text: '', plain: true };
  }

  #entries(start: number): YamlEntry[] {
    const entries: YamlEntry[] = [];
    while (!this.#closes()) {
      const key = this.#node(start);
      const value = this.#node(key.at);
      if (key.kind !== 'scalar') this.faults.push({ at: key.at, text: 'a key must be a single word' });
      else if (entries.some((entry) => entry.key === key.text)) {
        this.faults.push({ at: key.at, text: `\`${shown(key.text)}\` is given twice; keep one` });
      } else entries.push({ key: key.text, at: key.at, value });
    }
    return entries;
  }

  /** Steps over the end of the open list or map, if it is next. */
  #closes(): boolean {
    if (this.#events[this.#next]?.type !== EVENT_ID.POP) return false;
    this.#next++;
    return true;
  }

  #refuseProperties(event: { readonly anchorStart: number; readonly tagStart: number }): void {
    if (event.anchorStart >= 0) {
      this.faults.push({
        at: event.anchorStart - 1,
        text: 'anchors (`&name`) are not offered; write the value where it is needed',
      });
    }
    if (event.tagStart >= 0) this.faults.push({ at: event.tagStart, text: 'tags (`!name`) are not offered; remove it' });
  }
}

function startOf(event: Event): number {
  if ('start' in event) return event.start;
  if ('valueStart' in event) return event.valueStart;
  return 'anchorStart' in event ? event.anchorStart : -1;
}

/** The user's text in a message: on one line, and not endless. */
export function shown(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
