import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UserError } from '../src/kernel/errors.js';

/**
 * Reads the arguments of a command.
 * @param usage how it is called, for whoever asks or has called it otherwise
 * @returns undefined when only help was asked for, which has been printed then
 * @throws UserError with what is wrong, and how the command is called
 */
export function readArguments<const C extends ParseArgsConfig>(
  config: C,
  usage: string,
): ReturnType<typeof parseArgs<C>> | undefined {
  const args = config.args ?? process.argv.slice(2);
  if (args.includes('--help')) {
    console.log(usage);
    return undefined;
  }
  try {
    return parseArgs(config);
  } catch (error) {
    // node goes on with how an argument is written that begins with a dash.
    const [what] = (error as Error).message.split('. ', 1);
    throw new UserError('command-line-invalid', `${what}.\n\n${usage}`, { cause: error });
  }
}
