import { canaryStep, rollback } from '../scenarios.js';
import { staged, struck } from './drill.js';
import { by, OTHER_RUN } from './runs.js';

/** A raise that stands still before it writes its weight: the patch that comes too late is refused. */
export const overtaken = struck('overtaken', {
  scenario: 'raise',
  at: /^PATCH .*\/httproutes\/restaurant$/,
  nth: 1,
  fault: 'freeze-before',
  sequel: 'rollback',
});

const isChange = ({ method, path }: { readonly method: string; readonly path: string }): boolean =>
  method !== 'GET' && !path.includes('/leases') && !path.includes('reviews');

/** Into the wait for the proxies between the two patches of a raise's route. */
const WAITING_MS = 2000;

/**
 * A raise that stands still while it waits for the proxies, for longer than its lock lasts: nothing is sent any more, not even what the fence would
 * refuse.
 */
export const woken = staged('woken', async (stage) => {
  const { trial } = stage;
  const process = stage.begin({ ...canaryStep(10), as: by(1) });
  await trial.pass(WAITING_MS);
  stage.expect('the step does not wait for the proxies', process.sent.at(-1)?.path.endsWith('/httproutes') ?? false);
  process.freeze();
  await stage.succeed(rollback({ scope: 'any' }), OTHER_RUN);
  const { length } = process.sent;
  process.thaw();
  const end = await stage.end(process);
  const late = process.sent.slice(length).filter(isChange);
  stage.note(late.map(({ method, path }) => `${method} ${path} was sent after the end of the lock`));
  stage.expect('the step does not say that it lost its lock', end.kind === 'ended' && end.failure.includes('lost its lock'));
});
