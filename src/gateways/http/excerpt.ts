/** Characters of a reply that a reason may show. */
const longest = 80;

/**
 * A short piece of a reply that is fit for events and logs. A gateway may echo whatever it was sent, in any shape, so what could be a
 * number, a code, a password or a word of the text is covered: runs of four digits or more whatever stands between them, long words
 * (encoded text hides there), and everything in `hidden`.
 *
 * @param hidden what must not be seen: passwords, text, number
 */
export const excerpt = (body: string, hidden: readonly string[]): string => {
  let text = body.slice(0, 2_000).replace(/<(script|style)\b[\s\S]*?(<\/\1>|$)/gi, ' ').replace(/<[^>]*>?/g, ' ');
  for (const secret of [...hidden].sort((a, b) => b.length - a.length)) {
    if (secret.length > 0) text = text.replace(new RegExp(escaped(secret), 'gi'), '…');
  }
  for (const word of hidden.flatMap((secret) => secret.split(/[^\p{L}\p{N}]+/u)).filter((part) => part.length >= 4)) {
    text = text.replace(new RegExp(escaped(word), 'gi'), '…');
  }
  text = text
    .replace(/\p{Nd}(?:[^\p{L}\p{Nd}]{0,3}\p{Nd}){3,}/gu, '…')
    .replace(/[^\s"'(),:;=<>[\]{}]{25,}/g, '…')
    .replace(/[^\p{L}\p{N}\p{P}\p{S} ]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  return text.length > longest ? `${text.slice(0, longest).trimEnd()}…` : text;
};

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
