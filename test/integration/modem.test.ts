import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SerialPort } from 'serialport';
import { modemContract } from '../contract/modem.js';
import { temporaryFolder } from '../fixtures/folder.js';
import { describeWith, startProgram, type Program } from './program.js';

/** A pair of pseudo-terminals: what is written to one comes out of the other, as with a serial cable. */
const layCable = async (ours: string, theirs: string): Promise<Program> => {
  const socat = startProgram('socat', ['-d', '-d', `pty,raw,echo=0,link=${ours}`, `pty,raw,echo=0,link=${theirs}`]);
  await socat.says(/starting data transfer loop/);
  return socat;
};

describeWith({ socat: 'socat' }, 'a modem at a pseudo-terminal', () => {
  modemContract(async (modem) => {
    const folder = temporaryFolder();
    const [ours, theirs] = [join(folder, 'ttyGateway'), join(folder, 'ttyModem')];
    let cable: Program | undefined;
    let end: SerialPort | undefined;
    const plugIn = async (): Promise<void> => {
      cable = await layCable(ours, theirs);
      const port = new SerialPort({ path: theirs, baudRate: 115_200, autoOpen: false });
      await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
      end = port;
      modem.attach(port);
    };
    const unplug = async (): Promise<void> => {
      const closed = new Promise<void>((resolve) => (end?.isOpen ? end.close(() => resolve()) : resolve()));
      await closed;
      await cable?.stop();
      if (existsSync(ours)) throw new Error('socat left its link behind');
    };
    await plugIn();
    return { port: ours, unplug, plugIn, close: unplug };
  });
});
