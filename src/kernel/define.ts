import type { Environment } from './environment.js';
import type { Problem } from './errors.js';

/** One input, said once: the manifest, the parser, the README and the types all come from here. */
export interface InputDefinition<T> {
  /** What it is for, in one or two sentences; becomes `description:` in the manifest. */
  readonly text: string;
  /** What the user may write, in the words of the reference: `percent`, `duration`, `text`, … */
  readonly type: string;
  /** What the runner passes when the user writes nothing, as text. */
  readonly default?: string;
  /** What the manifest says instead of a default: an expression that the runner fills in, and that nobody else does. */
  readonly runnerDefault?: string;
  /** What goes for it when nothing on record says otherwise. The runner does not pass it, so what a user has written can be told from it. */
  readonly usual?: string;
  readonly required?: boolean;
  /** Masked in the log before anything else happens, when it is not empty. */
  readonly secret?: boolean;
  /** Whether it may hold a secret besides what else it may be, such as a path; it is then nowhere kept, and `post` has it from the runner again. */
  readonly mayHoldSecret?: boolean;
  /**
   * Turns the user's text into a value. Called with the default when nothing is given, and not at all when there is neither.
   * May read the workspace and the environment, and load what it parses with; never the network.
   * @throws UserError or RangeError saying what is wrong and what is allowed; the input's name is put in front
   */
  parse(text: string, environment: Environment): T | Promise<T>;
}

export type InputDefinitions = Readonly<Record<string, InputDefinition<unknown>>>;

export interface ActionDefinition<
  I extends InputDefinitions = InputDefinitions,
  O extends Readonly<Record<string, string>> = Readonly<Record<string, string>>,
  K extends keyof I & string = keyof I & string,
> {
  readonly name: string;
  readonly summary: string;
  readonly inputs: I;
  /** Output name → what it holds. */
  readonly outputs: O;
  /** What people write who come from another action → the input that they mean; only a message knows these words. */
  readonly elsewhere?: Readonly<Record<string, keyof I & string>>;
  /** Inputs of other actions that have no counterpart → what to do in their place, in a sentence. */
  readonly missing?: Readonly<Record<string, string>>;
  /** The page for those who come from another action. */
  readonly migration?: string;
  /** Whether the bundle also serves `post:`: on failure and cancellation, or always. */
  readonly post?: boolean | 'always';
  /** The inputs that `post` goes by, as main got them: what it is to undo must not hang on the others. */
  readonly keeps?: readonly K[];
  /** What this step does without, whatever is written there: a mistake in a line that an undo does not need must not stop it. */
  readonly spares?: (environment: Environment) => readonly string[];
  /** Inputs that mean nothing to this step, such as another platform's: they are not read, and one that is given is refused with this text. */
  readonly foreign?: (environment: Environment) => ReadonlyMap<string, string>;
  /** What no single input can know: conflicts between inputs. Gets only the inputs that parsed; returns one text per problem, or the problem where it has a code of its own. */
  readonly conflicts?: (inputs: Given<I>, environment: Environment) => readonly (string | Problem)[];
}

/** The values of those inputs that could be read, under the names that the user writes. */
export type Given<I extends InputDefinitions> = Partial<{ [K in keyof I]: ValueOf<I[K]> }>;

type ValueOf<D> =
  D extends InputDefinition<infer T> ? (D extends { required: true } | { default: string } ? T : T | undefined) : never;
type CamelCase<S extends string> = S extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<CamelCase<Tail>>}` : S;

/** Parsed inputs, under their names in camel case: `canary-replicas` → `canaryReplicas`. */
export type InputValues<I extends InputDefinitions> = { [K in keyof I & string as CamelCase<K>]: ValueOf<I[K]> };

/** The same of an action. */
export type Inputs<A extends ActionDefinition> = InputValues<A['inputs']>;

/** The outputs of an action under the names that the user reads: every one is set, `''` when it does not apply. */
export type Outputs<A extends ActionDefinition> = { [K in keyof A['outputs'] & string]: string };

/** The inputs that `post` gets. */
export type PostInputs<A extends ActionDefinition> = Pick<Inputs<A>, keyof Inputs<A> & CamelCase<KeptBy<A>>>;
type KeptBy<A> = A extends { readonly keeps?: readonly (infer K)[] } ? (K extends string ? K : never) : never;

export function defineAction<
  const I extends InputDefinitions,
  const O extends Readonly<Record<string, string>>,
  const K extends keyof I & string = never,
>(definition: ActionDefinition<I, O, K>): ActionDefinition<I, O, K> {
  return definition;
}
