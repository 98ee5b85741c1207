import { join } from 'node:path';
import { readSqliteKeys } from '../../src/security/sqliteKeysReader.js';
import { sqliteKeys } from '../../src/security/sqliteKeys.js';
import { temporaryFolder } from '../fixtures/folder.js';

test('reads the keys that another connection makes and destroys, and changes none', async () => {
  const file = join(temporaryFolder(), 'keys.db');
  const keys = sqliteKeys(file);
  const reader = readSqliteKeys(file);
  expect(await reader.isEmpty()).toBe(true);
  expect(await reader.checkValue('offered')).toBe('offered');
  await keys.checkValue('kept');
  expect(await reader.checkValue('offered')).toBe('kept');

  await keys.put('token-a', 1, Buffer.from('wrapped'));
  expect(await reader.get('token-a')).toEqual([{ generation: 1, wrapped: Buffer.from('wrapped') }]);
  expect(await reader.isEmpty()).toBe(false);
  await expect(reader.put('token-b', 1, Buffer.from('x'))).rejects.toThrow('opened for reading');
  await expect(reader.destroy('token-a')).rejects.toThrow('opened for reading');
  await keys.destroy('token-a');
  expect(await reader.get('token-a')).toEqual([{ generation: 1, wrapped: undefined }]);

  await keys.close();
  expect(await reader.get('token-a')).toEqual([{ generation: 1, wrapped: undefined }]);
  await reader.close();
});

test('a file that is not there is not made', () => {
  const file = join(temporaryFolder(), 'keys.db');
  expect(() => readSqliteKeys(file)).toThrow();
  expect(() => readSqliteKeys(file)).toThrow();
});
