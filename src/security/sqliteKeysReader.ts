import Database from 'better-sqlite3';
import type { KeyStore } from './keyStore.js';

interface Row {
  readonly generation: number;
  readonly wrapped: Buffer;
  readonly destroyed: number;
}

/**
 * The data keys of `sqliteKeys` for one who only reads: nothing is made or destroyed, and a service that runs is not in the way.
 *
 * @throws Error when the file is missing or no file of keys
 */
export const readSqliteKeys = (file: string): KeyStore => {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  const select = db.prepare<[string], Row>('SELECT generation, wrapped, destroyed FROM keys WHERE stream = ? ORDER BY generation');
  const fact = db.prepare<[], string>("SELECT value FROM facts WHERE name = 'check'").pluck();
  const any = db.prepare('SELECT 1 FROM keys LIMIT 1');
  const refuse = async (): Promise<never> => {
    throw new Error(`${file} was opened for reading`);
  };
  return {
    get: async (stream) => select.all(stream).map(({ generation, wrapped, destroyed }) => ({ generation, wrapped: destroyed ? undefined : wrapped })),
    put: refuse,
    destroy: refuse,
    checkValue: async (offered) => fact.get() ?? offered,
    isEmpty: async () => any.get() === undefined,
    close: async () => void db.close(),
  };
};
