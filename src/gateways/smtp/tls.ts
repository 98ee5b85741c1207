import type { ConnectionOptions } from 'node:tls';
import { z } from 'zod';
import { Secret } from '../../security/secret.js';
import { readCertificates } from '../certificates.js';
import { checked, problemOf } from '../checked.js';
import { readClientCertificate } from '../clientCertificate.js';

/** How the server's certificate is checked, and with which certificate we say who we are. */
export const tlsOptions = z.strictObject({
  verify: z.boolean().optional(),
  /** PEM file, or folder of them, with the authorities to trust instead of the usual ones. */
  ca: checked(z.string().min(1), (path) => problemOf(readCertificates(path))).optional(),
  /** PEM file with a certificate for the server to know us by, and the PEM file with its key. */
  certificate: z.string().min(1).optional(),
  key: z.string().min(1).optional(),
  passphrase: z.string().min(1).transform((passphrase) => new Secret(passphrase)).optional(),
}).superRefine((options, context) => {
  const own = readClientCertificate(options);
  if (own && 'problem' in own) context.addIssue({ code: 'custom', path: [own.at], message: own.problem });
});

/** Read anew for every connection, since certificates are renewed. @returns what is wrong with a file that was right once */
export const tlsConnection = (options: z.output<typeof tlsOptions> = {}): ConnectionOptions | { readonly problem: string } => {
  const { verify = true, ca } = options;
  const authorities = ca === undefined ? undefined : readCertificates(ca);
  if (authorities && 'problem' in authorities) return { problem: `tls.ca ${authorities.problem}` };
  const own = readClientCertificate(options);
  if (own && 'problem' in own) return { problem: `tls.${own.at} ${own.problem}` };
  return { rejectUnauthorized: verify, ...(authorities ? { ca: [...authorities] } : {}), ...own };
};
