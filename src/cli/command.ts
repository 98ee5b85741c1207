import type { ConfigFiles } from '../configSources.js';

/** What a command ends with; part of the interface, since scripts look at it. */
export const exitCodes = {
  done: 0,
  /** It was tried and did not work. */
  failed: 1,
  /** The command line or the configuration is wrong; nothing was tried. */
  misused: 2,
  /** What was asked for is not there. */
  notFound: 3,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The world as a command sees it. */
export interface Terminal {
  /** Resolves when the text is taken, so that a slow reader slows the writer. */
  out(text: string): Promise<void>;
  err(text: string): Promise<void>;
  /** Whether a person sees what `err` says at once, so that a line may be written over. */
  readonly live: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files: ConfigFiles;
  now(): Date;
  /** Aborted by the first SIGINT or SIGTERM from now on; the second ends the process at once. A command that never asks is ended by the first. */
  stopped(): AbortSignal;
}

interface Option {
  readonly type: 'string' | 'boolean';
  /** What stands for the value in the help text. */
  readonly value?: string;
  readonly meaning: string;
}
export type Options = Readonly<Record<string, Option>>;
export type Given<O extends Options> = { readonly [Name in keyof O]?: O[Name]['type'] extends 'boolean' ? boolean : string };

export interface Command<O extends Options = Options> {
  /** One or two sentences for the help text. */
  readonly description: string;
  readonly options: O;
  /** More for the help text: lines of at most 100 characters. */
  readonly details?: string;
  run(given: Given<O>, terminal: Terminal): Promise<ExitCode>;
}

/** Ties the options of a command to the parameter of its `run`. */
export const command = <const O extends Options>(definition: Command<O>): Command<O> => definition;

/** A wrong command line, in words for the user. */
export class Misuse extends Error {}
