import type { Sealed } from '../events/event.js';
import { mailServerEvents, nameOfMailServer, type MailServerEvent } from '../events/mailServer.js';
import type { Projection } from './projection.js';
import type { ReadOnlySql } from './readModelsView.js';

/** The mail servers that are defined. Options stay sealed. */
export const mailServersProjection: Projection = {
  name: 'mail_servers',
  version: 1,
  types: Object.keys(mailServerEvents),
  tables: ['CREATE TABLE {mail_servers} (name TEXT PRIMARY KEY, revision INTEGER NOT NULL, description TEXT, options TEXT NOT NULL) STRICT, WITHOUT ROWID'],
  apply(projected, sql) {
    const event = projected as typeof projected & MailServerEvent;
    const name = nameOfMailServer(event.stream);
    if (event.type === 'MailServerRemoved') return void sql.run('DELETE FROM {mail_servers} WHERE name = ?', name);
    const { description, options } = event.data;
    sql.run('INSERT OR REPLACE INTO {mail_servers} (name, revision, description, options) VALUES (?, ?, ?, ?)', name, event.revision, description ?? null, options);
  },
};

export interface MailServerView {
  readonly name: string;
  /** Changes with every definition; the stream goes on where a name is defined again. */
  readonly revision: number;
  readonly description: string | null;
  readonly options: Sealed;
}

export const mailServerByName = (sql: ReadOnlySql, name: string): MailServerView | undefined =>
  sql.get<MailServerView>('SELECT name, revision, description, options FROM {mail_servers} WHERE name = ?', name);

export const listMailServers = (sql: ReadOnlySql): MailServerView[] =>
  sql.all<MailServerView>('SELECT name, revision, description, options FROM {mail_servers} ORDER BY name');
