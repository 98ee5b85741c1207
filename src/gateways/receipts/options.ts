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
  const plain = url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !/[?#%]/.test(text);
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
const signedAs = (name: SchemeName) => z.strictObject({ scheme: z.literal(name), ...signatureShape(schemes[name]) });
// that a method is a text is lost where the methods are not known one by one
const signature = z.discriminatedUnion('scheme', names.map(signedAs) as [ReturnType<typeof signedAs>], {
  error: `must have a scheme, one of ${names.join(', ')}, and a key`,
}) as unknown as z.ZodType<Signature>;

/** Receipt options of the HTTP gateway, which say everything. */
export const httpReceipts = z.strictObject({ ...commonShape, signature: signature.optional(), ...mappingShape }).superRefine((options, context) => {
  authentic(undefined)(options, context);
  if (options.messageId === undefined && options.reference === undefined) {
    context.addIssue({ code: 'custom', path: ['messageId'], message: 'is missing, and so is reference; one of them is needed to know the message' });
  }
});
