import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Reads the authorities that a gateway's certificate may come from.
 * @param path PEM file, or folder whose .pem, .crt and .cer files are read
 * @returns PEM texts, or what is wrong
 */
export const readCertificates = (path: string): readonly string[] | { readonly problem: string } => {
  try {
    const files = statSync(path).isDirectory()
      ? readdirSync(path).filter((name) => /\.(pem|crt|cer)$/i.test(name)).map((name) => join(path, name))
      : [path];
    const texts = files.map((file) => readFileSync(file, 'utf8')).filter((text) => text.includes('-----BEGIN CERTIFICATE-----'));
    return texts.length > 0 ? texts : { problem: 'holds no certificate in PEM form' };
  } catch {
    return { problem: 'cannot be read' };
  }
};
