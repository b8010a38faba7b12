import { duration, portOrName, text } from '../../../kernel/input-kinds.js';
import { parseMetricsPath } from '../../../slo/sources/exposition/metrics-path.js';

/** What stands for the app in the cluster; shared by every action that releases, judges or restores one. */
export const appInputs = {
  deployment: text({ text: 'Name of the stable Deployment, when it differs from `app`.' }, 'name of a Deployment'),
  service: text({ text: 'Name of the Service in front of it, when it differs from `app`.' }, 'name of a Service'),
  container: text({ text: 'Container whose image is released; needed when the pod has several.' }, 'name of a container'),
};

/** Where the pods show their metrics, and how old those may be; read through the API server. What a step leaves out is on its release's record. */
export const metricsInputs = {
  'metrics-port': portOrName({
    text: 'Port of the metrics, by number or by name; when left empty: that of the release on record, the `prometheus.io/port` annotation, or the port of the released container that is named metrics, or its first.',
  }),
  'metrics-path': {
    text: 'Path of the metrics; when left empty: that of the release on record, the `prometheus.io/path` annotation of that port, or `/metrics`.',
    type: 'path',
    parse: parseMetricsPath,
  },
  'metrics-max-age': duration({
    text: 'How long a page of metrics in which nothing changes is waited for, before it is taken for silence; for pages that are cached or pushed. Left out, it is that of the release on record, or else 90s.',
    usual: '90s',
  }),
};
