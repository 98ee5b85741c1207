import { configOf } from '../configuration.js';
import { Misuse, type ExitCode, type Terminal } from '../command.js';
import { printable } from '../audit/printable.js';
import { addressOf } from './address.js';
import { refusalOf, ServiceRefused, unreachable } from './refusal.js';

/** The running service, as it is open to an administrator's API key. */
export interface Service {
  /**
   * Calls the native API.
   * @param path below /v1, with its names encoded
   * @param body sent as JSON; nothing where it is undefined
   * @returns what was answered; undefined for an answer without a body
   * @throws ServiceRefused when it was not reached or said no
   */
  call<Answer>(method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<Answer>;
}

/** Lines of the help text of every command that talks to the service. */
export const serviceDetails = `Talks to the running service at TANAGER_URL with the API key TANAGER_API_KEY, which an administrator gets from
POST /v1/api-keys (docs/api.md).`;

/** Gives a command the running service; what that refuses is told in words, and is the exit code. @throws Misuse when there is no key */
export const withService = async (terminal: Terminal, use: (service: Service) => Promise<ExitCode>): Promise<ExitCode> => {
  const { config } = configOf(terminal);
  if (config.apiKey === undefined) throw new Misuse('TANAGER_API_KEY is not set: this command talks to the running service and needs an API key (POST /v1/api-keys, docs/api.md)');
  try {
    return await use(serviceAt(addressOf(config), config.apiKey.reveal().trim()));
  } catch (error) {
    if (!(error instanceof ServiceRefused)) throw error;
    await terminal.err(`tanager: ${printable(error.message)}\n`);
    return error.exitCode;
  }
};

const serviceAt = (address: string, apiKey: string): Service => ({
  call: async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const answer = await fetch(`${address}/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${apiKey}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // the key is for this service and nobody whom it may name
      redirect: 'manual',
    }).then(async (response) => ({ status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() }))
      .catch((error: unknown) => { throw unreachable(address, error); });
    if (answer.status === 204) return undefined as Answer;
    const json = /^application\/(problem\+)?json\b/.test(answer.type) ? parsed(answer.text) : undefined;
    if (answer.status >= 200 && answer.status < 300 && json !== undefined) return json as Answer;
    throw refusalOf(address, answer.status, json);
  },
});

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
