import { connect, isIP, type Socket } from 'node:net';
import { buildConnector } from 'undici';
import { decoded } from './address.js';

/** The proxy said no, or did not speak as it should; the message is fit for a reason. */
export class SocksRefusal extends Error {}

/** RFC 1928, 6. */
const replies: Readonly<Record<number, string>> = {
  2: 'the proxy does not let us through', 3: 'the proxy has no way to the network', 4: 'the proxy has no way to the host', 5: 'the connection was refused behind the proxy', 6: 'the connection timed out behind the proxy',
};

/**
 * Connects through a SOCKS5 proxy (RFC 1928), with name and password where it wants them (RFC 1929). The proxy looks names up.
 * @param tls for what is behind the proxy; `timeout` in milliseconds holds for the way through the proxy, and again for TLS
 */
export const socksConnector = (proxy: URL, tls: buildConnector.BuildOptions & { readonly timeout: number }): buildConnector.connector => {
  const secure = buildConnector(tls);
  return (options, callback) => {
    const port = Number(options.port || (options.protocol === 'https:' ? 443 : 80));
    openTunnel(proxy, options.hostname, port, tls.timeout).then(
      (socket) => (options.protocol === 'https:' ? secure({ ...options, httpSocket: socket }, callback) : callback(null, socket)),
      (error: Error) => callback(error, null),
    );
  };
};

const openTunnel = async (proxy: URL, host: string, port: number, timeout: number): Promise<Socket> => {
  const socket = connect({ host: proxy.hostname.replace(/^\[|\]$/g, ''), port: Number(proxy.port || 1080), noDelay: true });
  let fault: Error | undefined;
  const note = (error: Error): void => void (fault ??= error);
  socket.on('error', note);
  const timer = setTimeout(() => socket.destroy(new SocksRefusal('the proxy did not answer in time')), timeout);
  try {
    await converse(socket, { username: decoded(proxy.username), password: decoded(proxy.password) }, host, port);
    return socket;
  } catch (error) {
    socket.destroy();
    throw fault ?? error;
  } finally {
    clearTimeout(timer);
    if (!fault) socket.off('error', note);
  }
};

const converse = async (socket: Socket, { username, password }: { username: string; password: string }, host: string, port: number): Promise<void> => {
  const withPassword = username !== '' || password !== '';
  socket.write(Buffer.from(withPassword ? [5, 2, 0, 2] : [5, 1, 0]));
  const [version, method] = await take(socket, 2);
  if (version !== 5) throw new SocksRefusal('the proxy does not speak SOCKS5');
  if (method === 2 && withPassword) {
    socket.write(Buffer.concat([Buffer.from([1]), counted(username), counted(password)]));
    const [, status] = await take(socket, 2);
    if (status !== 0) throw new SocksRefusal('the proxy wants other credentials');
  } else if (method !== 0) throw new SocksRefusal('the proxy wants credentials');
  // addresses may be given as names too; every proxy reads them
  const name = host.replace(/^\[|\]$/g, '');
  const address = isIP(name) === 4 ? Buffer.from([1, ...name.split('.').map(Number)]) : Buffer.concat([Buffer.from([3]), counted(name)]);
  socket.write(Buffer.concat([Buffer.from([5, 1, 0]), address, Buffer.from([port >> 8, port & 0xff])]));
  const [, reply = 1, , type] = await take(socket, 4);
  if (reply !== 0) throw new SocksRefusal(replies[reply] ?? `the proxy answered ${reply}`);
  await take(socket, (type === 1 ? 4 : type === 4 ? 16 : (await take(socket, 1))[0]!) + 2);
};

/** A text after its length. */
const counted = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  if (bytes.length > 255) throw new SocksRefusal('a name or a password is too long for the proxy');
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
};

/** The next bytes; what comes after them is left for whoever reads on. */
const take = (socket: Socket, count: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const done = (result: () => void): void => {
      socket.off('readable', read).off('close', gone).off('end', gone);
      result();
    };
    const read = (): void => {
      const bytes = socket.read(count) as Buffer | null;
      // at the end of the stream fewer bytes are given
      if (bytes) done(() => (bytes.length === count ? resolve(bytes) : reject(new SocksRefusal('the proxy broke off'))));
    };
    const gone = (): void => done(() => reject(new SocksRefusal('the proxy broke off')));
    socket.on('readable', read).on('close', gone).on('end', gone);
    if (socket.destroyed) gone();
    else read();
  });
