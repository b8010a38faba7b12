import { dnsLabel, integer, text } from '../../action/input-kinds.js';

/** Which app, and where its pods show their metrics; shared by every action that releases, judges or restores one. */
export const appInputs = {
  app: dnsLabel({
    text: 'Name of the app; names the release record and the canary, and is the default of `deployment` and `service`.',
    required: true,
    // `d9-<app>` and `<app>-canary` are names of at most 63 characters.
    maxLength: 56,
  }),
  deployment: text({ text: 'Name of the stable Deployment, when it differs from `app`.' }),
  service: text({ text: 'Name of the Service in front of it, when it differs from `app`.' }),
  container: text({ text: 'Container whose image is released; needed when the pod has several.' }),
};

/** Where the pods show their metrics; read through the API server. */
export const metricsInputs = {
  'metrics-port': integer({
    text: 'Port of the metrics; when left empty: the `prometheus.io/port` annotation, a port named metrics, or the first port.',
    min: 1,
    max: 65535,
  }),
  'metrics-path': text({ text: 'Path of the metrics.', default: '/metrics' }),
};
