import aws4 from 'aws4';
import { readAddress } from './address.js';
import { digestAuthentication } from './digest.js';
import type { Reply } from './exchange.js';
import type { HttpOptions } from './options.js';
import type { Request } from './request.js';

/** How a gateway proves who it is. */
export interface Authentication {
  /** The request with the proof. */
  prove(request: Request): Request;
  /**
   * Takes the challenge of a reply to a proven request. A request that was challenged was not accepted.
   * @returns whether the same request has a chance with a new proof
   */
  challenged(reply: Reply, proven: Request): boolean;
}

/** @param now the time that signatures are made for */
export const authenticationOf = (options: HttpOptions, now: () => Date): Authentication => {
  const { authentication, aws, password, url, username } = options;
  if (aws) return awsSignature(aws, now);
  const address = readAddress(url);
  // what is given apart wins over the URL
  const credentials = username !== undefined && password ? { username, password: password.reveal() } : 'credentials' in address ? address.credentials : undefined;
  if (!credentials) return { prove: (request) => request, challenged: () => false };
  if (authentication === 'digest') return digestAuthentication(credentials);
  // RFC 7617, UTF-8; wins over a header of the options
  const authorization = `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
  return { prove: (request) => ({ ...request, headers: { ...request.headers, authorization } }), challenged: () => false };
};

/** Signature Version 4. The length of the body is left to the client and not signed; the body is. */
const awsSignature = ({ accessKeyId, region, secretAccessKey, service, sessionToken }: NonNullable<HttpOptions['aws']>, now: () => Date): Authentication => ({
  prove: (request) => {
    const { headers, path } = aws4.sign(
      {
        host: new URL(request.origin).host,
        path: request.path,
        method: request.method,
        headers: { ...request.headers, 'x-amz-date': now().toISOString().replace(/[-:]|\.\d{3}/g, '') },
        ...(request.body === undefined ? {} : { body: request.body }),
        region,
        service,
        extraHeadersToIgnore: { 'content-length': true },
      },
      { accessKeyId, secretAccessKey: secretAccessKey.reveal(), ...(sessionToken ? { sessionToken: sessionToken.reveal() } : {}) },
    );
    const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
    return { ...request, path, headers: Object.fromEntries(lower.filter(([name]) => name !== 'content-length')) };
  },
  challenged: () => false,
});
