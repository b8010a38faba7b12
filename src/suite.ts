import { inputVariable } from './hosts/github-actions/read-inputs.js';
import type { Given, InputDefinition, InputDefinitions } from './kernel/define.js';
import type { Environment } from './kernel/environment.js';
import type { Problem } from './kernel/errors.js';
import { oneOf } from './kernel/input-kinds.js';
import { PLATFORMS } from './platforms/index.js';
import type { ActionOnPlatform, PlatformAction } from './release/platform.js';

type Platform = (typeof PLATFORMS)[number];
const [USUAL] = PLATFORMS;

const platformInput = {
  platform: oneOf(
    PLATFORMS.map(({ kind }) => kind),
    {
      text: `Where the app runs: ${PLATFORMS.map(({ kind, summary }) => `\`${kind}\`, ${summary}`).join('; ')}. The same in every step of a release.`,
      default: USUAL.kind,
    },
  ),
};

/** The platform of that name; the only file that knows which ones there are is this one. */
export function platformOf(kind: string): Platform {
  const platform = PLATFORMS.find((each) => each.kind === kind);
  if (platform === undefined) throw new Error(`there is no platform ${kind}`);
  return platform;
}

type ActionOf<K extends ActionOnPlatform> = Platform['actions'][K];
type Both<U> = (U extends unknown ? (each: U) => void : never) extends (all: infer I) => void ? I : never;
type AllInputs<K extends ActionOnPlatform> = typeof platformInput & Both<ActionOf<K>['inputs']>;
type Listed<A, F extends 'keeps' | 'spares' | 'neededToUndo'> =
  A extends Readonly<Partial<Record<F, readonly (infer N extends string)[]>>> ? N : never;

/** What an action takes because of the platforms that it can work on. Each has its own inputs, and a step those of one. */
export interface OnPlatforms<K extends ActionOnPlatform> {
  readonly inputs: AllInputs<K>;
  readonly keeps: ReadonlyArray<'platform' | Listed<ActionOf<K>, 'keeps'>>;
  readonly spares: readonly string[];
  readonly neededToUndo: readonly string[];
  /** Another platform's inputs, with what is said of one that is given. */
  foreign(environment: Environment): ReadonlyMap<string, string>;
  conflicts(inputs: Given<InputDefinitions>, isUndo?: boolean): ReadonlyArray<string | Problem>;
}

/** What every platform adds to the action of that name. */
export function onPlatforms<K extends ActionOnPlatform>(name: K): OnPlatforms<K> {
  const actions = PLATFORMS.map(({ kind, actions: all }) => ({ kind, action: all[name] as PlatformAction }));
  // Where two have an input of one name, it means the same: what the first one says of it is shown.
  const inputs = Object.assign({}, platformInput, ...actions.map(({ action }) => action.inputs).reverse());
  const listed = (of: (action: PlatformAction) => readonly string[] | undefined) => [
    ...new Set(actions.flatMap(({ action }) => of(action) ?? [])),
  ];
  return {
    inputs: inSequence(
      inputs,
      actions.map(({ action }) => action.inputs),
    ) as unknown as AllInputs<K>,
    keeps: ['platform', ...listed(({ keeps }) => keeps)] as OnPlatforms<K>['keeps'],
    spares: listed(({ spares }) => spares),
    neededToUndo: ['platform', ...listed(({ neededToUndo }) => neededToUndo)],
    foreign: ({ variables }) => {
      const kind = variables[inputVariable('platform')]?.trim() || USUAL.kind;
      const own = actions.find((each) => each.kind === kind)?.action.inputs ?? {};
      const others = actions.flatMap(({ kind: other, action }) =>
        Object.keys(action.inputs)
          .filter((input) => !(input in own))
          .map((input) => [input, refusal(input, other, kind)] as const),
      );
      return new Map(others);
    },
    conflicts: (given, isUndo) => actions.find(({ kind }) => kind === given.platform)?.action.conflicts(given, isUndo) ?? [],
  };
}

/** The first platform's inputs come first, as users read them. */
function inSequence(inputs: Record<string, InputDefinition<unknown>>, lists: readonly InputDefinitions[]): InputDefinitions {
  const names = new Set(['platform', ...lists.flatMap((list) => Object.keys(list))]);
  return Object.fromEntries([...names].flatMap((name) => (inputs[name] ? [[name, inputs[name]]] : [])));
}

const refusal = (input: string, other: string, kind: string): string =>
  `Input \`${input}\` is one of \`platform: ${other}\`, and this step works on ${kind}. Leave it out, or set \`platform\`.`;
