import type { Users } from '../../commands/ports.js';

/** Who is meant, as privacyIDEA reads it. */
export interface NamedUser {
  readonly login: string;
  readonly realm: string;
}

/**
 * Takes `login@realm` and `realm\login` apart: the first where that realm exists, the second always. A realm that is sent apart wins,
 * and without any the default realm is meant.
 */
export const namedUser = (user: string, realm: string | undefined, { realms, splitAtSign }: { realms: ReturnType<Users['realms']>; splitAtSign: boolean }): NamedUser => {
  const known = (name: string): boolean => realms.some((each) => each.toLowerCase() === name.toLowerCase());
  const [login, written] = splitAtSign ? split(user.trim(), known) : [user, undefined];
  return { login, realm: (realm ?? written ?? realms[0] ?? '').toLowerCase() };
};

const split = (user: string, known: (realm: string) => boolean): readonly [login: string, realm: string | undefined] => {
  const at = user.lastIndexOf('@');
  if (at >= 0) return known(user.slice(at + 1)) ? [user.slice(0, at), user.slice(at + 1)] : [user, undefined];
  const slash = user.lastIndexOf('\\');
  return slash >= 0 ? [user.slice(slash + 1), user.slice(0, slash) || undefined] : [user, undefined];
};
