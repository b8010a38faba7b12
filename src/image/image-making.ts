import { type Attributes, formatAttributes, readAttributes } from './bake/attributes.js';
import type { WantedOutputs } from './wanted-outputs.js';

/** What the inputs say about how the image is written; those that are not given are missing. */
export interface MakingInputs {
  readonly compression?: string | undefined;
  readonly compressionLevel?: number | undefined;
  readonly forceCompression?: boolean | undefined;
  readonly ociMediatypes?: boolean | undefined;
}

/** The same in the words of the engine. */
function makingOf({ compression, compressionLevel, forceCompression, ociMediatypes }: MakingInputs): Attributes {
  const given = {
    compression,
    'compression-level': compressionLevel,
    'force-compression': forceCompression,
    'oci-mediatypes': ociMediatypes,
  };
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}

/** What is said of an image in both places must be the same. @returns one text per contradiction */
export const contradictedMaking = (inputs: MakingInputs, outputs: Attributes): string[] =>
  Object.entries(makingOf(inputs))
    .filter(([name, value]) => outputs[name] !== undefined && outputs[name] !== value)
    .map(
      ([name, value]) => `Input \`${name}\` is ${value}, and \`outputs\` says ${name}=${outputs[name]}. Leave one of both out.`,
    );

/** Outputs with what the inputs say of every image that is written; what an archive says itself stays. */
export function withInputs(outputs: WantedOutputs, inputs: MakingInputs): WantedOutputs {
  const given = makingOf(inputs);
  const others = outputs.others.map((output) => {
    const attributes = readAttributes(output);
    return /^(oci|docker)$/.test(attributes.type ?? '') ? formatAttributes({ ...given, ...attributes }) : output;
  });
  return { ...outputs, making: { ...outputs.making, ...given }, others };
}
