/** In words; the client's own messages are never passed on, since they may hold addresses with everything in them. */
const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name could not be looked up',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no way to the network',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  UND_ERR_SOCKET: 'the connection was closed',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of the reply are too long',
  UND_ERR_CLOSED: 'the gateway is being closed',
  UND_ERR_DESTROYED: 'the gateway is being closed',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed; name it as an authority to trust it',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate comes from an authority that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate comes from an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate comes from an authority that is not trusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host',
  UND_ERR_PRX_TLS: 'the certificate is for another host',
};

/** Follows causes, since clients wrap what really happened. */
const codeOf = (error: unknown): string | undefined => {
  for (let at = error as { code?: unknown; cause?: unknown } | undefined, depth = 0; at && depth < 5; at = at.cause as typeof at, depth += 1) {
    if (typeof at.code === 'string' && (at.code in words || !at.cause)) return at.code;
  }
  return undefined;
};

/** What happened to a connection, in words that hold nothing of what was sent over it. */
export const connectionFault = (error: unknown): string => {
  const code = codeOf(error);
  return words[code ?? ''] ?? (/^[A-Z0-9_]{1,60}$/.test(code ?? '') ? `error ${code}` : 'the connection failed');
};
