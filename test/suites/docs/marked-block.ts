/**
 * The code block of a page under `<!-- name -->`, without the indentation of the list that it stands in.
 * @throws Error when there is none
 */
export function markedBlock(page: string, name: string): string {
  const [, indent = '', code] = new RegExp(`<!-- ${name} -->\\n+( *)\`\`\`\\w+\\n([\\s\\S]*?)\\n *\`\`\``).exec(page) ?? [];
  if (code === undefined) throw new Error(`There is no block under <!-- ${name} --> any more.`);
  const lines = code.split('\n').map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
  return `${lines.join('\n')}\n`;
}
