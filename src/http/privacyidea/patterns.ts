/** Whether a text fits a pattern in which `*` stands for any text; upper and lower case are one. */
export const fits = (text: string, pattern: string): boolean => {
  const parts = pattern.toLowerCase().split('*');
  const value = text.toLowerCase();
  if (parts.length === 1) return value === parts[0];
  let at = parts[0]!.length;
  if (!value.startsWith(parts[0]!)) return false;
  // one look ahead per part, so that no pattern makes it slow
  for (const part of parts.slice(1, -1)) {
    const found = value.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return value.length - parts.at(-1)!.length >= at && value.endsWith(parts.at(-1)!);
};
