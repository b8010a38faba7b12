import { applyPatch } from 'rfc6902';
import { isJson, type Json } from './object.js';
import { badRequest, unprocessable } from './refusal.js';

/** JSON merge patch: RFC 7386 §2. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isJson(patch)) return patch;
  const result: Json = isJson(target) ? { ...target } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete result[field];
    else result[field] = mergePatch(result[field], value);
  }
  return result;
}

/**
 * JSON patch (RFC 6902).
 * @throws Refusal 400 for what is no patch, 422 when an operation can't be carried out or a test fails
 */
export function jsonPatch(target: Json, patch: unknown): Json {
  if (!Array.isArray(patch))
    throw badRequest('error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp');
  const result = structuredClone(target);
  if (applyPatch(result, patch).some((failure) => failure !== null)) throw unprocessable();
  return result;
}
