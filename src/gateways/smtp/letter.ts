import { createHash } from 'node:crypto';
import MimeNode from 'nodemailer/lib/mime-node';
import { encodeWord } from 'nodemailer/lib/mime-funcs';
import type { Mailbox } from './address.js';

/** What is to be written into an e-mail. */
export interface Draft {
  readonly from: Mailbox;
  /** An address that was checked. */
  readonly to: string;
  readonly subject: string;
  readonly body: string;
  readonly html?: boolean;
  /** An address that was checked. */
  readonly replyTo?: string;
  /** Our id of the message; the same for every repeat. */
  readonly reference: string;
}

/** An e-mail, ready to be handed to a server. */
export interface Letter {
  readonly from: string;
  readonly to: string;
  /** Without the angle brackets. */
  readonly messageId: string;
  /** The whole message (RFC 5322). */
  readonly content: Buffer;
}

/** Writes an e-mail. Whatever subject and body hold, they stay subject and body. */
export const writeLetter = async ({ from, to, subject, body, html = false, replyTo, reference }: Draft, now: Date): Promise<Letter> => {
  const messageId = `${idOf(reference)}@${from.address.slice(from.address.lastIndexOf('@') + 1)}`;
  const node = new MimeNode(html ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8');
  node.setHeader({
    From: { name: from.name ?? '', address: from.address },
    To: { name: '', address: to },
    ...(replyTo === undefined ? {} : { 'Reply-To': { name: '', address: replyTo } }),
    Subject: unstructured(subject),
    'Message-ID': `<${messageId}>`,
    Date: now,
    // nobody's absence shall be told to a machine (RFC 3834; the second is what Exchange looks at)
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
  });
  node.setContent(wellFormed(body).replace(/\r\n|\r|\n/g, '\r\n'));
  return { from: from.address, to, messageId, content: await node.build() };
};

/** A reference that could not stand in an address is there by its digest. */
const idOf = (reference: string): string =>
  /^(?=.{1,64}$)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/.test(reference) ? reference : createHash('sha256').update(reference).digest('hex').slice(0, 40);

/** A header of one line. What is not plain, or looks as if it were encoded already, is encoded (RFC 2047); control characters become spaces. */
const unstructured = (text: string) => {
  const line = wellFormed(text).replace(/\p{Cc}+/gu, ' ').trim();
  const plain = /^[\x20-\x7e]*$/.test(line) && !line.includes('=?') && !/\S{200}/.test(line);
  return plain ? line : { prepared: true, foldLines: true, value: encodeWord(line, 'B', 52) };
};

/** Half of a surrogate pair has no UTF-8 form; it becomes U+FFFD. */
const wellFormed = (text: string): string => Buffer.from(text).toString();
