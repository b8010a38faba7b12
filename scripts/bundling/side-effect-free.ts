import fs from 'node:fs';

/**
 * Preloaded into the bundler's process: lets it drop what we don't use from packages that are free of side effects but don't
 * say so. Without this every bundle carries undici behind @actions/core's OIDC helper, and the chunk for rare cluster auth
 * carries about a thousand generated files of @kubernetes/client-node. node_modules itself stays as it was installed.
 */
const PACKAGES = [
  '@actions/core',
  '@actions/exec',
  '@actions/github',
  '@actions/http-client',
  '@actions/io',
  '@actions/tool-cache',
  '@kubernetes/client-node',
];

const manifests = PACKAGES.map((name) => `/node_modules/${name}/package.json`);

function marked<T extends string | Buffer>(path: unknown, content: T): T | string | Buffer {
  const file = String(path).replaceAll('\\', '/');
  if (!manifests.some((manifest) => file.endsWith(manifest))) return content;
  const text = JSON.stringify({ ...JSON.parse(String(content)), sideEffects: false });
  return typeof content === 'string' ? text : Buffer.from(text);
}

type Callback = (error: NodeJS.ErrnoException | null, content: string | Buffer) => void;
const { readFile, readFileSync } = fs;

Object.defineProperty(fs, 'readFile', {
  value: (path: fs.PathOrFileDescriptor, ...rest: [...options: never[], callback: Callback]) => {
    const options = rest.slice(0, -1);
    const callback = rest.at(-1) as Callback;
    const done: Callback = (error, content) => callback(error, error ? content : marked(path, content));
    Reflect.apply(readFile, fs, [path, ...options, done]);
  },
});

Object.defineProperty(fs, 'readFileSync', {
  value: (path: fs.PathOrFileDescriptor, ...options: never[]) =>
    marked(path, Reflect.apply(readFileSync, fs, [path, ...options]) as string | Buffer),
});
