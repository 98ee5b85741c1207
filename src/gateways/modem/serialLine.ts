import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import type { Line, OpenLine } from './line.js';

/**
 * Opens a serial port. The library with its native code is loaded with the first port, so that a service without a modem runs where the
 * code does not.
 */
export const serialLine = ({ port, baudRate }: { readonly port: string; readonly baudRate: number }): OpenLine => async () => {
  try {
    // the library tells faults by sentences only; the system tells the usual ones by their codes
    if (port.startsWith('/')) {
      if (!(await stat(port)).isCharacterDevice()) return { problem: 'the port is no serial port' };
      await access(port, constants.R_OK | constants.W_OK);
    }
    const { SerialPort } = await import('serialport');
    return await new Promise<Line>((resolve, reject) => {
      const stream = new SerialPort({ path: port, baudRate }, (error) => {
        if (error) reject(error);
        else resolve({ stream, close: () => new Promise((closed) => (stream.isOpen ? stream.close(() => closed()) : closed())) });
      });
    });
  } catch (error) {
    return { problem: problemOf(error as NodeJS.ErrnoException) };
  }
};

/** In words, and what to do about it. The path is not repeated: whoever reads this knows the definition. */
export const problemOf = ({ code, message }: { readonly code?: string | undefined; readonly message: string }): string => {
  if (code === 'ENOENT' || code === 'ENXIO' || code === 'ENODEV' || /no such (file|device)/i.test(message)) return 'there is no such port: the modem is not plugged in, or the port has another name';
  if (code === 'EACCES' || code === 'EPERM' || /permission denied|access denied/i.test(message)) {
    return 'the service may not use the port: add the user that it runs as to the group that owns the port, which is dialout on Debian (usermod -aG dialout <user>), and start it again';
  }
  if (code === 'EBUSY' || /cannot lock|busy|temporarily unavailable/i.test(message)) return 'another program uses the port';
  if (code === 'ERR_DLOPEN_FAILED' || code === 'MODULE_NOT_FOUND' || /native build/i.test(message)) return 'the library for serial ports does not run on this machine';
  return 'the port cannot be opened';
};
