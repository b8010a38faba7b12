import type { ProblemMeaning } from '../kernel/errors.js';

/** What is wrong with the way to a server. */
export const HTTP_PROBLEMS = {
  'proxy-invalid': {
    means: 'The proxy of the kubeconfig or of the environment is no URL of an HTTP proxy.',
    remedy: 'Write it as http://HOST:PORT or https://HOST:PORT; SOCKS is not supported.',
  },
} as const satisfies Readonly<Record<string, ProblemMeaning>>;

declare module '../kernel/errors.js' {
  interface ProblemCodes extends Record<keyof typeof HTTP_PROBLEMS, true> {}
}
