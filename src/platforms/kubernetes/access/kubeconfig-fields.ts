import { UserError } from '../../../kernel/errors.js';

/** One mapping of a kubeconfig; every getter checks the type and names the place when it's wrong. */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #origin: string;
  readonly #path: string;

  constructor(value: unknown, origin: string, path: string) {
    this.#origin = origin;
    this.#path = path;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.#wrong('', 'a mapping');
    this.#values = value as Record<string, unknown>;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#values, key) && this.#values[key] !== null;
  }

  value(key: string): unknown {
    return this.has(key) ? this.#values[key] : undefined;
  }

  text(key: string): string | undefined {
    const value = this.value(key);
    if (value === undefined || typeof value === 'string') return value;
    // A bare `namespace: 1` or `name: true` is a name all the same; kubectl reads it so.
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw this.#wrong(key, 'text');
  }

  /** Text that is sent in a header. A secret that was stored with a line break at its end is meant without it. */
  token(key: string): string | undefined {
    const token = this.text(key)?.trim();
    // RFC 6750, 2.1: a bearer token has neither blanks nor controls in it.
    if (token !== undefined && !/^[\x21-\x7E]*$/.test(token)) throw this.#wrong(key, 'a token on one line, without blanks in it');
    return token || undefined;
  }

  flag(key: string): boolean {
    const value = this.value(key);
    if (value === undefined || typeof value === 'boolean') return value ?? false;
    throw this.#wrong(key, 'true or false');
  }

  texts(key: string): string[] {
    const value = this.value(key) ?? [];
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw this.#wrong(key, 'a list of texts');
  }

  child(key: string): Fields {
    return new Fields(this.value(key), this.#origin, this.#at(key));
  }

  list(key: string): Fields[] {
    const value = this.value(key) ?? [];
    if (!Array.isArray(value)) throw this.#wrong(key, 'a list');
    return value.map((item, index) => new Fields(item, this.#origin, `${this.#at(key)}[${index}]`));
  }

  map<T>(key: string, read: (fields: Fields, key: string) => T): Record<string, T> {
    if (!this.has(key)) return {};
    const child = this.child(key);
    return Object.fromEntries(Object.keys(child.#values).map((name) => [name, read(child, name)]));
  }

  /** A list of `{ name, <key>: {…} }`, first name wins. */
  named<T>(list: string, key: string, read: (fields: Fields) => T): Map<string, T> {
    const entries = this.list(list).map((item): [string, T] => [
      item.text('name') ?? '',
      read(item.has(key) ? item.child(key) : new Fields({}, this.#origin, item.#at(key))),
    ]);
    return new Map(entries.toReversed());
  }

  #at(key: string): string {
    return this.#path === '' ? key : `${this.#path}.${key}`;
  }

  #wrong(key: string, expected: string): UserError {
    const place = key === '' ? this.#path : this.#at(key);
    return new UserError(
      'kubeconfig-invalid',
      `${this.#origin} is not a kubeconfig: ${place || 'the document'} must be ${expected}`,
    );
  }
}
