import type { Response } from 'express';
import { STATUS_CODES } from 'node:http';
import { z } from 'zod';

/** What went wrong with a request, as RFC 9457 writes it down. Refused logins are no problems but answers. */
export interface Problem {
  readonly kind: 'problem';
  readonly status: number;
  /** Stable name of what is wrong; clients decide by it. */
  readonly code: string;
  /** For people. Never repeats a secret. */
  readonly detail: string;
  /** The one wrong field, or the first of several. */
  readonly field?: string;
  /** All wrong fields, where there are several. */
  readonly errors?: readonly FieldFault[];
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FieldFault {
  /** Path of the field in what was sent: `info.cost-centre`. */
  readonly field: string;
  readonly problem: string;
}

export const problem = (status: number, code: string, detail: string, more: Pick<Problem, 'field' | 'errors' | 'headers'> = {}): Problem => ({
  kind: 'problem', status, code, detail, ...more,
});

/** The fields of an answer of type application/problem+json. */
export const problemDetails = z.object({
  type: z.string().describe('`urn:tanager:problem:` and the code'),
  title: z.string().describe('The HTTP status in words'),
  status: z.int(),
  detail: z.string().describe('What is wrong, for people'),
  instance: z.string().describe('`urn:uuid:` and the id of the request, under which it stands in the log'),
  code: z.string().describe('Stable name of what is wrong'),
  field: z.string().optional().describe('The field that is wrong'),
  errors: z.array(z.object({ field: z.string(), problem: z.string() })).optional().describe('Every wrong field'),
}).meta({ id: 'Problem', description: 'What is wrong with the request (RFC 9457)' });

export const sendProblem = (response: Response, { status, code, detail, field, errors, headers = {} }: Problem): void => {
  const details: z.infer<typeof problemDetails> = {
    type: `urn:tanager:problem:${code}`, title: STATUS_CODES[status] ?? 'Error', status, detail, instance: `urn:uuid:${response.locals['requestId']}`, code,
    ...(field === undefined ? {} : { field }), ...(errors === undefined ? {} : { errors: [...errors] }),
  };
  response.status(status).set(headers).type('application/problem+json').send(JSON.stringify(details));
};
