import { randomUUID } from 'node:crypto';
import type { RecordReceipt } from '../commands/recordReceipt.js';
import type { Receipt } from '../gateways/gateway.js';

/**
 * A receipt that a gateway heard on a line of its own.
 * @returns false for a message that nobody knows
 * @throws Error when it could not be written down; the gateway must not acknowledge it
 */
export const overheard = async (receipts: RecordReceipt, gateway: string, receipt: Receipt): Promise<boolean> => {
  const settled = await receipts.record(gateway, receipt, { actor: { kind: 'system', name: `gateway ${gateway}` }, correlationId: randomUUID() });
  if (typeof settled === 'object') throw new Error(settled.message);
  return settled !== 'unknown';
};
