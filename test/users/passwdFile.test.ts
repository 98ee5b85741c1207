import { hash as argon2 } from '@node-rs/argon2';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '../../src/security/secret.js';
import { openPasswdFile } from '../../src/users/passwdFile.js';
import type { Resolver } from '../../src/users/resolver.js';
import { shaCrypt } from '../../src/users/shaCrypt.js';
import { temporaryFolder } from '../fixtures/folder.js';

let folder: string;
let file: string;
let now: number;
let warnings: string[];
beforeEach(() => {
  folder = temporaryFolder();
  file = join(folder, 'users');
  now = 0;
  warnings = [];
});

const line = (login: string, hash = 'x', gecos = ''): string => `${login}:${hash}:1000:1000:${gecos}:/home/${login}:/bin/sh\n`;
/** A new file in place of the old, as an administrator is told to. */
const put = (text: string): void => {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
};
const open = async (): Promise<Resolver> => {
  const result = await openPasswdFile({ file, warn: (message) => void warnings.push(message), clock: () => now });
  if (result.kind !== 'open') throw new Error(result.message);
  return result.resolver;
};
const refusal = async (): Promise<string> => {
  const result = await openPasswdFile({ file, warn: () => {} });
  return result.kind === 'refused' ? result.message : '';
};
const hashed = (password: string): Promise<string> => shaCrypt(password, '$6$rounds=1000$salt') as Promise<string>;

describe('a user', () => {
  it('has name, mobile, phone and address from the gecos field, in this order', async () => {
    put(line('alice', 'x', 'Alice B. Smith,Room 1,+49111000,+491710001000,alice@example.test'));
    expect(await (await open()).find('alice')).toEqual({
      login: 'alice', userId: '1000', givenName: 'Alice', surname: 'B. Smith', mobile: '+49111000', phone: '+491710001000', email: 'alice@example.test',
    });
  });

  it('lacks what the file does not say', async () => {
    put(`# users\n\n${line('carol', 'x', 'Carol,,,,carol@example.test')}${line('dave', '', '')}\r\n`);
    const users = await open();
    expect(await users.find('carol')).toEqual({ login: 'carol', userId: '1000', givenName: 'Carol', email: 'carol@example.test' });
    expect(await users.find('dave')).toEqual({ login: 'dave', userId: '1000' });
    expect(await users.find('Carol')).toBeUndefined();
    expect(await users.find('')).toBeUndefined();
    expect(await users.find('__proto__')).toBeUndefined();
  });

  it('is the first of two with one login', async () => {
    put(line('eve', 'x', 'First') + line('eve', 'x', 'Second'));
    expect(await (await open()).find('eve')).toMatchObject({ givenName: 'First' });
  });
});

describe('a password', () => {
  it('is right for its own user alone', async () => {
    put(line('alice', await hashed('test')) + line('bob', (await shaCrypt('other', '$5$rounds=1000$salt'))!) + line('carol', await argon2('third', { memoryCost: 64, timeCost: 1 })));
    const users = await open();
    const verdicts = (login: string) => Promise.all(['test', 'other', 'third', ''].map((password) => users.checkPassword(login, new Secret(password))));
    expect(await verdicts('alice')).toEqual([true, false, false, false]);
    expect(await verdicts('bob')).toEqual([false, true, false, false]);
    expect(await verdicts('carol')).toEqual([false, false, true, false]);
    expect(await verdicts('nobody')).toEqual([false, false, false, false]);
  });

  it.each(['', 'x', '*', '!', '!!', '$6$rounds=1000$salt', '$6$', '$argon2id$broken', '$argon2id$v=19$m=4000000,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA'])('matches nothing where the file has %j', async (hash) => {
    put(line('alice', hash));
    const users = await open();
    expect(await Promise.all(['', 'x', '*', hash].map((password) => users.checkPassword('alice', new Secret(password))))).toEqual([false, false, false, false]);
  });

  it('is nobody\'s when it is absurdly long', async () => {
    put(line('alice', await hashed('y'.repeat(512))) + line('bob', await hashed('')));
    const users = await open();
    expect(await users.checkPassword('alice', new Secret('y'.repeat(512)))).toBe(true);
    expect(await users.checkPassword('bob', new Secret('y'.repeat(513)))).toBe(false);
  });

  it('under a hash that is not supported is reported, without the hash', async () => {
    put(line('alice', '$y$j9T$secret') + line('bob'));
    await open();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('1 users');
    expect(warnings[0]).not.toContain('secret');
  });
});

describe('a file that changes', () => {
  it('is read again, but not looked at each time', async () => {
    put(line('alice'));
    const users = await open();
    put(line('bob'));
    expect(await users.find('bob')).toBeUndefined();
    now = 1000;
    expect(await Promise.all([users.find('bob'), users.find('alice')])).toEqual([expect.objectContaining({ login: 'bob' }), undefined]);
    expect(warnings).toEqual([]);
  });

  it('keeps its users while it is broken or gone, and says so once', async () => {
    put(line('alice'));
    const users = await open();
    const look = async (): Promise<unknown> => {
      now += 1000;
      return users.find('alice');
    };
    put(`${line('bob')}carol:secret:10`);
    expect([await look(), await look()]).toEqual([expect.anything(), expect.anything()]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`line 2 of the users file ${file}`);
    expect(warnings[0]).not.toContain('secret');
    rmSync(file);
    expect([await look(), await look()]).toEqual([expect.anything(), expect.anything()]);
    expect(warnings).toHaveLength(2);
    expect(warnings[1]).toContain('ENOENT');
    put(line('bob'));
    expect(await look()).toBeUndefined();
  });
});

describe('a file that is broken from the start', () => {
  it.each([['alice', 1], [`${line('alice')}bob:x:1:1:gecos:/home`, 2], [`${line('alice')}\n:x:1:1:::`, 3], ['alice:x::1:::', 1], ['a:b:c:d:e:f:g:h', 1]])('is refused: %j', async (text, number) => {
    put(text);
    expect(await refusal()).toContain(`line ${number} of the users file ${file}`);
  });

  it('is refused when it is missing or cannot be read', async () => {
    expect(await refusal()).toContain('ENOENT');
    file = folder;
    expect(await refusal()).toContain('EISDIR');
  });
});
