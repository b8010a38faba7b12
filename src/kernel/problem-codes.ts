import type { ProblemMeaning } from './errors.js';

/** What is wrong with the files that inputs name, and with the commands of a clone. */
export const KERNEL_PROBLEMS = {
  'command-line-invalid': {
    means: 'A command of a clone of this repository was called with arguments that it does not have.',
    remedy: 'Call it as its help says (`--help`).',
  },
  'file-missing': {
    means:
      'An input names a file that is not in the workspace. The step runs before actions/checkout or in another job, or the path is wrong.',
    remedy: 'Check out in each job that reads a file, and write the path from the root of the workspace.',
  },
  'file-not-readable': {
    means: 'The path leads to something that can not be read as one file, such as a folder or several files.',
    remedy: 'Name one file that this job may read.',
  },
  'file-not-writable': {
    means: 'The step can not write the file that an input names.',
    remedy: 'Name another path, in a folder that is there or can be made.',
  },
  'file-outside-workspace': {
    means:
      'An input names a file outside of the workspace. Only files in it are read, so that a value from outside can not name another file of the runner.',
    remedy: 'Let a step before this one write or copy the file into the workspace.',
  },
} as const satisfies Readonly<Record<string, ProblemMeaning>>;

declare module './errors.js' {
  interface ProblemCodes extends Record<keyof typeof KERNEL_PROBLEMS, true> {}
}
