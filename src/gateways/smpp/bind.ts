import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { readCertificates } from '../certificates.js';
import { encodeBind } from './bodies.js';
import { speak, type Connection, type Incoming } from './connection.js';
import type { SmppOptions } from './options.js';
import { commands } from './pdu.js';
import { inWords } from './statuses.js';

/**
 * Connects and binds.
 * @returns the connection, or why there is none, in words; then nothing is left open
 */
export const bind = async (options: SmppOptions, incoming: Incoming): Promise<Connection | { readonly problem: string }> => {
  const { systemId, password, systemType } = options;
  const end = performance.now() + options.connectTimeout * 1000;
  const socket = await connected(options);
  if ('problem' in socket) return socket;
  const connection = speak(socket, { heartbeat: options.heartbeat * 1000, incoming });
  const command = options.bind === 'transmitter' ? commands.bindTransmitter : commands.bindTransceiver;
  const body = encodeBind({ systemId, password: password?.reveal() ?? '', systemType });
  const answer = await connection.request(command, body, Math.max(1, end - performance.now()));
  if (answer.kind === 'answer' && answer.status === 0) return connection;
  connection.end('the bind failed');
  if (answer.kind === 'answer') return { problem: `the SMSC refused the bind: ${inWords(answer.status)}` };
  return { problem: answer.kind === 'no answer' ? 'the SMSC did not answer the bind in time' : 'the SMSC ended the connection instead of answering the bind' };
};

/** A socket that is connected, for TLS with its certificate checked. */
const connected = ({ host, port, tls, connectTimeout }: SmppOptions): Promise<Socket | { readonly problem: string }> =>
  new Promise((resolve) => {
    const socket = tls ? connectTls({ host, port, ...trust(tls), ...(/^[\d.:]+$/.test(host) ? {} : { servername: host }) }) : connectPlain({ host, port });
    const fail = (problem: string): void => {
      clearTimeout(timer);
      // a late error must find somebody who hears it
      socket.on('error', () => undefined).destroy();
      resolve({ problem });
    };
    const timer = setTimeout(() => fail('there was no connection in time'), connectTimeout * 1000);
    const failed = (error: NodeJS.ErrnoException): void => fail(`the SMSC was not reached (${/^\w+$/.test(error.code ?? '') ? error.code : 'unknown'})`);
    socket.on('error', failed);
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      socket.off('error', failed).setNoDelay(true);
      resolve(socket);
    });
  });

const trust = ({ verify = true, ca }: NonNullable<SmppOptions['tls']>) => {
  const authorities = ca === undefined ? undefined : readCertificates(ca);
  if (authorities && 'problem' in authorities) throw new Error(`certificates were not checked: ${authorities.problem}`);
  return { rejectUnauthorized: verify, ...(authorities ? { ca: [...authorities] } : {}) };
};
