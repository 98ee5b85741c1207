import { parseConnectionString } from '@eventstore/db-client/dist/Client/parseConnectionString.js';
import { faultOfConnectionString, printsSecrets } from '../../../src/store/eventstoredb/connectionString.js';

test.each([
  'esdb://node1:2113', 'esdb://node1:2113?tls=false', 'esdb://node1:2113/?tls=true', 'esdb+discover://cluster.example', 'esdb://user:password@node1:2113,node2:2113,node3:2113?tls=true',
  'esdb://user:p%40ss%3Aword@node1:2113?tlsCAFile=/etc/tanager/ca.crt&userCertFile=a%20b.crt&userKeyFile=k.pem',
  'esdb://node1?TLS=true&node_preference=Leader&keep-alive-interval=-1&keepAliveTimeout=20000&connectionName=one&gossipTimeout=5&discoveryInterval=100&maxDiscoverAttempts=10&defaultDeadline=5000',
])('%s is read by the client, and it prints nothing', (text) => {
  const warn = jest.spyOn(console, 'warn').mockImplementation();
  expect(faultOfConnectionString(text)).toBeUndefined();
  expect(() => parseConnectionString(text)).not.toThrow();
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});

test.each([
  ['esdb://', 'must be esdb://'], ['kurrentdb://node1', 'must be esdb://'], ['esdb://user:secret@', 'must be esdb://'],
  ['esdb://user:se@cret@node1:2113', 'must have user:password before the @'], ['esdb://user:se:cret@node1:2113', 'must have user:password before the @'],
  ['esdb://user:se?cret@node1:2113', 'must have user:password before the @'], ['esdb://secret@node1:2113', 'must have user:password before the @'], ['esdb://:secret@node1', 'must have user:password before the @'],
  ['esdb://user:secret@node1:2113,', 'must have hosts'], ['esdb://user:secret@node1:port', 'must have hosts'], ['esdb://user:secret@node1:1:2', 'must have hosts'],
  ['esdb://user:secret@node1?tlsVerifyCert=false', 'must not have the option tlsVerifyCert: certificates are checked'], ['esdb://user:secret@node1?tls_verify_cert=true', 'must not have the option tls_verify_cert: certificates'],
  ['esdb://user:secret@node1?retries=3', 'must not have the option retries, which there is not'], ['esdb://user:secret@node1?se%20cret', 'must not have the option ***, which there is not'],
  ['esdb://user:secret@node1?tls=yes', 'must have another value for the option tls'], ['esdb://user:secret@node1?tlsCAFile=', 'must have another value for the option tlsCAFile'],
  ['esdb://user:secret@node1?throwOnAppendFailure=false', 'must have another value for the option throwOnAppendFailure'], ['esdb://user:secret@node1?tls=true?x=y', 'must have another value for the option tls'],
])('%s is refused, in words that repeat nothing of it', (text, words) => {
  const fault = faultOfConnectionString(text);
  expect(fault).toContain(words);
  expect(fault).not.toMatch(/secret|cret/);
});

test.each([['esdb'], ['*'], ['express,esdb:*'], ['e*'], ['*:connection'], ['es* -esdb:events'], ['esdb:command']])('DEBUG=%s has the client print secrets', (debug) => expect(printsSecrets(debug)).toBe(true));
test.each([[''], ['express:*'], ['-esdb:*'], ['esdbx:*'], ['http, net']])('DEBUG=%j does not', (debug) => expect(printsSecrets(debug)).toBe(false));
