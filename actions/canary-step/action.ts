import { defineAction } from '../../src/action/define.js';
import { duration, flag, oneOf, percent, text } from '../../src/action/input-kinds.js';
import { trafficInputs } from '../../src/release/traffic-inputs.js';
import { appInputs, metricsInputs } from '../../src/target/kubernetes/app-inputs.js';
import { clusterConflicts, clusterInputs } from '../../src/target/kubernetes/cluster-inputs.js';

export const canaryStep = defineAction({
  name: 'canary-step',
  summary: 'Give the canary a share of the traffic, and prove that it arrived.',
  post: true,
  inputs: {
    ...appInputs,
    weight: percent({ text: 'Share of the traffic for the canary; 100 promotes it, 0 aborts it.', required: true }),
    image: text({
      text: 'Image of the new version, best by digest. Needed by the first step of a release; later steps go on with it.',
    }),
    promotion: oneOf(['surge', 'in-place'], {
      text: 'Where the traffic stays while stable is updated: on a canary scaled to full (`surge`), or split as it is (`in-place`), for clusters without room.',
      default: 'surge',
    }),
    'on-job-failure': oneOf(['abort', 'hold'], {
      text: 'What happens to the release when this step or a later one of the job fails, or the run is cancelled.',
      default: 'abort',
    }),
    'hold-for': duration({ text: 'How long no other run may take this release over.', default: '6h' }),
    irreversible: flag({
      text: 'Whether going back after the promotion would break something, such as a migrated schema.',
      default: 'false',
    }),
    'dry-run': flag({ text: 'Print the plan and let the API server check it, but change nothing.', default: 'false' }),
    ...trafficInputs,
    ...metricsInputs,
    ...clusterInputs,
  },
  outputs: {
    'release-id': 'Id of the release.',
    phase: 'Phase of the release after this step: `holding`, `promoted`, `aborted`, or `none` when there was nothing to do.',
    weight: 'Share of the traffic that the route gives the canary, in percent.',
    'weight-measured': 'Share of the traffic that the canary really got, in percent; empty when nothing was measured.',
    'weight-proven': '`true` when the measured share proves the asked one.',
    'weight-interval-json': 'The 99 % interval of the measured share: `{"low":8.1,"high":12.4}`, in percent.',
    revision: 'Image of the canary.',
    'previous-revision': 'Image of stable when the release started.',
    'canary-name': "Name of the canary's Deployment and Service.",
  },
  conflicts: clusterConflicts,
});
