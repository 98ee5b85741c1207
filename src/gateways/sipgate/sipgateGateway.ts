import type { GatewayKind } from '../gateway.js';
import { openHttp } from '../http/httpGateway.js';
import { httpOptions, type HttpOptions } from '../http/options.js';
import { judge } from '../http/verdict.js';
import { literally } from '../template.js';
import { sipgateOptions, type SipgateOptions } from './options.js';
import { privacyideaForm } from './privacyideaForm.js';
import { verdictOf } from './verdict.js';

/** sipgate's older interface, `samurai.SessionInitiate` by XML-RPC. */
export const sipgateGateway: GatewayKind<SipgateOptions> = {
  kind: 'sipgate-xmlrpc',
  description: 'sipgate, XML-RPC',
  schema: sipgateOptions,
  forms: [privacyideaForm],
  timeout: ({ connectTimeout, timeout }) => (connectTimeout + timeout) * 1000,
  concurrency: ({ connections }) => connections,
  open: (name, options) => {
    const http = asHttp(options);
    return openHttp(name, http, verdictOf(judge(http)));
  },
};

/** The number is digits whatever it was, since it becomes a part of an address. */
const asHttp = ({ connectTimeout, connections, domain, number, password, proxy, timeout, tls, url, username }: SipgateOptions): HttpOptions => ({
  ...httpOptions.parse({ url: literally(url), method: 'POST', xml: callTo(domain), success: { status: [200] } }),
  username, password, connectTimeout, timeout, connections, proxy, tls,
  number: { digitsOnly: true, removePrefix: '+', ...number },
});

const callTo = (domain: string): string => [
  '<?xml version="1.0" encoding="UTF-8"?>',
  '<methodCall><methodName>samurai.SessionInitiate</methodName><params><param><value><struct>',
  member('RemoteUri', `sip:{phone}@${domain}`), member('TOS', 'text'), member('Content', '{text}'),
  '</struct></value></param></params></methodCall>',
].join('');

const member = (name: string, value: string): string => `<member><name>${name}</name><value><string>${value}</string></value></member>`;
