import type { Request, Response } from 'express';
import { STATUS_CODES } from 'node:http';
import { envelopeOf, errorText, inLinotpsHand } from './envelope.js';
import { httpStatusOf } from './errors.js';
import type { Reply } from './reply.js';

export interface SendingOptions {
  readonly version: string;
  /** The parameter of that name. */
  readonly httperror: string | undefined;
  /** Codes that it is limited to. */
  readonly errorCodes: readonly number[];
}

/** Bodies are sent as bytes, so that nothing is added to the type or the text. */
export const sendReply = (response: Response, reply: Reply, { version, httperror, errorCodes }: SendingOptions): void => {
  switch (reply.kind) {
    case 'text':
      return send(response, 200, 'text/html; charset=utf-8', reply.text);
    case 'bare':
      return send(response, 200, 'application/json', inLinotpsHand(reply.document));
    case 'csv':
      response.setHeader('Content-Disposition', 'attachment; filename=export.csv');
      return send(response, 200, 'application/force-download', reply.lines.map((line) => `${line.map(quoted).join(reply.delimiter)}\n`).join(''));
    case 'result':
      if (reply.cookies) response.append('Set-Cookie', [...reply.cookies]);
      return send(response, reply.http ?? 200, 'application/json', inLinotpsHand(envelopeOf(reply, version)));
    case 'failure': {
      // who has not signed in hears that in one form only
      const wanted = reply.http === undefined ? httpStatusOf(httperror, reply, errorCodes) : undefined;
      return wanted === undefined
        ? send(response, reply.http ?? 200, 'application/json', inLinotpsHand(envelopeOf(reply, version)))
        : sendPage(response, wanted, `[Tanager ${version}] ${reply.code}: ${errorText(reply)}`);
    }
  }
};

/** Turns down a method that a path does not have; OPTIONS asks which it has. */
export const refuseMethod = (methods: readonly string[], { method }: Pick<Request, 'method'>, response: Response): void => {
  response.setHeader('Allow', ['OPTIONS', ...methods].join(', '));
  if (method === 'OPTIONS') response.status(200).end();
  else sendPage(response, 405);
};

/** A page for what LinOTP answers outside its envelope. */
export const sendPage = (response: Response, status: number, text?: string): void => {
  const reason = STATUS_CODES[status] ?? 'LinOTP Error';
  response.statusMessage = reason;
  send(response, status, 'text/html; charset=utf-8',
    `<!doctype html>\n<html lang="en">\n<title>${status} ${reason}</title>\n<h1>${reason}</h1>\n${text === undefined ? '' : `<p>${escaped(text)}</p>\n`}</html>\n`);
};

const send = (response: Response, status: number, type: string, body: string): void => {
  const bytes = Buffer.from(body, 'utf8');
  response.status(status).setHeader('Content-Type', type);
  response.setHeader('Content-Length', bytes.length);
  response.end(bytes);
};

/** LinOTP puts every cell into single quotes. */
const quoted = (cell: unknown): string => `'${(typeof cell === 'string' ? cell : JSON.stringify(cell)).replaceAll("'", "''")}'`;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
