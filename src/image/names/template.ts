/** What an expression stands for; one that takes arguments gets them as they are written. */
export type Values = Readonly<
  Record<string, string | ((argument: string | undefined, named: ReadonlyMap<string, string>) => string)>
>;

const EXPRESSION = /\{\{\{?\s*([^{}]*?)\s*\}?\}\}/g;
const ARGUMENT = /(?:(\w+)=)?(?:'([^']*)'|"([^"]*)"|([^\s'"]+))/g;

/**
 * Puts values into `{{name}}` and `{{name 'argument' key='value'}}`, the part of Handlebars that docker/metadata-action's documentation shows.
 * @throws RangeError naming an expression that is not known
 */
export const fillTemplate = (template: string, values: Values): string =>
  template.replaceAll(EXPRESSION, (written: string, inner: string) => {
    const [, name = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(inner) ?? [];
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) {
      throw new RangeError(
        `"${written}" is not known; known are ${Object.keys(values)
          .map((one) => `{{${one}}}`)
          .join(', ')}`,
      );
    }
    if (typeof value === 'string') return value;
    const named = new Map<string, string>();
    let argument: string | undefined;
    for (const [, key, single, double] of rest.matchAll(ARGUMENT)) {
      const text = single ?? double;
      // Without quotes it is the name of something that is not there.
      if (text === undefined) continue;
      if (key === undefined) argument ??= text;
      else named.set(key, text);
    }
    return value(argument, named);
  });
