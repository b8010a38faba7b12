import { canaryStep } from '../scenarios.js';
import { BAD_IMAGE, image } from '../simulation/app.js';
import type { Page } from '../simulation/traffic.js';
import { CANARY, canaryWeightIn } from '../simulation/view.js';
import { type Stage, staged } from './drill.js';
import { by } from './runs.js';

const ALL_BAD = image('v2-abrupt-errors-100');
const gate = { slo: 'slo.yml', hold: '40s' };

async function refuses(stage: Stage, released: string): Promise<void> {
  const { store } = stage.trial;
  const step = canaryStep(50, { ...gate, image: released });
  const end = await stage.run(step, by(1));
  const verdict = end.kind === 'ended' ? end.outputs.verdict : 'none';
  stage.expect(
    `a canary that fails its users was let through with verdict ${verdict}`,
    end.kind === 'ended' && end.exitCode === 1,
  );
  await stage.post();
  stage.expect(`it has ${canaryWeightIn(store)} % of the traffic`, canaryWeightIn(store) === 0);
}

/** Counts who asks for this very page as a user, and has no label that would tell. */
const countsScrapes: Page = (_pod, { good, bad }, look) =>
  [
    '# TYPE http_requests_total counter',
    `http_requests_total{status="200"} ${Math.floor(good) + look}`,
    `http_requests_total{status="500"} ${Math.floor(bad)}`,
    '',
  ].join('\n');

/** A few users at night, each of whom gets an error, among the looks of the gate that the app counts as good requests. */
export const fewUsers = staged('few-users', (stage) => refuses(stage, ALL_BAD), { traffic: { rps: 0.2, page: countsScrapes } });

/** The canary's version calls the label otherwise, so that nothing of it is ever seen to be bad. */
const renamesLabel: Page = ({ version }, { good, bad }) => {
  const label = version.startsWith('v2') ? 'code' : 'status';
  return [
    '# TYPE http_requests_total counter',
    `http_requests_total{${label}="200"} ${Math.floor(good)}`,
    `http_requests_total{${label}="500"} ${Math.floor(bad)}`,
    '',
  ].join('\n');
};

export const renamedLabel = staged('renamed-label', (stage) => refuses(stage, BAD_IMAGE), { traffic: { page: renamesLabel } });

/** Of the canary's two pods, whose addresses follow each other, one has no page to show; the other looks well. */
const showsHalf: Page = ({ name, address }, { good, bad }) =>
  name.startsWith(CANARY) && Number(address.split('.').at(-1)) % 2 === 0
    ? ''
    : `http_requests_total{status="200"} ${Math.floor(good + bad)}\n`;

export const oneUnread = staged('one-unread', (stage) => refuses(stage, BAD_IMAGE), { traffic: { page: showsHalf } });
