import type { ProblemMeaning } from '../../kernel/errors.js';

/** What is wrong with a step before it has done anything, and how else one may end. */
export const HOST_PROBLEMS = {
  cancelled: {
    means:
      'The workflow run was cancelled while the step was at work. A release in flight is put back when the job ends, unless `on-job-failure: hold` leaves it.',
    remedy: 'Nothing, or run the job again.',
  },
  'disk-full': {
    means: 'The disk of the runner is full.',
    remedy: 'Make room before this step, build fewer platforms at once, or use a runner with a larger disk.',
  },
  'input-invalid': {
    means: 'The value of an input can not be read, or is not allowed.',
    remedy: 'Write it as the message says; docs/reference.md has the form of each input.',
  },
  'input-of-other-platform': {
    means: 'An input is given that the platform of the step does not have.',
    remedy: 'Leave it out, or set `platform` to the one that it belongs to.',
  },
  'input-missing': {
    means:
      'A required input has no value. It may be an expression that gave nothing, such as the output of a step that was skipped.',
    remedy: 'Give the input, or look at what its expression gives.',
  },
  'input-unknown': {
    means: 'The step has an input that the action does not have. GitHub itself only warns of it.',
    remedy: 'Take the input that the message names, or leave it out.',
  },
  'inputs-contradict': {
    means: 'Two inputs exclude each other, or one needs another that is not given.',
    remedy: 'Give those that the message asks for, and leave out the others.',
  },
  'step-state-unreadable': {
    means:
      'The second half of the step, which runs when the job ends, got a state that is not its own. What the step released is not known there.',
    remedy: 'Run the rollback action with `scope: any` for the app.',
  },
  unexpected: {
    means: 'Something happened that nobody has foreseen: a defect of d9-actions, or of something between it and the cluster.',
    remedy: 'Run the job again with debug logging, which shows the stack, and report it.',
  },
} as const satisfies Readonly<Record<string, ProblemMeaning>>;

declare module '../../kernel/errors.js' {
  interface ProblemCodes extends Record<keyof typeof HOST_PROBLEMS, true> {}
}
