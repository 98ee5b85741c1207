type Value = () => string | undefined | Promise<string | undefined>;

/**
 * What a user is told when an SMS was sent, from the text of an administrator: tags in braces, of which an unknown one leaves nothing behind, as in
 * privacyIDEA. Quotes around the whole and a backslash before a comma are no part of it: policies are written so.
 * @param values asked only for the tags that are there
 */
export const promptText = async (written: string, values: Readonly<Record<string, Value>>): Promise<string> => {
  const text = (/^'[^]*'$/.test(written) && written.length > 1 ? written.slice(1, -1) : written).replaceAll('\\,', ',');
  const pieces = await Promise.all(text.split(/(\{\w+\})/).map(async (piece) => {
    const tag = /^\{(\w+)\}$/.exec(piece)?.[1];
    if (tag === undefined) return piece;
    return (Object.hasOwn(values, tag) ? await values[tag]!() : undefined)?.replace(/\p{Cc}+/gu, ' ') ?? '';
  }));
  return pieces.join('');
};
