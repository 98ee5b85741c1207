import { z } from 'zod';
import { Secret } from '../../security/secret.js';
import { mappingShape } from './mapping.js';
import type { SignatureScheme } from './scheme.js';
import { schemes, type SchemeName } from './schemes.js';

const secret = z.string()
  .regex(/^[\w.~-]{16,200}$/, { error: 'must be 16 or more letters, digits, -, _, . or ~; make it by chance, such as with openssl rand -hex 24' })
  .transform((text) => new Secret(text));

const publicAddress = z.string().max(500).superRefine((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username && !url.password;
  if (!plain) context.addIssue({ code: 'custom', message: 'must be the public address of this service, such as https://otp.example.com' });
}).transform((text) => text.replace(/\/+$/, ''));

/** What is common to all: how one knows that a callback comes from the provider, and where it is to call. */
const commonShape = { secret: secret.optional(), url: publicAddress.optional() };

/** What proves a signature; the method only where the scheme has several. */
interface Signature {
  /** Where the options themselves say whose way of signing it is. */
  readonly scheme?: SchemeName | undefined;
  readonly key: Secret;
  readonly method?: string | undefined;
}

const signatureShape = ({ keyProblem, methods }: SignatureScheme) => ({
  key: z.string().min(1).max(500)
    .superRefine((key, context) => {
      const problem = keyProblem?.(key);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
    })
    .transform((key) => new Secret(key)),
  ...(methods ? { method: z.enum(methods).default(methods[0]) } : {}),
});

/** How one knows that a callback comes from the provider, and where it is to call. */
export interface ReceiptOptions {
  readonly secret?: Secret | undefined;
  readonly url?: string | undefined;
  readonly signature?: Signature | undefined;
}

/** Receipts that anybody could write are worse than none. */
const authentic = (scheme: SchemeName | undefined) => (options: ReceiptOptions, context: z.RefinementCtx): void => {
  const used = options.signature && (options.signature.scheme ?? scheme);
  if (options.secret === undefined && used === undefined) {
    context.addIssue({ code: 'custom', path: ['secret'], message: `is missing${scheme ? ', and so is signature; one of them is needed' : ''}: without it anybody could send receipts` });
  }
  if (used !== undefined && schemes[used].coversUrl && options.url === undefined) {
    context.addIssue({ code: 'custom', path: ['url'], message: 'is missing, while the signature covers it' });
  }
};

/** Receipt options of a preset, which knows the mapping and the way of signing by itself. */
export const presetReceipts = (scheme: SchemeName | undefined): z.ZodType<ReceiptOptions> => {
  const common = z.strictObject(commonShape);
  const options: z.ZodType<ReceiptOptions> = scheme ? common.extend({ signature: z.strictObject(signatureShape(schemes[scheme])).optional() }) : common;
  return options.superRefine(authentic(scheme));
};

const names = Object.keys(schemes) as [SchemeName, ...SchemeName[]];
const signature: z.ZodType<Signature> = z.looseObject({ scheme: z.enum(names) }).transform((given, context): Signature => {
  const checked = z.strictObject({ scheme: z.enum(names), ...signatureShape(schemes[given.scheme]) }).safeParse(given);
  if (checked.success) return checked.data as Signature;
  for (const issue of checked.error.issues) context.addIssue({ ...issue, input: undefined } as Parameters<typeof context.addIssue>[0]);
  return z.NEVER;
});

/** Receipt options of the HTTP gateway, which say everything. */
export const httpReceipts = z.strictObject({ ...commonShape, signature: signature.optional(), ...mappingShape }).superRefine((options, context) => {
  authentic(undefined)(options, context);
  if (options.messageId === undefined && options.reference === undefined) {
    context.addIssue({ code: 'custom', path: ['messageId'], message: 'is missing, and so is reference; one of them is needed to know the message' });
  }
});
