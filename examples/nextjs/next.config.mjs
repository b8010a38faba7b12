/** `standalone` leaves a server with the packages that it needs, and nothing else, in .next/standalone. */
export default {
  output: 'standalone',
  // Else a lock file in a directory above makes that one the root, and server.js ends up somewhere below.
  outputFileTracingRoot: import.meta.dirname,
  serverExternalPackages: ['prom-client'],
  poweredByHeader: false,
};
