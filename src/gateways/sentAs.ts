import type { Message, SendOutcome } from './gateway.js';

/**
 * A message that was sent, with the id that the other side gave it. An id that is made of the number or the code is not kept: ids are
 * shown, those are not.
 */
export const sentAs = (messageId: string | undefined, { to, text }: Message): SendOutcome => {
  const digits = messageId?.replace(/\D/g, '') ?? '';
  const told = [to.replace(/\D/g, ''), ...(text.reveal().match(/\d{4,}/g) ?? [])].some((secret) => secret.length >= 4 && digits.includes(secret));
  return messageId === undefined || told ? { kind: 'sent' } : { kind: 'sent', messageId };
};
