import { realpathSync } from 'node:fs';
import { refused } from '../checked.js';
import { excerpt } from '../excerpt.js';
import type { Gateway, GatewayKind, Message, SendOutcome } from '../gateway.js';
import { numberWriter } from '../number.js';
import { sentAs } from '../sentAs.js';
import { scriptOptions, type ScriptOptions } from './options.js';
import { privacyideaScriptForm } from './privacyideaForm.js';
import { findProgram } from './program.js';
import { run, type Ending } from './run.js';

/** A gateway that runs a program of the operator's. @param folder the only one that programs may be in; without it there are none */
export const scriptGateway = ({ folder }: { folder: string | undefined }): GatewayKind<ScriptOptions> => ({
  kind: 'script',
  description: 'Runs a program of one folder, with the number as its argument and the text as its input',
  schema: folder === undefined ? refused('is not available: TANAGER_SCRIPT_DIR has to name the folder of the programs') : scriptOptions(folder),
  forms: [privacyideaScriptForm],
  timeout: ({ timeout }) => timeout * 1000,
  concurrency: () => 10,
  open: (_, options) => open(folder!, options),
});

/** Programs of one gateway that may run at once where nobody waits for them. */
const mostRunning = 50;

const open = (folder: string, options: ScriptOptions): Gateway => {
  const number = numberWriter(options.number);
  const running = new Set<Promise<unknown>>();

  return {
    send: async (message) => {
      const to = number(message.to);
      if (typeof to !== 'string') return { kind: 'rejected', reason: to.problem };
      // it may have been changed since the gateway was defined
      const program = findProgram(folder, options.script);
      if ('problem' in program) return { kind: 'unavailable', reason: `script ${program.problem}` };
      if (running.size >= mostRunning) return { kind: 'unavailable', reason: 'too many runs of the script have not ended' };
      const { started, ended } = run(program.path, {
        args: ['--', to], input: message.text.reveal(), env: environment(message), cwd: realpathSync(folder), time: options.timeout * 1000,
      });
      const entry = ended.finally(() => running.delete(entry));
      running.add(entry);
      if (options.wait) return outcomeOf(await ended, message, to);
      const failure = await started;
      return failure ? outcomeOf(failure, message, to) : { kind: 'sent' };
    },
    close: async () => void (await Promise.all(running)),
  };
};

/** What a program is told beside number and text. Nothing of ours is passed on: it holds keys. */
const environment = ({ reference, validity }: Message): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
  LANG: 'C.UTF-8',
  TANAGER_REFERENCE: reference,
  TANAGER_VALIDITY: String(Math.max(0, Math.floor(validity))),
});

/** EX_TEMPFAIL of sysexits(3): it could not serve now. */
const temporaryFailure = 75;

const outcomeOf = (ending: Ending, message: Message, to: string): SendOutcome => {
  switch (ending.kind) {
    case 'not started':
      return { kind: 'unavailable', reason: `the script could not be started (${ending.code})` };
    case 'time-out':
      return { kind: 'unknown', reason: 'the script did not end in time and was killed' };
    case 'signal':
      return { kind: 'unknown', reason: `the script was killed (${ending.signal})` };
    case 'exit': {
      if (ending.status === 0) return sentAs(/^ID:[ \t]*([\x21-\x7e]{1,128})[ \t]*\r?(\n|$)/.exec(ending.stdout)?.[1], message);
      const said = excerpt(ending.stderr, [message.text.reveal(), message.to, to]);
      const reason = `the script ended with status ${ending.status}${said === '' ? '' : `: ${said}`}`;
      return { kind: ending.status === temporaryFailure ? 'unavailable' : 'rejected', reason };
    }
  }
};
