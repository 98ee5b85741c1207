import { z } from 'zod';
import { Secret } from '../../security/secret.js';
import { encodeAddress } from '../../sms/address.js';
import { checked } from '../checked.js';
import { numberRule } from '../number.js';
import { readGnokiirc } from './gnokiirc.js';

/** Options of the modem gateway as they are written; docs/gateways/modem.md explains each. Times are in seconds. */
export const modemShape = z.strictObject({
  /** Path of the serial port. */
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  port: checked(z.string().min(1).max(200), (path) => (/[\x00-\x1f\x7f]/.test(path) ? 'holds control characters' : undefined)).optional(),
  /** File in the form of gnokii, which says what is not said here. */
  configFile: z.string().min(1).optional(),
  baudRate: z.int().min(300).max(4_000_000).optional(),
  /** Number of the service centre. */
  smsc: checked(z.string(), (number) => (encodeAddress(number) ? undefined : 'is not a number of 1 to 20 digits')).optional(),
  /** Of the SIM card. */
  pin: checked(z.string(), (pin) => (/^\d{4,8}$/.test(pin) ? undefined : 'must be 4 to 8 digits')).transform((pin) => new Secret(pin)).optional(),
  number: numberRule.optional(),
  receipts: z.boolean().default(true),
  timeout: z.number().min(5).max(600).default(60),
});

const usualBaudRate = 115_200;

/** The same with what the file says. */
export const modemOptions = modemShape.transform(({ configFile, ...options }, context) => {
  const fault = (key: string, message: string): never => {
    context.addIssue({ code: 'custom', path: [key], message });
    return z.NEVER;
  };
  const file = configFile === undefined ? {} : readGnokiirc(configFile);
  if ('problem' in file) return fault('configFile', file.problem);
  const port = options.port ?? file.port;
  if (port === undefined) return fault('port', configFile === undefined ? 'is missing; give it, or a configFile that names it' : 'is missing, here and in the file');
  const smsc = options.smsc ?? file.smsc;
  return { ...options, port, baudRate: options.baudRate ?? file.baudRate ?? usualBaudRate, ...(smsc === undefined ? {} : { smsc }) };
});

export type ModemOptions = z.output<typeof modemOptions>;
