import busboy from 'busboy';
import type { IncomingMessage } from 'node:http';
import { readJson } from './json.js';

/** What a client sent, as far as all front ends agree about it; each of them merges and decodes in its own way. */
export interface RequestBody {
  readonly kind: 'none' | 'form' | 'multipart' | 'json' | 'text';
  /** Fields of a form, in order; the same name may come twice. */
  readonly fields: readonly (readonly [string, string])[];
  /** The value of a JSON body. */
  readonly json?: unknown;
  /** A body of another kind, as text. */
  readonly text?: string;
}

export type BodyResult =
  | { readonly kind: 'read'; readonly body: RequestBody }
  | { readonly kind: 'too-large'; readonly message: string }
  | { readonly kind: 'malformed'; readonly message: string };

/** Logins and gateway definitions are small; who sends more wants something else. */
export const maxBody = 128 * 1024;
const maxFields = 200;

/** Reads a body of at most `maxBody` bytes. */
export const readBody = async (request: IncomingMessage): Promise<BodyResult> => {
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  if (Number(request.headers['content-length'] ?? 0) > maxBody) return tooLarge();
  if (type === 'multipart/form-data') return readMultipart(request);
  const text = await readText(request);
  if (text === undefined) return tooLarge();
  if (text === '') return { kind: 'read', body: { kind: 'none', fields: [] } };
  if (type === 'application/json' || type.endsWith('+json')) {
    const read = readJson(text);
    return read.kind === 'read' ? { kind: 'read', body: { kind: 'json', fields: [], json: read.value } } : read;
  }
  if (type === 'application/x-www-form-urlencoded') {
    const fields = [...new URLSearchParams(text)];
    return fields.length > maxFields ? tooMany() : { kind: 'read', body: { kind: 'form', fields } };
  }
  return { kind: 'read', body: { kind: 'text', fields: [], text } };
};

const readText = async (request: IncomingMessage): Promise<string | undefined> => (await readBytes(request, maxBody))?.toString('utf8');

/** The whole body, undefined when it has more bytes than that. By events: an iterator costs more than the rest of a small request. */
export const readBytes = (request: IncomingMessage, most: number): Promise<Buffer | undefined> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= most) return void chunks.push(chunk);
      // what else comes is thrown away until the time-out of the request
      chunks.length = 0;
      resolve(undefined);
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    // an error is dear to make, and every request closes
    request.on('close', () => { if (!request.complete) reject(new Error('the request broke off')); });
    request.on('error', reject);
  });

const readMultipart = (request: IncomingMessage): Promise<BodyResult> =>
  new Promise((resolve) => {
    const fields: [string, string][] = [];
    const end = (result: BodyResult) => { request.unpipe(); request.resume(); resolve(result); };
    try {
      const parser = busboy({ headers: request.headers, defParamCharset: 'utf8', limits: { fieldSize: maxBody, fields: maxFields, files: 0, parts: maxFields + 1, headerPairs: 50 } });
      let size = 0;
      request.on('data', (chunk: Buffer) => { size += chunk.length; if (size > maxBody) end(tooLarge()); });
      // there is no value where the part names a character set that nobody knows, and no name where it has none; it is nothing then
      parser.on('field', (name: string | undefined, value: string | undefined, { nameTruncated, valueTruncated }) => {
        if (nameTruncated || valueTruncated) end(tooLarge());
        else if (value === undefined) end(malformed());
        else if (name !== undefined) fields.push([name, value]);
      });
      parser.on('fieldsLimit', () => end(tooMany()));
      parser.on('partsLimit', () => end(tooMany()));
      parser.on('error', () => end(malformed()));
      parser.on('close', () => resolve({ kind: 'read', body: { kind: 'multipart', fields } }));
      request.on('error', () => end({ kind: 'malformed', message: 'The body ended too early.' }));
      request.pipe(parser);
    } catch {
      end(malformed());
    }
  });

const malformed = (): BodyResult => ({ kind: 'malformed', message: 'The body is not valid multipart/form-data.' });
const tooLarge = (): BodyResult => ({ kind: 'too-large', message: `The body is larger than ${maxBody} bytes.` });
const tooMany = (): BodyResult => ({ kind: 'too-large', message: `The body has more than ${maxFields} fields.` });
