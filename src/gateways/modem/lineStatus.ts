import type { GatewayStatus } from '../gateway.js';
import type { Connection } from './connection.js';
import { operator, registration, signal } from './network.js';
import type { Times } from './times.js';

/** Longest time in milliseconds that an operator waits for the status. */
const statusPatience = 10_000;

/** How the modem stands in its network. */
export const lineStatus = async (connection: Connection, times: Times): Promise<GatewayStatus> => {
  const { lastFault } = connection;
  const past: GatewayStatus['details'] = lastFault ? { lastFault: lastFault.problem, lastFaultAt: lastFault.at.toISOString() } : {};
  // a message may take a minute, and an operator who looks must not wait for it
  if (connection.busy) return { state: 'up', details: { sending: true, ...past } };
  return connection.inTurn(async () => {
    const session = await connection.session(statusPatience);
    if ('problem' in session) return { state: 'down', details: { fault: session.problem, ...past } };
    const { dialogue, ready } = session;
    const state = await registration(dialogue, times.command);
    if (state === 'lost') {
      connection.drop(session, 'the modem does not answer');
      return { state: 'down', details: { fault: 'the modem does not answer', ...past } };
    }
    const strength = await signal(dialogue, times.command);
    const network = await operator(dialogue, times.command);
    return {
      state: state.registered ? 'up' : 'down',
      details: {
        network: state.words, ...(network === undefined ? {} : { operator: network }), ...(strength === undefined ? {} : { signalDbm: strength }),
        serviceCentre: ready.serviceCentre, receipts: ready.receipts, ...past,
      },
    };
  });
};
