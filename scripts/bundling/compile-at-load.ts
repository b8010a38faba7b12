import { parse } from '@swc/core';

/**
 * Puts parentheses around the function of each module of a chunk, which V8 takes as the sign that it is called at once (as webpack means them, and
 * minifying takes them away). Without them V8 reads all of a chunk to find where its functions end, and then each of them again to compile it: a tenth of
 * what the start of a step takes.
 * @param code a chunk as ncc writes it, minified
 */
export async function compileAtLoad(code: string): Promise<string> {
  const module = await parse(code, { syntax: 'ecmascript', target: 'es2024' });
  const bytes = Buffer.from(code);
  // Spans count bytes of UTF-8, in a numbering that goes on from one parsed file to the next.
  const edges = moduleFunctions(module).flatMap(({ start, end }) => [
    { at: start - module.span.start, paren: '(' },
    { at: end - module.span.start, paren: ')' },
  ]);
  edges.sort((one, other) => one.at - other.at);
  const pieces: Buffer[] = [];
  let from = 0;
  for (const { at, paren } of edges) {
    pieces.push(bytes.subarray(from, at), Buffer.from(paren));
    from = at;
  }
  return Buffer.concat([...pieces, bytes.subarray(from)]).toString('utf8');
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The functions of `export const modules = { 12: (module, exports, require) => {…}, … }`, and of the like in the chunk that starts the others. */
function moduleFunctions(node: unknown): Span[] {
  if (Array.isArray(node)) return node.flatMap(moduleFunctions);
  if (typeof node !== 'object' || node === null) return [];
  const found = functionsByNumber(node as Partial<ObjectNode>);
  return found.length > 0 ? found : Object.values(node).flatMap(moduleFunctions);
}

interface ObjectNode {
  readonly type: string;
  readonly properties: readonly {
    readonly type: string;
    readonly key: { readonly type: string };
    readonly value: { readonly type: string; readonly span: Span };
  }[];
}

function functionsByNumber({ type, properties = [] }: Partial<ObjectNode>): Span[] {
  if (type !== 'ObjectExpression') return [];
  const isModule = properties.every(
    (property) =>
      property.type === 'KeyValueProperty' &&
      property.key.type === 'NumericLiteral' &&
      /^(Arrow)?FunctionExpression$/.test(property.value.type),
  );
  return isModule ? properties.map(({ value }) => value.span) : [];
}
