import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { readConfig } from '../../src/config.js';
import { ldapOptions } from '../../src/users/ldap/options.js';

const page = readFileSync('docs/users.md', 'utf8');

it('lists every option of an LDAP directory', () => {
  const row = (option: string) => new RegExp(`^\\| .*\`${option.replace('.', '\\.')}\``, 'm');
  const { attributes, tls, ...shape } = ldapOptions.shape;
  const inside = [...Object.keys(attributes.unwrap().shape).map((key) => `attributes.${key}`), ...Object.keys(tls.unwrap().shape).map((key) => `tls.${key}`)];
  for (const option of [...Object.keys(shape).filter((key) => key !== 'type'), ...inside]) expect(page).toMatch(row(option));
});

it('has examples that can be used', () => {
  const example = page.split('In `tanager.yaml`:\n\n')[1]!.split('\n\n')[0]!;
  const fromFile = readConfig({ env: {}, files: { read: () => example } });
  expect(fromFile).toMatchObject({ kind: 'config', config: { realm: 'sales', realms: { sales: ['corp', 'file'] }, resolvers: { corp: { type: 'ldap' }, file: { type: 'passwd' } } } });
  const variables = page.split('as JSON:\n\n')[1]!.split('\n\n')[0]!.split('\n').map((line) => line.trim().split(/=(.*)/s).slice(0, 2));
  expect(readConfig({ env: Object.fromEntries(variables) as Record<string, string>, files: { read: () => undefined } })).toMatchObject({ kind: 'config', config: { resolvers: { corp: { type: 'ldap' } } } });
  const { corp } = parse(page.split('Active Directory:\n\n')[1]!.split('\n\n')[0]!) as { corp: unknown };
  expect(ldapOptions.safeParse(corp)).toMatchObject({ success: true });
});
