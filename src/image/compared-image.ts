import { type ImageName, isTag, parseName, parseReference } from './reference.js';

/** An image that another one's size is compared with. */
export interface ComparedImage {
  /** Undefined: the repository that is pushed to. */
  readonly name: ImageName | undefined;
  /** Tag or digest. */
  readonly reference: string;
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** @throws RangeError when it is neither a tag nor a digest nor a whole name with one of both */
export function parseComparedImage(text: string): ComparedImage {
  if (DIGEST.test(text) || isTag(text)) return { name: undefined, reference: text };
  const [name = '', digest] = text.split('@');
  if (digest !== undefined && DIGEST.test(digest)) return { name: parseName(name), reference: digest };
  if (digest !== undefined)
    throw new RangeError(`"${text}" has the digest "${digest}"; one is sha256: and 64 hexadecimal digits`);
  const { tag, ...image } = parseReference(text);
  return { name: image, reference: tag };
}
