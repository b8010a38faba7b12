import type { InputDefinition } from '../../../kernel/define.js';
import { duration, flag, oneOf, someTime, text } from '../../../kernel/input-kinds.js';
import type { Selector } from '../../../slo/objective/objective.js';
import { parseSelector } from '../../../slo/objective/selector.js';
import { ROUTER_KINDS, ROUTERS } from '../routers/index.js';

/** What most apps call it. */
export const USUAL_REQUEST_METRIC = 'http_requests_total';

const requestMetric: InputDefinition<Selector> = {
  text: `Counter of all requests in the pods' metrics, from which the real split is counted. Left out, it is the one that the release on record has, or else \`${USUAL_REQUEST_METRIC}\`.`,
  type: 'series selector',
  usual: USUAL_REQUEST_METRIC,
  parse: parseRequestMetric,
};

/** The longest that is kept on record, and so taken. */
const LONGEST = 1024;

/** @throws RangeError when it is no selector, or too long to be kept on the release's record */
function parseRequestMetric(raw: string): Selector {
  const selector = parseSelector(raw);
  if (selector.text.length > LONGEST)
    throw new RangeError(
      `the selector has ${selector.text.length} characters; at most ${LONGEST} are kept on the release's record`,
    );
  return selector;
}

/** How the traffic is split and how a split is watched; shared by the actions that move traffic. */
export const trafficInputs = {
  router: oneOf(['auto', ...ROUTER_KINDS], {
    text: `What splits the traffic: ${ROUTERS.map(({ summary }) => summary).join(', or ')}. \`auto\` takes what leads to the Service, if there is one.`,
    default: 'auto',
  }),
  route: text({ text: 'Name of the HTTPRoute, when several lead to the Service.' }, 'name of an HTTPRoute'),
  settle: duration({
    text: "How long the slowest proxy takes to act on a change, when you know better than the documented bound of the route's controller.",
  }),
  'start-timeout': someTime({
    text: 'How long new pods may take to become ready: the time begins anew with each pod by which a rollout gets further.',
    default: '5m',
  }),
  prove: oneOf(['expected', 'required'], {
    text: 'Whether a split that can not be proven, for lack of traffic, is a warning (`expected`) or an error (`required`). A split that is disproved is always an error.',
    default: 'expected',
  }),
  'prove-timeout': someTime({ text: 'How long to look for the proof of a split.', default: '60s' }),
  'request-metric': requestMetric,
  'take-over': flag({
    text: "Whether to put back a release in flight that is another run's, or of another version, and go on; or to try a version again that was stopped in this attempt.",
    default: 'false',
  }),
};
