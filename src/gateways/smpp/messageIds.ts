/** How an SMSC writes its ids in the answer to a message, and how in the receipt of it. */
export const idFormats = ['auto', 'same', 'hex-decimal', 'decimal-hex'] as const;
export type IdFormat = (typeof idFormats)[number];

/**
 * An id as it is kept: numbers, decimal or hexadecimal, in small letters and without zeros in front, which some SMSCs write in one place only.
 * @returns undefined for what is not fit to be kept
 */
export const keptId = (id: string): string | undefined => {
  const trimmed = id.trim();
  if (!/^[\x21-\x7e]{1,64}$/.test(trimmed)) return undefined;
  return /^[0-9a-f]+$/i.test(trimmed) ? trimmed.toLowerCase().replace(/^0+(?=.)/, '') : trimmed;
};

/** The kept ids that the id of a receipt may mean, the likeliest first. */
export const candidates = (id: string, format: IdFormat): readonly string[] => {
  const kept = keptId(id);
  if (kept === undefined) return [];
  const toHex = /^\d+$/.test(kept) ? [BigInt(kept).toString(16)] : [];
  const toDecimal = /^[0-9a-f]+$/.test(kept) ? [BigInt(`0x${kept}`).toString()] : [];
  if (format === 'hex-decimal') return toHex;
  if (format === 'decimal-hex') return toDecimal;
  return format === 'same' ? [kept] : [...new Set([kept, ...toHex, ...toDecimal])];
};
