/** Options of the client and what a value of theirs looks like; it takes their names in any case, and with `_` and `-` between the words. */
const options: Readonly<Record<string, RegExp>> = {
  tls: /^(true|false)$/, tlscafile: /./, usercertfile: /./, userkeyfile: /./, nodepreference: /^(leader|follower|random|read[_-]?only[_-]?replica)$/i,
  connectionname: /./, defaultdeadline: /^[1-9]\d*$/, keepaliveinterval: /^(-1|\d+)$/, keepalivetimeout: /^(-1|\d+)$/, gossiptimeout: /^\d+$/,
  discoveryinterval: /^\d+$/, maxdiscoverattempts: /^[1-9]\d*$/, throwonappendfailure: /^true$/,
};
const shape = /^esdb(?:\+discover)?:\/\/(?:(.*)@)?([^@/?#\s]+)\/?(?:\?(.*))?$/;
/** Everything else has to be written `%40`. */
const plain = /^(?:[\w.~!$'()*+;=-]|%[0-9a-f]{2})+$/i;

/**
 * What is wrong with a connection string, by the rules of the client: which would print it whole, with its password, for an option that it does
 * not know, and would take a password that holds an unwritten `@` or `:` for another one.
 *
 * @returns words for the operator that repeat nothing of it but names of options; undefined when nothing is wrong
 */
export const faultOfConnectionString = (text: string): string | undefined => {
  const [matched, login, hosts = '', query] = shape.exec(text) ?? [];
  if (matched === undefined) return 'must be esdb://user:password@host:port,host:port?option=value';
  if (login !== undefined) {
    const parts = login.split(':');
    if (parts.length !== 2 || !parts.every((part) => plain.test(part))) return 'must have user:password before the @, in which signs other than letters, digits and -_.~ are written as %40 and the like';
  }
  if (!hosts.split(',').every((host) => /^[\w.-]+(:\d{1,5})?$/.test(host))) return 'must have hosts with their ports, such as node1:2113,node2:2113';
  for (const option of query === undefined ? [] : query.split('&')) {
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/.exec(option) ?? [];
    const pattern = options[name.toLowerCase().replace(/[_-]/g, '')];
    if (/^tls_?-?verify/i.test(name)) return `must not have the option ${nameable(name)}: certificates are checked; name their authority by tlsCAFile`;
    if (!pattern) return `must not have the option ${nameable(name)}, which there is not`;
    if (!pattern.test(value) || /[?\s]/.test(value)) return `must have another value for the option ${nameable(name)}`;
  }
  return undefined;
};

/** What is no name may be anything. */
const nameable = (name: string): string => (/^\w{1,30}$/.test(name) ? name : '***');

/** Whether the variable DEBUG has the client print connection strings, credentials and events; by the rules of the package `debug`. */
export const printsSecrets = (debug: string): boolean =>
  debug.split(/[\s,]+/).filter((pattern) => pattern !== '' && !pattern.startsWith('-')).some((pattern) => {
    const matching = new RegExp(`^${pattern.split('*').map((part) => part.replace(/\W/g, '\\$&')).join('.*')}$`);
    return clientsLogs.some((name) => matching.test(name));
  });
const clientsLogs = ['esdb', 'esdb:command', 'esdb:command:grpc', 'esdb:connection', 'esdb:events'];
