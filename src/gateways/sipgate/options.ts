import { z } from 'zod';
import { checked } from '../checked.js';
import { httpOptions } from '../http/options.js';
import { Secret } from '../../security/secret.js';

const { proxy, connectTimeout, connections, tls, number } = httpOptions.shape;

const address = checked(z.string(), (text) => (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) ? undefined : 'is not a URL such as https://samurai.sipgate.net/RPC2'));

/** Options of the sipgate gateway; docs/gateways/sipgate.md explains each. Times are in seconds. */
export const sipgateOptions = z.strictObject({
  username: z.string().min(1),
  password: z.string().min(1).transform((password) => new Secret(password)),
  url: address.default('https://samurai.sipgate.net/RPC2'),
  /** Of the addresses `sip:<number>@<domain>` to which messages go. */
  domain: z.string().regex(/^[A-Za-z0-9.-]+$/, { error: 'must be the name of a domain' }).default('sipgate.de'),
  number,
  proxy,
  connectTimeout,
  /** sipgate takes its time to answer. */
  timeout: z.number().positive().max(600).default(20),
  connections,
  tls,
});

export type SipgateOptions = z.output<typeof sipgateOptions>;
