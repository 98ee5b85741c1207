import { z } from 'zod';
import { checked } from '../checked.js';
import type { GatewayKind } from '../gateway.js';
import { httpGateway } from '../http/httpGateway.js';
import { httpOptions, type HttpOptions } from '../http/options.js';
import { presetReceipts, type ReceiptOptions } from '../receipts/options.js';
import type { Given } from './filled.js';
import type { Parameter, Preset } from './preset.js';
import { writeOptions } from './write.js';

/** A kind of gateway that asks for what is the user's own and knows the rest. It is the HTTP gateway, with its options written by the preset. */
export const presetKind = (preset: Preset): GatewayKind<HttpOptions> => ({
  ...httpGateway,
  kind: preset.kind,
  description: preset.title,
  forms: [],
  schema: schemaOf(preset),
});

const { connectTimeout, timeout, connections, proxy, tls, number: numberOption } = httpOptions.shape;
/** Options of the HTTP gateway that a preset leaves to the user. */
const commonShape = {
  connectTimeout: connectTimeout.removeDefault().optional(), timeout: timeout.removeDefault().optional(), connections: connections.removeDefault().optional(), proxy, tls,
};

const server = checked(z.string().max(500), (text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username && !url.password;
  return plain ? undefined : 'must be the address of a server such as https://sms.example, without query and password';
}).transform((text) => text.replace(/\/+$/, ''));

/** What the schema of a preset gives besides its parameters. */
interface Common extends Partial<Omit<HttpOptions, 'receipts'>> {
  readonly receipts?: ReceiptOptions | undefined;
}

const schemaOf = (preset: Preset): z.ZodType<HttpOptions> => {
  const parameters = Object.fromEntries(Object.entries(preset.parameters).map(([name, parameter]) => [name, parameterOf(parameter)]));
  const shape: z.ZodObject = z.strictObject({
    ...commonShape,
    number: numberOption,
    url: preset.server === undefined ? server : server.optional(),
    ...(preset.receipts ? { receipts: presetReceipts(preset.receipts.signature).optional() } : {}),
    ...parameters,
  });
  return shape.transform((read, context): HttpOptions => {
    const fault = (message: string, ...path: string[]): HttpOptions => {
      context.addIssue({ code: 'custom', path, message });
      return z.NEVER;
    };
    const { number, receipts, url } = read as Common;
    const given = withDefaults(preset, read as Readonly<Record<string, string | undefined>>);
    if (preset.oneOf?.every((name) => given.get(name) === undefined)) {
      const [first, ...others] = preset.oneOf;
      return fault(`is missing, and so is ${others.join(' and ')}; one of them is needed`, first);
    }
    const written = httpOptions.safeParse(writeOptions(preset, given, { server: url, receipts: receipts && { address: receipts.url !== undefined } }));
    if (!written.success) return fault(`cannot be put into the request: ${written.error.issues.map(({ path }) => path.join('.')).join(', ')}`);
    return {
      ...written.data,
      ...Object.fromEntries(Object.keys(commonShape).filter((name) => read[name] !== undefined).map((name) => [name, read[name]])),
      number: { ...written.data.number, ...number },
      ...(receipts && preset.receipts ? { receipts: receiptsOf(preset.receipts, receipts) } : {}),
    };
  });
};

const receiptsOf = ({ mapping, signature }: NonNullable<Preset['receipts']>, receipts: ReceiptOptions): NonNullable<HttpOptions['receipts']> => ({
  ...mapping,
  delivered: [...mapping.delivered],
  undelivered: [...mapping.undelivered],
  ...receipts,
  ...(receipts.signature ? { signature: { scheme: signature, ...receipts.signature } } : {}),
});

const parameterOf = ({ default: fallback, example, optional, pattern }: Parameter): z.ZodType<string | undefined> => {
  const text = checked(z.string().min(1).max(500), (value) =>
    // eslint-disable-next-line no-control-regex -- control characters are what it looks for
    /[\x00-\x1f\x7f]/.test(value) ? 'holds a control character, such as a line break'
      : pattern && !pattern.test(value) ? `is not written as it has to be, such as ${example}`
        : undefined);
  const given = z.preprocess((value) => (typeof value === 'number' ? String(value) : value), text);
  return optional || fallback !== undefined ? given.optional() : given;
};

const withDefaults = ({ parameters }: Preset, given: Readonly<Record<string, string | undefined>>): Given =>
  new Map(Object.entries(parameters).map(([name, { default: fallback }]) => [name, given[name] ?? fallback?.replace(/^\{(\w+)\}$/, (_, other: string) => given[other] ?? '')]));
