import type { Application } from '../../application.js';
import type { Outcome } from '../../commands/outcome.js';
import type { User } from '../../commands/ports.js';
import { knownUser } from '../knownUser.js';
import { settingTexts } from '../settings.js';
import type { NamedUser } from './names.js';

/** Who the user is, for a service provider; empty where the settings say so. */
export const samlAttributes = async (outcome: Outcome, named: NamedUser | undefined, application: Application): Promise<Record<string, string>> => {
  const tells = (await settingTexts(application.queries)).isTrue(outcome.kind === 'accepted' ? 'ReturnSamlAttributes' : 'ReturnSamlAttributesOnFail');
  const user = tells ? await owner(outcome, named, application) : undefined;
  if (!user) return {};
  const { login, realm, resolver, email, surname, givenName, mobile, phone } = user;
  return { username: login, realm, resolver, email: email ?? '', surname: surname ?? '', givenname: givenName ?? '', mobile: mobile ?? '', phone: phone ?? '' };
};

const owner = async (outcome: Outcome, named: NamedUser | undefined, { queries, users }: Application): Promise<User | undefined> => {
  if (named) return knownUser(users, named.login, named.realm);
  const token = outcome.kind === 'accepted' ? await queries.token(outcome.serial) : undefined;
  return token?.owner?.login === undefined ? undefined : knownUser(users, token.owner.login, token.owner.realm);
};
