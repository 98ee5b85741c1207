import { BlockList, isIP } from 'node:net';
import { catalogue, type TanagerEvent } from '../events/catalogue.js';
import { redactedPhone, timeValues } from '../sms/codeText.js';
import type { User } from './ports.js';
import { wordsIn } from './notifiable.js';
import { rangeOf, type RuleConditions } from './notificationRule.js';
import type { TagValues } from './notificationText.js';

/** What is known of an event that somebody may be told of: the event, and whom it concerns, as it was at that time. Personal data is open. */
export interface Occasion {
  readonly event: TanagerEvent;
  readonly client?: string;
  readonly serial?: string;
  readonly login?: string;
  /** Realm of the user. */
  readonly realm?: string;
  /** Realms of the token. */
  readonly realms: readonly string[];
  readonly description?: string;
  /** Absent where it is read from the directory. */
  readonly phone?: string;
  readonly dynamicPhone: boolean;
  readonly formerPhone?: string;
  /** The token's own gateways, separated by commas. */
  readonly gateway?: string;
}

/** Whether all conditions that are given hold. What an event does not have meets no condition on it. */
export const meets = ({ realms, users, serials, outcomes, clients, actors }: RuleConditions, occasion: Occasion): boolean => {
  const { event, serial, login, realm, client } = occasion;
  if (actors && !actors.includes(event.actor.kind)) return false;
  if (outcomes && !wordsIn(event).some((word) => outcomes.includes(word))) return false;
  if (serials && (serial === undefined || !serials.some((pattern) => fits(pattern, serial)))) return false;
  if (realms && ![...occasion.realms, ...(realm === undefined ? [] : [realm])].some((each) => realms.some((wanted) => wanted.toLowerCase() === each.toLowerCase()))) return false;
  if (users && (login === undefined || !users.some((pattern) => fits(pattern, login) || fits(pattern, `${login}@${realm ?? ''}`)))) return false;
  return !clients || (client !== undefined && within(clients, client));
};

/** `*` stands for any characters. Piece after piece from the left, so that no pattern can take long. */
const fits = (pattern: string, text: string): boolean => {
  const [first = '', ...others] = pattern.split(/\*+/);
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let place = first.length;
  for (const piece of others) {
    const found = text.indexOf(piece, place);
    if (found < 0) return false;
    place = found + piece.length;
  }
  return place <= text.length - last.length;
};

const within = (ranges: readonly string[], client: string): boolean => {
  const address = client.replace(/^::ffff:(?=\d+\.)/i, '');
  const version = isIP(address);
  if (version === 0) return false;
  const list = new BlockList();
  for (const range of ranges.map(rangeOf)) if (range) list.addSubnet(range.address, range.bits, range.family);
  return list.check(address, version === 4 ? 'ipv4' : 'ipv6');
};

/** What stands for the tags of a text. @param user the person whom the event concerns, where the directory knows him */
export const tagValues = (occasion: Occasion, user: User | undefined): TagValues => {
  const { event, serial, login, realm, client = '', realms } = occasion;
  const name = [user?.givenName, user?.surname].filter(Boolean).join(' ');
  return {
    event: event.type, what: catalogue[event.type]!.meaning, serial, user: name || login, username: login, givenname: user?.givenName, surname: user?.surname,
    userrealm: realm, realm: realms[0] ?? realm, tokentype: serial === undefined ? '' : 'sms', tokendescription: occasion.description,
    phone_redacted: redacted(occasion.dynamicPhone ? user?.mobile : occasion.phone), former_phone_redacted: redacted(occasion.formerPhone),
    outcome: wordsIn(event)[0], actor: actorInWords(event), admin: event.actor.kind === 'administrator' ? event.actor.name : '', action: event.action,
    client, client_ip: client, ...timeValues(new Date(event.recordedAt)),
  };
};

const actorInWords = ({ actor: { kind, name = '' } }: TanagerEvent): string => {
  if (kind === 'administrator') return `administrator ${name}`;
  return kind === 'api-key' ? `API key ${name}` : kind;
};

const redacted = (phone: string | undefined): string => (phone === undefined ? '' : redactedPhone(phone));
