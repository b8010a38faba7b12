import { oneOf } from '../../kernel/input-kinds.js';
import { appInput } from './app-input.js';
import { holderInputs } from './holder-input.js';

/** What rollback takes on each platform. */
export const rollbackInputs = {
  ...appInput,
  scope: oneOf(['run', 'any'], {
    text: "Whose release may be undone: only this workflow run's, or the latest whoever started it. Left empty: `any` where a workflow that has not released the app itself was started by workflow_dispatch or schedule, otherwise `run`.",
  }),
  ...holderInputs,
};
