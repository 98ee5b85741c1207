import type { SettingsReader, User, Users } from '../commands/ports.js';
import { realmOf, type Challenge, type Token } from '../commands/token.js';
import { tokenStream } from '../events/token.js';
import { Secret } from '../security/secret.js';
import { codeText, redactedPhone, timeValues } from '../sms/codeText.js';
import { readGivenText, readTemplate, usesTag } from '../sms/textTemplate.js';
import type { Journal } from '../store/journal.js';

export interface SmsTextDependencies {
  readonly journal: Journal;
  readonly settings: SettingsReader;
  readonly users: Users;
  readonly warn: (problem: string, detail: object) => void;
}

/** A challenge whose code is to be written into an SMS. */
export interface ToWrite {
  readonly serial: string;
  readonly token: Token;
  readonly challenge: Challenge;
  readonly code: Secret;
  /** Number that it goes to. */
  readonly to: string;
  readonly now: Date;
}

/** The text of the SMS: what the caller wanted in it, else what the settings say for the token's realm and language. */
export const smsText = async (with_: SmsTextDependencies, { serial, token, challenge, code, to, now }: ToWrite): Promise<Secret> => {
  const { journal, settings } = with_;
  const stream = tokenStream(serial);
  const { template, manner } = (await settings.current(realmOf(token))).smsText;
  const given = await journal.unseal(stream, challenge.text);
  const text = given === undefined ? readTemplate(template(await journal.unseal(stream, token.info['language']))) : readGivenText(given);
  const wantsNames = usesTag(text, 'user', 'givenname', 'surname', 'recipient_givenname', 'recipient_surname');
  // most texts name nobody, and every login comes by here
  const login = wantsNames || usesTag(text, 'username') ? await journal.unseal(stream, token.owner?.login) : undefined;
  const { givenName = '', surname = '' } = (wantsNames && login !== undefined ? await ownerOf(with_, serial, login, token.owner?.realm) : undefined) ?? {};
  return new Secret(codeText(text, {
    otp: code.reveal(), serial, transactionid: challenge.transactionId, tokentype: 'sms',
    user: givenName, givenname: givenName, surname, recipient_givenname: givenName, recipient_surname: surname, username: login ?? '', userrealm: token.owner?.realm ?? '',
    phone_redacted: redactedPhone(to), ...timeValues(now), validity: String(Math.ceil((Date.parse(challenge.expiresAt) - now.getTime()) / 60_000)),
  }, manner));
};

/** A directory that cannot be asked keeps nobody from his code. */
const ownerOf = ({ users, warn }: SmsTextDependencies, serial: string, login: string, realm: string | undefined): Promise<User | undefined> =>
  users.find(login, realm).catch((error: unknown) => {
    warn('the user directory does not say whose name belongs into the text of an SMS', { serial, err: error });
    return undefined;
  });
