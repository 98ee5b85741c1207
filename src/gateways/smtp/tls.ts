import { readFileSync } from 'node:fs';
import { createSecureContext, type ConnectionOptions } from 'node:tls';
import { z } from 'zod';
import { readCertificates } from '../certificates.js';
import { checked, problemOf } from '../checked.js';

/** How the server's certificate is checked, and with which certificate we say who we are. */
export const tlsOptions = z.strictObject({
  verify: z.boolean().optional(),
  /** PEM file, or folder of them, with the authorities to trust instead of the usual ones. */
  ca: checked(z.string().min(1), (path) => problemOf(readCertificates(path))).optional(),
  /** PEM file with a certificate for the server to know us by, and the PEM file with its key. */
  certificate: z.string().min(1).optional(),
  key: z.string().min(1).optional(),
}).superRefine(({ certificate, key }, context) => {
  const fault = (name: string, message: string): void => context.addIssue({ code: 'custom', path: [name], message });
  if (certificate === undefined && key === undefined) return;
  if (certificate === undefined) return fault('certificate', 'is missing, while there is a key');
  const cert = readCertificates(certificate);
  if ('problem' in cert) return fault('certificate', cert.problem);
  if (key === undefined) return fault('key', 'is missing, while there is a certificate');
  const pem = readKey(key);
  if (pem === undefined) return fault('key', 'cannot be read');
  try {
    createSecureContext({ cert: [...cert], key: pem });
  } catch {
    fault('key', 'is no key in PEM form without a passphrase, or not the key of the certificate');
  }
});

const readKey = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

/** @throws Error for options that have not passed their schema */
export const tlsConnection = ({ verify = true, ca, certificate, key }: z.output<typeof tlsOptions> = {}): ConnectionOptions => {
  const read = (path: string): string[] => {
    const texts = readCertificates(path);
    if ('problem' in texts) throw new Error(`certificates were not checked: ${texts.problem}`);
    return [...texts];
  };
  return {
    rejectUnauthorized: verify,
    ...(ca === undefined ? {} : { ca: read(ca) }),
    ...(certificate === undefined || key === undefined ? {} : { cert: read(certificate), key: readFileSync(key, 'utf8') }),
  };
};
