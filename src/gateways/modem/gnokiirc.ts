import { readFileSync, statSync } from 'node:fs';
import { encodeAddress } from '../../sms/address.js';

/** What the configuration of gnokii says about a modem. */
export interface Gnokiirc {
  readonly port?: string;
  readonly baudRate?: number;
  readonly smsc?: string;
}

const longest = 65_536;
/** Models that gnokii drives by AT commands; all others speak protocols of their own. */
const models = /^AT(-HW)?$/i;

/** Keys of `[global]` that mean something here. gnokii takes either case. */
const readers: Readonly<Record<string, (value: string) => Gnokiirc | string>> = {
  port: (value) => (value === '' || value.length > 200 ? 'must be the path of a serial port' : { port: value }),
  model: (value) => (models.test(value) ? {} : 'must be AT: the modem is spoken to by AT commands, other models of gnokii have protocols of their own'),
  connection: (value) => (/^serial$/i.test(value) ? {} : 'must be serial: other connections of gnokii (such as bluetooth, irda, dau9p, dku2libusb) are not spoken'),
  serial_baudrate: (value) => (/^\d{3,7}$/.test(value) && Number(value) >= 300 && Number(value) <= 4_000_000 ? { baudRate: Number(value) } : 'must be a whole number from 300 to 4000000'),
  smsc: (value) => (value === '' ? {} : encodeAddress(value) ? { smsc: value } : 'must be a number of 1 to 20 digits'),
};

/**
 * Reads a `gnokiirc`: sections in brackets, `key = value`, comments after `#` or `;` at the beginning of a line. Only `[global]` counts.
 * Keys that mean nothing here are passed over, such as use_locking: a port is always locked.
 * @returns in `problem` the first fault with its line and key, without a value of the file
 */
export const readGnokiirc = (path: string): Gnokiirc | { readonly problem: string } => {
  let text: string;
  try {
    if (!statSync(path).isFile() || statSync(path).size > longest) return { problem: `is not a file of at most ${longest} bytes` };
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { problem: code === 'ENOENT' ? 'names a file that does not exist' : code === 'EACCES' ? 'names a file that the service may not read' : 'names a file that cannot be read' };
  }
  return parseGnokiirc(text);
};

export const parseGnokiirc = (text: string): Gnokiirc | { readonly problem: string } => {
  let section = '';
  let found: Gnokiirc = {};
  let global = false;
  for (const [index, raw] of text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/).entries()) {
    const line = raw.trim();
    const at = `line ${index + 1} of the file`;
    if (line === '' || /^[#;]/.test(line)) continue;
    const heading = /^\[\s*([^\]]*?)\s*\]/.exec(line)?.[1];
    if (heading !== undefined) {
      section = heading.toLowerCase();
      global ||= section === 'global';
      continue;
    }
    if (section !== 'global') continue;
    const [, name, value] = /^([^=]*?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return { problem: `${at} is neither [section], key = value nor a comment` };
    const read = Object.hasOwn(readers, name.toLowerCase()) ? readers[name.toLowerCase()]!(unquoted(value)) : {};
    if (typeof read === 'string') return { problem: `${at}: ${name.toLowerCase()} ${read}` };
    found = { ...found, ...read };
  }
  return global ? found : { problem: 'names a file without a section [global]' };
};

const unquoted = (value: string): string => /^"(.*)"$/.exec(value)?.[1] ?? value;
