import { UserError } from '../../../kernel/errors.js';

/** A gate that would be passed over is worse than none: whoever asked for it believes that it has passed. */
export function refuseUnjudged({ slo }: { readonly slo?: unknown }): void {
  if (slo === undefined) return;
  throw new UserError(
    'no-slo-source',
    'Input `slo`: on `platform: aws-lambda` there is no source of figures yet, so nothing could be judged. ' +
      'Leave `slo` and verify-slo out, and let a step of your own end the job by the alarms of CloudWatch: the release is put back then. Nothing has been changed.',
  );
}
