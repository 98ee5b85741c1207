/**
 * Reads a point in time as privacyIDEA's scripts write it: ISO 8601 with or without seconds, `2026/01/31`, `31.01.2026`, each with a
 * time or without, or `+30d`, `+12h`, `+5m` from now. Without a zone it is the server's own time.
 * @returns ISO 8601 in UTC; undefined for anything else
 */
export const readTime = (text: string, now: Date): string | undefined => {
  const relative = /^\+(\d{1,6})([dhm])$/.exec(text.trim());
  if (relative) return new Date(now.getTime() + Number(relative[1]) * milliseconds[relative[2]!]!).toISOString();
  const parts = /^(?:(\d{4})[-/](\d\d?)[-/](\d\d?)|(\d\d?)\.(\d\d?)\.(\d{4}))(?:[T ]+(\d\d?):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?\s*(Z|[+-]\d\d:?\d\d)?$/.exec(text.trim());
  if (!parts) return undefined;
  const [, y, m, d, day, month, year, hour = '0', minute = '0', second = '0', zone] = parts;
  const two = (value: string): string => value.padStart(2, '0');
  const offset = zone === undefined || zone === 'Z' ? (zone ?? '') : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const time = new Date(`${y ?? year}-${two((m ?? month)!)}-${two((d ?? day)!)}T${two(hour)}:${minute}:${two(second)}${offset}`);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
};

const milliseconds: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000 };

/** `2026-01-31T12:00:00+00:00`. */
export const withOffset = (iso: string): string => `${new Date(iso).toISOString().slice(0, 19)}+00:00`;
/** `2026-01-31T12:00+0000`, in which validity periods are written. */
export const toTheMinute = (iso: string): string => `${new Date(iso).toISOString().slice(0, 16)}+0000`;
/** `Sat, 31 Jan 2026 12:00:00 GMT`. */
export const httpDate = (iso: string): string => new Date(iso).toUTCString();
