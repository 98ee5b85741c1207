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
  const words = hidden.flatMap((secret) => secret.split(/[^\p{L}\p{N}]+/u)).filter((word) => word.length >= 4);
  const covered = [...hidden.flatMap(shapes), ...words]
    .filter((shape) => shape !== '')
    .sort((a, b) => b.length - a.length)
    .reduce((text, shape) => text.replace(new RegExp(escaped(shape), 'gi'), '…'), body);
  const text = covered
    .replace(/<(script|style)\b[\s\S]*?(<\/\1>|$)/gi, ' ')
    .replace(/<[^>]*>?/g, ' ')
    .replace(/\p{Nd}(?:[^\p{L}\p{Nd}]{0,3}\p{Nd}){3,}/gu, '…')
    .replace(/[^\s"'(),:;=<>[\]{}]{25,}/g, '…')
    .replace(/[^\p{L}\p{N}\p{P}\p{S} ]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  return text.length > longest ? `${text.slice(0, longest).trimEnd()}…` : text;
};

/** How a secret looks when it is echoed from a query, a form, a JSON body, a page or a header. */
const shapes = (secret: string): string[] => {
  const wellFormed = Buffer.from(secret).toString();
  return [
    secret,
    encodeURIComponent(wellFormed),
    new URLSearchParams({ '': wellFormed }).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  ];
};

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
