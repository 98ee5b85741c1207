import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ldapOptions } from '../../src/users/ldap/options.js';
import { openUsers } from '../../src/users/openUsers.js';
import type { UsersOptions } from '../../src/users/options.js';
import { temporaryFolder } from '../fixtures/folder.js';

const ldap = (more: object = {}) => ldapOptions.parse({ type: 'ldap', url: 'ldaps://ldap.example.com', base: 'dc=example', ...more });
const open = async (options: UsersOptions) => {
  const warnings: string[] = [];
  const opened = await openUsers(options, { warn: (message) => warnings.push(message) });
  if (opened.kind === 'open') opened.close();
  return { opened, warnings };
};
const file = join(temporaryFolder(), 'users');
writeFileSync(file, 'alice:x:1:1:Alice,,,,:/:/\n');

it('has the default realm first, and the resolvers of all', async () => {
  const { opened } = await open({ realm: 'B', resolvers: { file: { type: 'passwd', file }, all: { type: 'open' } }, realms: { a: ['file'], b: ['file', 'all'] } });
  if (opened.kind !== 'open') throw new Error(opened.message);
  expect([opened.users.realms(), opened.users.resolvers()]).toEqual([['b', 'a'], ['file', 'all']]);
  expect([(await opened.users.find('alice'))?.resolver, (await opened.users.find('zoe'))?.resolver, await opened.users.find('zoe', 'a')]).toEqual(['file', 'all', undefined]);
});

it('serves the default realm from every resolver where no realms are given', async () => {
  const { opened } = await open({ realm: 'one', resolvers: { file: { type: 'passwd', file }, corp: ldap() } });
  expect(opened.kind === 'open' && [opened.users.realms(), opened.users.resolvers()]).toEqual([['one'], ['file', 'corp']]);
});

it.each<[UsersOptions, RegExp]>([
  [{ realm: 'r', usersFile: '/nowhere/users' }, /^TANAGER_USERS_FILE: the users file \/nowhere\/users cannot be read: ENOENT$/],
  [{ realm: 'r', resolvers: { file: { type: 'passwd', file: '/nowhere/users' } } }, /^resolvers\.file: the users file \/nowhere\/users cannot be read: ENOENT$/],
  [{ realm: 'r', resolvers: { corp: ldap({ tls: { ca: '/nowhere/ca.pem' } }) } }, /^resolvers\.corp\.tls\.ca cannot be read$/],
  [{ realm: 'r', resolvers: { corp: ldap({ tls: { ca: file } }) } }, /^resolvers\.corp\.tls\.ca holds no certificate in PEM form$/],
])('refuses what cannot be opened, by its key', async (options, message) => {
  expect((await open(options)).opened).toEqual({ kind: 'refused', message: expect.stringMatching(message) });
});

it.each([
  [{ url: 'ldap://ldap.example.com' }, 1], [{ url: ['ldaps://a', 'ldap://b'] }, 1], [{ url: 'ldap://ldap.example.com', startTls: true }, 0], [{ url: 'ldap://localhost:10389' }, 0], [{}, 0],
])('warns of passwords in the clear: %j', async (options, warnings) => {
  expect((await open({ realm: 'r', resolvers: { corp: ldap(options) } })).warnings).toHaveLength(warnings);
});
