import { applyPatch } from 'rfc6902';
import { isJson, type Json } from './object.js';
import { badRequest, notInSandbox, unprocessable } from './refusal.js';
import { keysOf, ruleFor, type Schema } from './schema.js';

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
 * Strategic merge patch: a list that has keys is merged item by item (kubernetes/community `strategic-merge-patch.md`).
 * @throws Refusal 501 for its directives
 */
export function strategicMergePatch(target: unknown, patch: unknown, schema: Schema, pattern = ''): unknown {
  const rule = ruleFor(schema, pattern);
  if (Array.isArray(patch) && rule?.kind === 'items') {
    const items: unknown[] = Array.isArray(target) ? [...target] : [];
    for (const item of patch) {
      const key = JSON.stringify(keysOf(item, rule));
      const index = items.findIndex((other) => JSON.stringify(keysOf(other, rule)) === key);
      if (index === -1) items.push(item);
      else items[index] = strategicMergePatch(items[index], item, schema, `${pattern}.*`);
    }
    return items;
  }
  if (!isJson(patch)) return patch;
  const result: Json = isJson(target) ? { ...target } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (field.startsWith('$')) throw notInSandbox(`the directive ${field} of strategic merge patches`);
    if (value === null) delete result[field];
    else result[field] = strategicMergePatch(result[field], value, schema, pattern === '' ? field : `${pattern}.${field}`);
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
