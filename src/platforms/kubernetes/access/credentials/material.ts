import { readFileSync } from 'node:fs';
import { UserError } from '../../../../kernel/errors.js';
import type { Material } from '../kubeconfig.js';

/**
 * The PEM behind a `…-data` value or a file of a kubeconfig.
 * @param what in words, for the message: `client certificate of user ci`
 * @throws UserError when the file can't be read, or when what is there isn't PEM
 */
export function readPem(material: Material, what: string): Buffer {
  const pem = 'base64' in material ? Buffer.from(material.base64, 'base64') : readFile(material.file, what);
  if (!pem.includes('-----BEGIN ')) {
    const where = 'base64' in material ? 'in the kubeconfig' : `in ${material.file}`;
    throw new UserError(
      'kubeconfig-file-unreadable',
      `The ${what} ${where} is not PEM${'base64' in material ? ' in base64' : ''}.`,
    );
  }
  return pem;
}

function readFile(path: string, what: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw new UserError(
      'kubeconfig-file-unreadable',
      `The ${what} can't be read from ${path} (${code}). A kubeconfig of another machine has its files inside when it is written by \`kubectl config view --raw --flatten\`.`,
      { cause },
    );
  }
}
