import { routerAdminAddress } from '../router/flags.js';

const meta = (name: string) => `__meta_kubernetes_${name}`;

/**
 * Scrapes, each second, every running pod at its ports that are called `http` or `metrics`, whether it is ready or not, and the router.
 * A series has the labels `namespace`, `pod`, `container` and those of the pod (`app.kubernetes.io/name` as `app_kubernetes_io_name`).
 * Annotations as everywhere: `prometheus.io/scrape: "false"` leaves a pod out, `prometheus.io/path` is another path than /metrics.
 * @param kubeconfig of an identity that may list and watch pods
 * @returns Prometheus's configuration; it is written as JSON, which is YAML too
 */
export function configurationOf(kubeconfig: string) {
  const pods = [
    { action: 'keep', source_labels: [meta('pod_phase')], regex: 'Running' },
    { action: 'keep', source_labels: [meta('pod_container_port_name')], regex: 'http|metrics' },
    { action: 'drop', source_labels: [meta('pod_annotation_prometheus_io_scrape')], regex: 'false' },
    { source_labels: [meta('pod_annotation_prometheus_io_path')], regex: '(.+)', target_label: '__metrics_path__' },
    { action: 'labelmap', regex: meta('pod_label_(.+)') },
    { source_labels: [meta('namespace')], target_label: 'namespace' },
    { source_labels: [meta('pod_name')], target_label: 'pod' },
    { source_labels: [meta('pod_container_name')], target_label: 'container' },
  ];
  return {
    global: { scrape_interval: '1s', scrape_timeout: '900ms', evaluation_interval: '1s' },
    scrape_configs: [
      { job_name: 'pods', kubernetes_sd_configs: [{ role: 'pod', kubeconfig_file: kubeconfig }], relabel_configs: pods },
      { job_name: 'router', static_configs: [{ targets: [new URL(routerAdminAddress).host] }] },
    ],
  };
}
