/** Reads `.dockerignore` as the engines do (github.com/moby/patternmatcher): the last pattern that fits decides, and what lies below fits too. */
export function ignoreMatcher(content: string): (path: string) => boolean {
  const rules = content
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#') && line.trim() !== '')
    .map((line) => {
      const keeps = line.trim().startsWith('!');
      const pattern = line
        .trim()
        .replace(/^!\s*/, '')
        .replace(/^\.?\/+/, '')
        .replace(/\/+$/, '');
      return { keeps, pattern: patternOf(pattern) };
    });
  return (path) => {
    const levels = path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));
    return rules.reduce((ignored, { keeps, pattern }) => (levels.some((level) => pattern.test(level)) ? !keeps : ignored), false);
  };
}

function patternOf(pattern: string): RegExp {
  if (pattern === '.' || pattern === '') return /^.*$/;
  const source = pattern
    .split(/(\*\*\/?|\*|\?)/)
    .map((part) => {
      if (part === '**/') return '(?:.*/)?';
      if (part === '**') return '.*';
      if (part === '*') return '[^/]*';
      if (part === '?') return '[^/]';
      return part.replaceAll(/[\\^$.+()|{}]/g, '\\$&');
    })
    .join('');
  try {
    return new RegExp(`^${source}$`);
  } catch {
    // A set that is not closed (`[a`) fits nothing; the engine says what is wrong with it.
    return /^(?!)/;
  }
}
