import { exitCodes, type ExitCode } from '../command.js';

/** The service was not reached or said no; in words for the user. */
export class ServiceRefused extends Error {
  constructor(message: string, readonly exitCode: ExitCode) {
    super(message);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name cannot be looked up now',
  ECONNRESET: 'the connection was closed',
  UND_ERR_SOCKET: 'the connection was closed',
  UND_ERR_CONNECT_TIMEOUT: 'it did not answer in time',
  UND_ERR_HEADERS_TIMEOUT: 'it did not answer in time',
};

/** @param error of fetch, which keeps the cause inside */
export const unreachable = (address: string, error: unknown): ServiceRefused => {
  const { cause, message } = error as Error & { readonly cause?: NodeJS.ErrnoException };
  const reason = reasons[cause?.code ?? ''] ?? cause?.code ?? cause?.message ?? message;
  return new ServiceRefused(`the service at ${address} cannot be reached: ${reason}; is it running? (TANAGER_URL)`, exitCodes.failed);
};

/** The fields that are read of problem details (RFC 9457). */
interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly field?: string;
}

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && typeof (value as Partial<Problem>).code === 'string' && typeof (value as Partial<Problem>).detail === 'string';

/** @param answer what was answered, where it was JSON */
export const refusalOf = (address: string, status: number, answer: unknown): ServiceRefused => {
  if (!isProblem(answer)) return new ServiceRefused(`what answers at ${address} is not this service (HTTP status ${status}) (TANAGER_URL)`, exitCodes.failed);
  const { detail, field } = answer;
  if (status === 401) return new ServiceRefused(`${detail} (TANAGER_API_KEY)`, exitCodes.misused);
  const message = field === undefined || detail.includes(field) ? detail : `${field}: ${detail}`;
  return new ServiceRefused(message, status === 404 ? exitCodes.notFound : status === 400 ? exitCodes.misused : exitCodes.failed);
};
