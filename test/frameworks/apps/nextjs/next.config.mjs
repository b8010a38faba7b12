export default { output: 'standalone', serverExternalPackages: ['prom-client'] };
