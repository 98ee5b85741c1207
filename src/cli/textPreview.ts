import { printable } from './audit/printable.js';
import { command, exitCodes, Misuse } from './command.js';
import { serviceDetails, withService } from './remote/service.js';

interface Preview {
  readonly text: string;
  readonly encoding: 'gsm-7' | 'ucs-2';
  readonly length: number;
  readonly segments: number;
  readonly foreign: readonly string[];
  readonly problems: readonly string[];
}

export const textPreview = command({
  description: 'Shows what an SMS would look like, how long it is, and what it costs.',
  options: {
    text: { type: 'string', value: 'TEXT', meaning: 'a text to try, with tags such as {otp}' },
    setting: { type: 'string', value: 'NAME', meaning: 'the text of a setting, such as sms.text.de@sales' },
    realm: { type: 'string', value: 'REALM', meaning: 'the text in force in this realm' },
    language: { type: 'string', value: 'LANGUAGE', meaning: 'the text in force in this language, such as de' },
    json: { type: 'boolean', meaning: 'print JSON' },
  },
  details: `The code and the owner are made up; nothing is sent. Tags and settings: docs/texts.md.\n${serviceDetails}`,
  run: ({ json, ...wanted }, terminal) => {
    if (wanted.text !== undefined && wanted.setting !== undefined) throw new Misuse('--text and --setting exclude each other');
    return withService(terminal, async (service) => {
      const preview = await service.call<Preview>('POST', '/sms-texts/preview', wanted);
      await terminal.out(json ? `${JSON.stringify(preview, undefined, 2)}\n` : inWords(preview));
      return exitCodes.done;
    });
  },
});

const inWords = ({ text, encoding, length, segments, foreign, problems }: Preview): string => [
  ...text.split('\n').map((line) => `  ${printable(line)}`),
  '',
  `${segments} SMS of ${length} ${encoding === 'gsm-7' ? 'septets in the default alphabet' : 'code units in UCS-2'}`,
  ...(foreign.length === 0 ? [] : [`not in the default alphabet: ${foreign.map(printable).join(' ')}`]),
  ...problems.map((problem) => `note: ${printable(problem)}`),
].map((line) => `${line}\n`).join('');
