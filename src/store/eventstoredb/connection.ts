import { EventStoreDBClient, type Credentials } from '@eventstore/db-client';
import type { Channel } from '@grpc/grpc-js';
import { parseConnectionString } from '@eventstore/db-client/dist/Client/parseConnectionString.js';
import { faultOfConnectionString, printsSecrets } from './connectionString.js';

/** Settings of the client that a connection string holds; docs/scaling.md. */
export interface Connection {
  readonly client: EventStoreDBClient;
  /** To be handed over with every call. */
  readonly credentials: { readonly credentials?: Credentials };
  /** Lets go of every call and of the connection. */
  close(): Promise<void>;
}

/** Parts of the client that its types keep to itself. */
interface Inside {
  supports: () => Promise<boolean>;
  handleError: (client: unknown, error: Error) => Promise<void>;
  getChannel: () => Promise<Channel>;
}

/**
 * Opens a client. Nothing is sent before the first call.
 *
 * Two of its faults are designed out here. Its batched appends share one stream per process, on which the error of one connection rejects
 * the appends of another and a late answer ends the process: every append goes out as a call of its own, which is what the client does
 * where the server knows no batches, or credentials come with the call. And it looks after a lost connection in a promise that nobody
 * holds, whose rejection would end the process as well.
 *
 * @throws Error, for people and without what is secret, when the connection string cannot be read or its files cannot be opened
 */
export const connect = (connectionString: string): Connection => {
  if (printsSecrets(process.env['DEBUG'] ?? '')) throw new Error('DEBUG names esdb: the client of the event store would print passwords and events. Unset it.');
  const wrong = faultOfConnectionString(connectionString);
  if (wrong !== undefined) throw new Error(`the connection string ${wrong}`);
  const { client, credentials } = clientOf(connectionString);
  const inside = client as unknown as Inside;
  inside.supports = async () => false;
  const lookAfter = inside.handleError;
  inside.handleError = (...about) => lookAfter(...about).catch(() => undefined);
  return {
    client, credentials: credentials ? { credentials } : {},
    async close() {
      await client.dispose();
      // the client does not know how; a channel that stays open keeps its sockets
      await inside.getChannel().then((channel) => channel.close(), () => undefined);
    },
  };
};

/** @throws Error without what the client's own says: the whole string, with its password */
const clientOf = (connectionString: string): { client: EventStoreDBClient; credentials: Credentials | undefined } => {
  let fault: string;
  try {
    return { credentials: parseConnectionString(connectionString).defaultCredentials, client: EventStoreDBClient.connectionString(connectionString) };
  } catch (error) {
    fault = (error as Error).message.replace(/\/\/[^/]*@/g, '//***@');
  }
  throw new Error(fault);
};
