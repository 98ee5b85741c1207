import { join } from 'node:path';
import { refused } from '../checked.js';
import type { Gateway, GatewayKind, Message, SendOutcome } from '../gateway.js';
import { numberWriter } from '../number.js';
import { gammuFile } from './gammuFile.js';
import { linotpFileForm } from './linotpForm.js';
import { fileOptions, type FileOptions } from './options.js';
import { fileWithin, folderWithin } from './place.js';
import { appendToFile, replaceFile } from './write.js';

/** A gateway that writes files, for tests and for machines without a network. @param folder the only one that may be written in */
export const fileGateway = ({ folder, now = () => new Date() }: { folder: string | undefined; now?: () => Date }): GatewayKind<FileOptions> => ({
  kind: 'file',
  description: 'Writes messages to files, for tests and for whoever carries them on, such as gammu-smsd',
  schema: folder === undefined ? refused('is not available: TANAGER_FILE_DIR has to name the folder that may be written in') : fileOptions(folder),
  forms: [linotpFileForm],
  timeout: () => 10_000,
  // one after the other, so that every line stays whole
  concurrency: () => 1,
  open: (_, options) => open(folder!, options, now),
});

/** Milliseconds after which a disk that does not answer is given up; below the time-out of the kind. */
const patience = 9_000;

const open = (root: string, options: FileOptions, now: () => Date): Gateway => {
  const number = numberWriter(options.number);
  const writing = new Set<Promise<SendOutcome>>();
  let serial = 0;

  const write = async (message: Message, to: string): Promise<SendOutcome> => {
    if (options.format === 'gammu') {
      const folder = folderWithin(root, options.folder);
      const file = gammuFile(message, to, { deliveryReport: options.deliveryReport, now: now(), serial: (serial = (serial + 1) % 1000) });
      if ('problem' in file) return { kind: 'rejected', reason: file.problem };
      if ('problem' in folder) return { kind: 'unavailable', reason: `folder ${folder.problem}` };
      await replaceFile(join(folder.path, file.name), file.content);
      return { kind: 'sent' };
    }
    const place = fileWithin(root, options.file);
    if ('problem' in place) return { kind: 'unavailable', reason: `file ${place.problem}` };
    const text = message.text.reveal();
    if (options.format === 'last') await replaceFile(place.path, Buffer.from(`${to}:${text}`));
    else await appendToFile(place.path, Buffer.from(`${JSON.stringify({ time: now().toISOString(), to, text, reference: message.reference, validity: Math.max(0, Math.floor(message.validity)) })}\n`));
    return { kind: 'sent' };
  };

  return {
    send: async (message) => {
      const to = number(message.to);
      if (typeof to !== 'string') return { kind: 'rejected', reason: to.problem };
      const written = write(message, to).catch((error: NodeJS.ErrnoException): SendOutcome => (
        { kind: 'unavailable', reason: `the file cannot be written (${error.code ?? 'unknown'})` }));
      writing.add(written);
      void written.then(() => writing.delete(written));
      return inTime(written);
    },
    close: async () => void (await Promise.all([...writing].map(inTime))),
  };
};

/** A disk of the network may hang for ever. */
const inTime = async (written: Promise<SendOutcome>): Promise<SendOutcome> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<SendOutcome>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'unknown', reason: 'the file was not written in time' }), patience);
  });
  return Promise.race([written, late]).finally(() => clearTimeout(timer));
};
