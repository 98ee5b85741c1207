import { BlockList, isIP } from 'node:net';
import type { Context } from '../commands/context.js';

/**
 * A RADIUS server tells for whom it asks, by the parameter `client`; only those that are trusted are believed.
 * @param trusted addresses and networks, separated by commas; behind `>` may stand for whom one may ask: `10.0.0.5 > 10.1.0.0/16`
 * @returns the address that goes into the trail
 */
export const onBehalf = <C extends Pick<Context, 'client'>>(context: C, client: unknown, trusted: string): C => {
  const { client: sender } = context;
  if (sender === undefined || typeof client !== 'string' || isIP(client) === 0) return context;
  const isBelieved = trusted.split(',').some((entry) => {
    const [proxy = '', clients] = entry.split('>').map((network) => network.trim());
    return isWithin(sender, proxy) && (clients === undefined || isWithin(client, clients));
  });
  return isBelieved ? { ...context, client } : context;
};

const isWithin = (address: string, network: string): boolean => {
  const [base = '', bits] = network.split('/');
  const family = familyOf(base);
  if (family === undefined || family !== familyOf(address)) return false;
  const list = new BlockList();
  if (bits === undefined) list.addAddress(base, family);
  else if (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 'ipv4' ? 32 : 128)) list.addSubnet(base, Number(bits), family);
  return list.check(address, family);
};

const familyOf = (address: string): 'ipv4' | 'ipv6' | undefined => ([undefined, 'ipv4', 'ipv6'] as const)[[0, 4, 6].indexOf(isIP(address))];
