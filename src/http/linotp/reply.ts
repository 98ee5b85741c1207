/** What an action says, before it is written in the forms of LinOTP. */
export type Reply = Result | Failure | Text | Bare | Csv;

/** The JSON envelope. */
export interface Result {
  readonly kind: 'result';
  readonly value: unknown;
  /** A constant of the endpoint; smspin puts the challenge there. */
  readonly id: unknown;
  readonly detail?: object;
  /** False: the attempt itself could not be dealt with, which only check_s says. */
  readonly status?: boolean;
  /** HTTP status; 200 when left out. */
  readonly http?: number;
  /** Values of `Set-Cookie`. */
  readonly cookies?: readonly string[];
}

/** An error of an administrative action. */
export interface Failure {
  readonly kind: 'failure';
  readonly code: number;
  /** Without its code. */
  readonly message: string;
  readonly id: number;
  readonly http?: number;
}

/** The body of simplecheck. */
interface Text {
  readonly kind: 'text';
  readonly text: string;
}

/** A JSON document without the envelope, which only the audit has. */
interface Bare {
  readonly kind: 'bare';
  readonly document: object;
}

/** A file with a line for each record, for `outform=csv`. */
interface Csv {
  readonly kind: 'csv';
  readonly lines: readonly (readonly unknown[])[];
  /** Between two cells. */
  readonly delimiter: string;
}

/** Administrative actions and `/validate` number their answers differently. */
export const administrative = 1;
export const validation = 0;

export const result = (value: unknown, more: Partial<Omit<Result, 'kind' | 'value'>> = {}): Result => ({ kind: 'result', value, id: administrative, ...more });
