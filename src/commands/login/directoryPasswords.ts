import { tokenStream } from '../../events/token.js';
import type { Secret } from '../../security/secret.js';
import type { User } from '../ports.js';
import type { Candidate, LoginDependencies } from './attempt.js';
import type { PasswordCheck } from './passwordMatch.js';

/** What the user directory says of passwords in one attempt: each is tried once, however many tokens its user has. */
export interface DirectoryPasswords {
  /** The password of the owner of a token. */
  ofOwner(candidate: Candidate): Promise<PasswordCheck>;
  /** Nobody's, where a user of that realm is wanted whom there is not. */
  ofNobody(realm: string | undefined): PasswordCheck;
}

export const directoryPasswords = ({ users, journal }: Pick<LoginDependencies, 'users' | 'journal'>): DirectoryPasswords => {
  const tried = new Map<string, Promise<boolean>>();
  const check = (user: User, text: Secret): Promise<boolean> => {
    const key = JSON.stringify([user.realm, user.login, text.reveal()]);
    const known = tried.get(key) ?? users.checkPassword(user, text);
    tried.set(key, known);
    return known;
  };
  const ofNobody = (realm = users.realms()[0]!): PasswordCheck => {
    // no user has the empty login
    const nobody: User = { login: '', realm, resolver: '', userId: '' };
    return { isPassword: async (text) => (await check(nobody, text)) && false, inVain: async (text) => void (await check(nobody, text)) };
  };
  return {
    ofNobody,
    ofOwner: async ({ serial, facts }) => {
      const { owner } = facts.token;
      const login = await journal.unseal(tokenStream(serial), owner?.login);
      const user = login === undefined ? undefined : await users.find(login, owner!.realm);
      const nobody = ofNobody(owner?.realm);
      return user ? { isPassword: (text) => check(user, text), inVain: nobody.inVain } : nobody;
    },
  };
};
