import type { Message } from '../gateway.js';

/**
 * A message as a file of gammu-smsd's outbox (manual of the files backend): `OUT<priority><date>_<time>_<serial>_<number>_<note>.txt`,
 * with a `d` at the end to ask for a report. Underscores part the fields and the daemon takes names of less than 100 characters.
 * @returns name and content, or why there can be none
 */
export const gammuFile = (
  { text, reference }: Pick<Message, 'text' | 'reference'>, to: string, { deliveryReport, now, serial }: { deliveryReport: boolean; now: Date; serial: number },
): { readonly name: string; readonly content: Buffer } | { readonly problem: string } => {
  if (!/^\+?\d{1,20}$/.test(to)) return { problem: 'a number for gammu-smsd may hold digits only, after a plus perhaps; number.digitsOnly takes the rest away' };
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join('');
  const note = reference.replace(/[^A-Za-z0-9-]/g, '').slice(0, 40);
  return {
    name: `OUTA${date}_${time}_${String(serial).padStart(3, '0')}_${to}_${note}.txt${deliveryReport ? 'd' : ''}`,
    // without the mark it would be read in whatever alphabet the daemon was started with
    content: Buffer.from(`\ufeff${text.reveal()}`, 'utf16le'),
  };
};
