import { Secret } from '../../src/security/secret.js';
import { directory } from '../../src/users/directory.js';
import { openResolver } from '../../src/users/openResolver.js';
import type { Resolver } from '../../src/users/resolver.js';

/** A resolver in which everybody's password is the login. */
const resolver = (name: string, ...logins: string[]): Resolver & { asked: string[] } => {
  const asked: string[] = [];
  return {
    name, type: 'open', asked,
    find: async (login) => (logins.includes(login) ? { login, userId: `${name}-${login}` } : undefined),
    checkPassword: async (login, password) => (asked.push(login), logins.includes(login) && password.reveal() === login),
  };
};

const staff = resolver('staff', 'alice', 'bob@realm3', 'x@y', 'sales\\carl');
const guests = resolver('guests', 'alice', 'gina', 'a@b');
const more = resolver('more', 'gina', 'bob', 'alice');
const realms = [{ name: 'realm1', resolvers: [staff] }, { name: 'Guests', resolvers: [guests, more] }];
const users = directory({ realms });
const found = async (login: string, realm?: string): Promise<string | undefined> => {
  const user = await users.find(login, realm);
  return user && `${user.realm}/${user.resolver}/${user.userId}`;
};

it('lists the realms, the default first, and the resolvers of each', () => {
  expect(users.realms()).toEqual(['realm1', 'Guests']);
  expect(users.resolversOf('guests')).toEqual([{ name: 'guests', type: 'open' }, { name: 'more', type: 'open' }]);
  expect(users.resolversOf('nowhere')).toEqual([]);
});

it.each([['alice', undefined, 'realm1'], ['nobody@guests', undefined, 'Guests'], ['guests\\nobody', undefined, 'Guests'], ['alice', 'GUESTS', 'Guests'], ['alice', 'nowhere', undefined]])(
  'knows which realm is meant by %s in %s, whether there is such a user or not', async (login, realm, meant) => expect(await users.realmOf(login, realm)).toBe(meant));

it.each([
  ['alice', undefined, 'realm1/staff/staff-alice'],
  ['gina', undefined, undefined],
  ['alice@guests', undefined, 'Guests/guests/guests-alice'],
  ['GUESTS\\alice', undefined, 'Guests/guests/guests-alice'],
  ['a@b@guests', undefined, 'Guests/guests/guests-a@b'],
  // no such realm: the sign belongs to the login
  ['bob@realm3', undefined, 'realm1/staff/staff-bob@realm3'],
  ['sales\\carl', undefined, 'realm1/staff/staff-sales\\carl'],
  ['alice@nowhere', undefined, undefined],
  // a realm apart wins, the login is taken as it is
  ['alice', 'guests', 'Guests/guests/guests-alice'],
  ['alice@realm1', 'guests', undefined],
  ['a@b', 'guests', 'Guests/guests/guests-a@b'],
  ['alice', 'nowhere', undefined],
  ['alice', '', 'realm1/staff/staff-alice'],
  // resolvers in their order
  ['gina', 'Guests', 'Guests/guests/guests-gina'],
  ['bob', 'Guests', 'Guests/more/more-bob'],
  ['', undefined, undefined],
  ['@guests', undefined, undefined],
  ['guests\\', undefined, undefined],
  ['@', undefined, undefined],
])('finds %j (realm %j): %j', async (login, realm, expected) => expect(await found(login, realm)).toBe(expected));

it('takes logins as they are when they are not to be split', async () => {
  let split = false;
  const switched = directory({ realms, splitAtSign: () => split });
  expect(await switched.find('alice@guests')).toBeUndefined();
  expect(await switched.find('guests\\alice')).toBeUndefined();
  split = true;
  expect(await switched.find('alice@guests')).toMatchObject({ realm: 'Guests' });
});

describe('a password', () => {
  const right = async (login: string, realm: string, password = login): Promise<boolean> => users.checkPassword((await users.find(login, realm))!, new Secret(password));

  it('is checked where the user was found', async () => {
    expect([await right('alice', 'realm1'), await right('bob', 'Guests'), await right('bob', 'Guests', 'x')]).toEqual([true, true, false]);
  });

  it('is checked for users, realms and resolvers that do not exist too, and never right', async () => {
    staff.asked.length = guests.asked.length = 0;
    const nobody = { login: 'alice', realm: 'realm1', resolver: '', userId: '' };
    expect(await users.checkPassword(nobody, new Secret('alice'))).toBe(false);
    expect(await users.checkPassword({ ...nobody, realm: 'nowhere', resolver: 'staff' }, new Secret('alice'))).toBe(false);
    expect(await users.checkPassword({ ...nobody, realm: 'guests', resolver: 'staff' }, new Secret('alice'))).toBe(false);
    expect([staff.asked, guests.asked]).toEqual([['alice', 'alice'], ['alice']]);
  });
});

it('wants realms, with different names', () => {
  expect(() => directory({ realms: [] })).toThrow('different names');
  expect(() => directory({ realms: [{ name: 'a', resolvers: [] }, { name: 'A', resolvers: [] }] })).toThrow('different names');
});

describe('an open directory', () => {
  const open = directory({ realms: [{ name: 'realm1', resolvers: [openResolver()] }] });

  it.each(['alice', 'bob@example.test', 'Ünal Ö.', 'x'.repeat(255)])('knows %j', async (login) => {
    expect(await open.find(login)).toEqual({ login, userId: login, realm: 'realm1', resolver: 'open' });
  });

  it('knows a user by realm', async () => {
    expect(await open.find('alice@realm1')).toMatchObject({ login: 'alice', realm: 'realm1' });
    expect(await open.find('alice', 'nowhere')).toBeUndefined();
  });

  it.each(['', ' ', '\t', 'a\nb', 'a\u0000', 'a\u007fb', 'a\u0085b', 'x'.repeat(256)])('does not take %j for a login', async (login) => {
    expect(await open.find(login)).toBeUndefined();
  });

  it('has no passwords', async () => {
    expect(await open.checkPassword((await open.find('alice'))!, new Secret(''))).toBe(false);
  });
});
