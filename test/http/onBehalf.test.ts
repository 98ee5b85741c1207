import { onBehalf } from '../../src/http/onBehalf.js';

const asked = (client: unknown, trusted: string, sender: string | undefined = '10.0.0.5'): string | undefined => onBehalf(sender === undefined ? {} : { client: sender }, client, trusted).client;

it.each([
  ['nobody is trusted', '192.0.2.7', '', '10.0.0.5'],
  ['an address is', '192.0.2.7', '10.0.0.9, 10.0.0.5', '192.0.2.7'],
  ['a network is', '192.0.2.7', '10.0.0.0/8', '192.0.2.7'],
  ['another one is', '192.0.2.7', '10.1.0.0/16', '10.0.0.5'],
  ['it may ask for this network', '192.0.2.7', '10.0.0.5 > 192.0.2.0/24', '192.0.2.7'],
  ['it may ask for another one', '192.0.2.7', '10.0.0.5 > 198.51.100.0/24', '10.0.0.5'],
  ['the client is IPv6', '2001:db8::7', '10.0.0.5', '2001:db8::7'],
  ['it is no address', 'radius', '10.0.0.5', '10.0.0.5'],
  ['it is no text', 7, '10.0.0.5', '10.0.0.5'],
  ['the list is no list', '192.0.2.7', '10.0.0.0/99, /8, > ,', '10.0.0.5'],
])('where %s, %j asked for by 10.0.0.5 with %j is %j', (_, client, trusted, believed) => expect(asked(client, trusted)).toBe(believed));

it('believes nobody whose own address is not known', () => expect(onBehalf({}, '192.0.2.7', '0.0.0.0/0')).toEqual({}));
