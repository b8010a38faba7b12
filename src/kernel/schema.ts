/** Says where a value is not what it should be: paths from the value down, `''` for itself. */
export type Check = (value: unknown) => string[];

const itself = [''];

export const text: Check = (value) => (typeof value === 'string' && value.length > 0 && value.length <= 1024 ? [] : itself);
export const anyText: Check = (value) => (typeof value === 'string' && value.length <= 4096 ? [] : itself);
export const flag: Check = (value) => (typeof value === 'boolean' ? [] : itself);
export const date: Check = (value) => (typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? [] : itself);

export const integer =
  (min: number, max: number): Check =>
  (value) =>
    Number.isInteger(value) && Number(value) >= min && Number(value) <= max ? [] : itself;

/** A share of the traffic, in percent. */
export const percent: Check = (value) => (typeof value === 'number' && value >= 0 && value <= 100 ? [] : itself);

export const oneOf =
  (values: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && values.includes(value) ? [] : itself;

export const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined ? [] : check(value);

export const nullable =
  (check: Check): Check =>
  (value) =>
    value === null ? [] : check(value);

/** What one of the two accepts. */
export const either =
  (one: Check, other: Check): Check =>
  (value) =>
    one(value).length === 0 ? [] : other(value);

export const list =
  (maxLength: number, check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.length <= maxLength ? value.flatMap((item, index) => below(`[${index}]`, check(item))) : itself;

/** An object with these fields; what it has besides is somebody else's and ignored. */
export const object =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return itself;
    return Object.entries(fields).flatMap(([name, check]) => below(name, check((value as Record<string, unknown>)[name])));
  };

/** Whatever the given function takes for one of its own. */
export const accepted =
  (isOne: (value: unknown) => boolean): Check =>
  (value) =>
    isOne(value) ? [] : itself;

/** An object whose other fields depend on what its `kind` says. */
export const byKind =
  (kinds: Readonly<Record<string, Check>>): Check =>
  (value) => {
    const kind = typeof value === 'object' && value !== null ? (value as { kind?: unknown }).kind : undefined;
    const check = typeof kind === 'string' && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    return check ? check(value) : ['kind'];
  };

const below = (name: string, paths: readonly string[]): string[] =>
  paths.map((path) => (path === '' || path.startsWith('[') ? `${name}${path}` : `${name}.${path}`));
