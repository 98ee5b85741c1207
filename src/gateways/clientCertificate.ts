import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Secret } from '../security/secret.js';

/** Where a client certificate lies: PEM files, the certificate first in its own; the key may lie in the same file. */
export interface ClientCertificateFiles {
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  readonly passphrase?: Secret | undefined;
}

/** A client certificate as TLS takes it. */
export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
  readonly passphrase?: string;
}

type Problem = { readonly at: 'certificate' | 'key' | 'passphrase'; readonly problem: string };

/**
 * Reads certificate and key, and makes sure that they are what they should be and belong together.
 * @returns undefined where no certificate is given; `at` is the option that is at fault
 */
export const readClientCertificate = ({ certificate, key, passphrase }: ClientCertificateFiles): ClientCertificate | Problem | undefined => {
  if (certificate === undefined) {
    if (key !== undefined) return { at: 'certificate', problem: 'is missing, while there is a key' };
    return passphrase === undefined ? undefined : { at: 'certificate', problem: 'is missing, while there is a passphrase' };
  }
  const cert = read(certificate);
  if (cert === undefined) return { at: 'certificate', problem: 'cannot be read' };
  const own = parsed(() => new X509Certificate(cert));
  if (!own) return { at: 'certificate', problem: 'holds no certificate in PEM form' };
  const at = key === undefined ? 'certificate' : 'key';
  const pem = key === undefined ? cert : read(key);
  if (pem === undefined) return { at, problem: 'cannot be read' };
  const block = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----[\s\S]*?-----END (?:[A-Z]+ )*PRIVATE KEY-----/.exec(pem)?.[0];
  if (block === undefined) return { at, problem: key === undefined ? 'holds no private key beside the certificate, and no key is given' : 'holds no private key in PEM form' };
  const encrypted = /ENCRYPTED/.test(block);
  if (encrypted && passphrase === undefined) return { at, problem: 'holds an encrypted key, and there is no passphrase for it' };
  const privateKey = parsed(() => createPrivateKey({ key: block, ...(passphrase ? { passphrase: passphrase.reveal() } : {}) }));
  if (!privateKey) return encrypted ? { at: 'passphrase', problem: 'does not open the key' } : { at, problem: 'holds no private key that can be read' };
  if (!own.checkPrivateKey(privateKey)) return { at, problem: key === undefined ? 'and key do not belong together' : 'does not belong to the certificate' };
  return { cert, key: block, ...(passphrase ? { passphrase: passphrase.reveal() } : {}) };
};

const read = (path: string): string | undefined => parsed(() => readFileSync(path, 'utf8'));

const parsed = <T>(parse: () => T): T | undefined => {
  try {
    return parse();
  } catch {
    return undefined;
  }
};
