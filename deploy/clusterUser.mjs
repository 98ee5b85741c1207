// Makes the user that the service is to a cluster of EventStoreDB, with the rights that it needs and no others: every user may write and
// read ordinary streams, and this one may read $all as well. Can be run again at any time; a user that there is keeps its password.
//   CLUSTER                              connection string, without credentials
//   EVENTSTORE_ADMIN_PASSWORD            password of the user admin, who makes the other
//   CLUSTER_USER, CLUSTER_PASSWORD       the user that is made
//   PATIENCE                             seconds that it goes on trying; 120 when left out
import { setTimeout } from 'node:timers/promises';
import eventstore from '@eventstore/db-client';
import services from '@eventstore/db-client/generated/users_grpc_pb.js';
import messages from '@eventstore/db-client/generated/users_pb.js';

const { CLUSTER, EVENTSTORE_ADMIN_PASSWORD, CLUSTER_USER = 'tanager', CLUSTER_PASSWORD } = process.env;
const patience = Number(process.env.PATIENCE ?? 120) * 1_000;
const client = eventstore.EventStoreDBClient.connectionString(CLUSTER);
const asAdmin = { credentials: { username: 'admin', password: EVENTSTORE_ADMIN_PASSWORD } };

/** The client has the calls for users, but no methods for them. */
const createUser = () => {
  const options = new messages.CreateReq.Options();
  options.setLoginName(CLUSTER_USER);
  options.setFullName('Tanager');
  options.setPassword(CLUSTER_PASSWORD);
  const request = new messages.CreateReq();
  request.setOptions(options);
  return client.execute(services.UsersClient, 'createUser', (users) => new Promise((resolve, reject) => {
    users.create(request, ...client.callArguments({ ...asAdmin, requiresLeader: true }), (error) => {
      if (!error) return resolve('made');
      if (error.metadata?.get('exception')[0] === 'user-conflict') return resolve('there already');
      reject(error);
    });
  }));
};

const letReadAll = async () => {
  const { metadata = {} } = await client.getStreamMetadata('$all', asAdmin);
  const acl = typeof metadata.acl === 'object' ? metadata.acl : {};
  const readers = [acl.readRoles ?? []].flat();
  if (readers.includes(CLUSTER_USER)) return 'there already';
  await client.setStreamMetadata('$all', { ...metadata, acl: { ...acl, readRoles: [...readers, CLUSTER_USER] } }, asAdmin);
  return 'given';
};

/** A cluster that has just been started has no leader yet, and no administrator. */
const persistently = async (step) => {
  const end = Date.now() + patience;
  for (;;) {
    try {
      return await step();
    } catch (error) {
      if (Date.now() >= end) throw error;
      await setTimeout(1_000);
    }
  }
};

let code = 0;
try {
  console.log(`User ${CLUSTER_USER}: ${await persistently(createUser)}`);
  console.log(`Its right to read $all: ${await persistently(letReadAll)}`);
} catch (error) {
  console.error(`The user of the cluster was not made: ${error.message}`);
  code = 1;
}
// the connection of the client would keep the process
process.exit(code);
