import type { Failure, Result } from './reply.js';

/** The version of the API that answers of this shape belong to. */
const apiVersion = '2.0802';

/** Scripts look for texts such as `"value": true`: the blank after the colon is part of the contract, and so is ASCII. */
export const inLinotpsHand = (document: object): string =>
  JSON.stringify(document, null, 3).replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

export const envelopeOf = (reply: Result | Failure, version: string): object => ({
  jsonrpc: apiVersion,
  result: reply.kind === 'result'
    ? { status: reply.status ?? true, value: reply.value }
    : { status: false, error: { code: reply.code, message: errorText(reply) } },
  version: `Tanager ${version}`,
  versionNumber: version,
  id: reply.id,
  ...(reply.kind === 'result' && reply.detail && Object.keys(reply.detail).length > 0 ? { detail: reply.detail } : {}),
});

/** The code stands before the text, but for errors that have none of their own. */
export const errorText = ({ code, message }: Pick<Failure, 'code' | 'message'>): string => (code < 0 ? message : `ERR${code}: ${message}`);
