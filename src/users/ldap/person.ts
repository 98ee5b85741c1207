import type { Entry } from 'ldapts';
import type { Person } from '../resolver.js';
import type { LdapOptions } from './options.js';

type Attributes = LdapOptions['attributes'];

const isGuid = (attribute: string): boolean => /^objectGUID$/i.test(attribute);
/** Where somebody stands in the directory is no attribute of his. */
const isDn = (attribute: string): boolean => /^dn$/i.test(attribute);

/** What a search must ask for. */
export const wantedOf = (attributes: Attributes): { attributes: string[]; explicitBufferAttributes: string[] } => ({
  attributes: [...new Set(Object.values(attributes).filter((name) => !isDn(name)))],
  explicitBufferAttributes: isGuid(attributes.userId) ? [attributes.userId, 'objectGUID'] : [],
});

/** @returns undefined for an entry without a login: there is no name to know him by */
export const personOf = (entry: Entry, attributes: Attributes): Person | undefined => {
  const values = new Map(Object.entries(entry).map(([name, value]) => [name.toLowerCase(), [value].flat()[0]]));
  const text = (attribute: string): string | undefined => {
    const value = values.get(attribute.toLowerCase());
    const written = Buffer.isBuffer(value) ? value.toString('utf8') : value;
    return written?.trim() || undefined;
  };
  const login = text(attributes.login);
  if (login === undefined || entry.dn === '') return undefined;
  const guid = isGuid(attributes.userId) ? values.get('objectguid') : undefined;
  const userId = Buffer.isBuffer(guid) ? guidText(guid) : isDn(attributes.userId) ? entry.dn : text(attributes.userId);
  const known = { mobile: text(attributes.mobile), phone: text(attributes.phone), email: text(attributes.email), givenName: text(attributes.givenName), surname: text(attributes.surname) };
  return { login, userId: userId ?? entry.dn, ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) };
};

/** The bytes of an objectGUID as Microsoft writes them: the first three groups with their last byte first ([MS-DTYP] 2.3.4). */
const guidText = (bytes: Buffer): string => {
  if (bytes.length !== 16) return bytes.toString('hex');
  const group = (from: number, to: number, turned = false): string => {
    const part = Buffer.from(bytes.subarray(from, to));
    return (turned ? part.reverse() : part).toString('hex');
  };
  return [group(0, 4, true), group(4, 6, true), group(6, 8, true), group(8, 10), group(10, 16)].join('-');
};
