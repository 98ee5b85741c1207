import type { Line } from './line.js';
import { lineReader } from './lineReader.js';
import { readFault, type ModemFault } from './modemFault.js';

/** How a command ended. */
export type Answer =
  | { readonly kind: 'ok'; readonly lines: readonly string[] }
  | { readonly kind: 'prompt' }
  | { readonly kind: 'fault'; readonly fault: ModemFault }
  /** No end came in time; `lines` came. */
  | { readonly kind: 'silent'; readonly lines: readonly string[] }
  /** The line was lost; `lines` came before. */
  | { readonly kind: 'gone'; readonly lines: readonly string[] };

export interface Question {
  /** Milliseconds. */
  readonly timeout: number;
  /** Lines that belong to the answer; any other line is the modem speaking by itself. */
  readonly answer?: RegExp;
  /** An OK without a line of the answer is a late one, of a command before this: it is passed over. */
  readonly certain?: boolean;
  /** Waits for the prompt, and passes over every OK before it. */
  readonly prompt?: boolean;
}

/** Question and answer with a modem, one at a time (ITU-T V.250, 3GPP TS 27.007). */
export interface Dialogue {
  /** Writes a command line, and waits for its end. */
  ask(command: string, question: Question): Promise<Answer>;
  /** Writes something that is no command line, such as an SMS after the prompt. */
  write(text: string, question: Question): Promise<Answer>;
  /** Writes ESC, which takes a modem out of its prompt without sending anything. */
  abort(): void;
  /** Resolves when the line is lost or closed. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/** Lines that announce one more line (3GPP TS 27.005, 3.4.1). */
const announcement = /^\+(CDS|CMT|CBM):/;

/**
 * @param heard is told of what the modem says by itself, with the line that it announced
 */
export const openDialogue = (line: Line, heard: (text: string, announced?: string) => void): Dialogue => {
  let waiting: (Question & { readonly lines: string[]; settle(answer: Answer): void }) | undefined;
  let announced: string | undefined;
  let gone = false;

  const unasked = (text: string): void => {
    if (announcement.test(text)) announced = text;
    else heard(text);
  };
  const take = (text: string): void => {
    if (announced !== undefined) {
      const before = announced;
      announced = undefined;
      // a modem that drops the second line must not cost the answer that comes instead
      if (/^[0-9A-F]+$/i.test(text)) return heard(before, text);
    }
    const fault = readFault(text);
    if (!waiting) return unasked(text);
    if (fault) return waiting.settle({ kind: 'fault', fault });
    if (text === 'OK') {
      if (!waiting.prompt && !(waiting.certain && waiting.lines.length === 0)) waiting.settle({ kind: 'ok', lines: waiting.lines });
      return;
    }
    if (waiting.answer?.test(text)) waiting.lines.push(text);
    else unasked(text);
  };

  const end = (resolve: () => void) => (): void => {
    gone = true;
    waiting?.settle({ kind: 'gone', lines: waiting.lines });
    resolve();
  };
  const ended = new Promise<void>((resolve) => {
    for (const event of ['close', 'end', 'error']) line.stream.on(event, end(resolve));
  });
  line.stream.on('data', lineReader({ line: take, prompt: () => waiting?.settle({ kind: 'prompt' }), promptDue: () => waiting?.prompt === true }));

  const write = (text: string, question: Question): Promise<Answer> => {
    if (gone) return Promise.resolve({ kind: 'gone', lines: [] });
    return new Promise((resolve) => {
      const lines: string[] = [];
      const settle = (answer: Answer): void => {
        clearTimeout(timer);
        waiting = undefined;
        resolve(answer);
      };
      const timer = setTimeout(() => settle({ kind: 'silent', lines }), Math.max(0, question.timeout));
      waiting = { ...question, lines, settle };
      line.stream.write(Buffer.from(text, 'latin1'));
    });
  };

  return {
    write,
    ask: (command, question) => write(`${command}\r`, question),
    abort: () => void (gone || line.stream.write(Buffer.of(0x1b))),
    ended,
    close: async () => {
      gone = true;
      waiting?.settle({ kind: 'gone', lines: waiting.lines });
      await line.close();
    },
  };
};
