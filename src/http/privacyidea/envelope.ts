import type { Response } from 'express';
import type { WireError } from './errors.js';

/** What a login says besides yes and no. */
export type Detail = Readonly<Record<string, unknown>>;
export type Authentication = 'ACCEPT' | 'CHALLENGE' | 'REJECT';

export type Answer =
  | {
      readonly kind: 'value';
      readonly value: unknown;
      readonly detail?: Detail;
      /** Only answers to sign-ins have it, and another id. */
      readonly authentication?: Authentication;
    }
  | WireError
  /** Neither envelope nor JSON. */
  | { readonly kind: 'plain'; readonly status: number; readonly type: string; readonly body: string };

export const value = (result: unknown, detail?: Detail): Answer => ({ kind: 'value', value: result, ...(detail ? { detail } : {}) });
export const verdict = (authentication: Authentication, result: unknown, detail?: Detail): Answer =>
  ({ kind: 'value', value: result, authentication, ...(detail ? { detail } : {}) });

/** Release of privacyIDEA whose wire forms these are: clients switch features on by it. */
const spoken = '3.13.3';
/** Clients that log it want a whole number; there is one thread. */
const threadid = 1;

/**
 * Writes an answer in privacyIDEA's envelope.
 * @param nonce what the client sent to find it again
 */
export const sendAnswer = (response: Response, answer: Answer, { nonce, now, version }: { nonce: unknown; now: Date; version: string }): void => {
  if (answer.kind === 'plain') {
    response.status(answer.status).type(answer.type).end(answer.body);
    return;
  }
  const common = { jsonrpc: '2.0', time: now.getTime() / 1000, version: `Tanager ${version}`, ...(typeof nonce === 'string' && nonce !== '' ? { nonce } : {}) };
  if (answer.kind === 'error') {
    const { status, code, message, detail } = answer;
    response.status(status).json({ ...common, id: 1, detail, result: { status: false, error: { code, message } } });
    return;
  }
  const { value: result, detail, authentication } = answer;
  response.status(200).json({
    ...common, id: authentication ? 2 : 1, versionnumber: spoken,
    result: { status: true, value: result, ...(authentication ? { authentication } : {}) },
    ...(detail && Object.keys(detail).length > 0 ? { detail: { ...detail, threadid } } : {}),
  });
};
