import { z } from 'zod';
import { Secret } from '../../security/secret.js';
import { readCertificates } from '../certificates.js';
import { checked, problemOf } from '../checked.js';
import { numberRule } from '../number.js';
import { idFormats } from './messageIds.js';

const seconds = z.number().positive().max(600);
const octet = z.int().min(0).max(255);
/** SMPP knows ASCII only, and ends a text with a zero octet. */
const ascii = (longest: number) => z.string().max(longest).regex(/^[\x20-\x7e]*$/, { error: 'may hold ASCII characters only' });

/** Options of the SMPP gateway in our own words; docs/gateways/smpp.md explains each. Times are in seconds. */
export const smppOptions = z
  .strictObject({
    host: z.string().min(1).regex(/^[\w.:-]+$/, { error: 'must be a host name or an address' }),
    port: z.int().min(1).max(65_535).default(2775),
    tls: z.strictObject({
      verify: z.boolean().optional(),
      ca: checked(z.string().min(1), (path) => problemOf(readCertificates(path))).optional(),
    }).optional(),
    /** The specification has 15 and 8 characters; many an SMSC takes more. */
    systemId: ascii(64).min(1),
    password: ascii(64).transform((password) => new Secret(password)).optional(),
    systemType: ascii(12).default(''),
    bind: z.enum(['transceiver', 'transmitter']).default('transceiver'),
    serviceType: ascii(5).default(''),
    source: z.strictObject({ address: ascii(20), ton: octet.optional(), npi: octet.optional() }).default({ address: '' }),
    destination: z.strictObject({ ton: octet.optional(), npi: octet.optional() }).default({}),
    defaultAlphabet: z.enum(['gsm', 'latin1']).default('gsm'),
    /** data_coding of messages in the default alphabet. */
    dataCoding: octet.default(0),
    longMessages: z.enum(['udh', 'sar', 'payload']).default('udh'),
    receipts: z.boolean().default(false),
    idFormat: z.enum(idFormats).default('auto'),
    window: z.int().min(1).max(1_000).default(10),
    connectTimeout: seconds.default(5),
    timeout: seconds.default(10),
    heartbeat: seconds.default(30),
    number: numberRule.optional(),
  })
  .superRefine(({ receipts, bind }, context) => {
    if (receipts && bind === 'transmitter') context.addIssue({ code: 'custom', path: ['receipts'], message: 'cannot be heard by a transmitter; bind as a transceiver' });
  });

export type SmppOptions = z.output<typeof smppOptions>;
