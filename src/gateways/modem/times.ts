/** How long the driver has patience, in milliseconds; the time-out of a message is an option. */
export interface Times {
  /** For the answer to a plain command. */
  readonly command: number;
  /** For a first sign of life, before it is asked for again. */
  readonly sign: number;
  /** For the prompt after `AT+CMGS`. */
  readonly prompt: number;
  /** For a SIM card or a registration that is just coming, looked at every `poll`. */
  readonly settle: number;
  readonly poll: number;
  /** Between attempts to open a line that was lost: the first pause, and the longest. */
  readonly again: number;
  readonly longestPause: number;
  /** Between looks at a modem that has nothing to do. */
  readonly heartbeat: number;
}

export const usualTimes: Times = { command: 5_000, sign: 1_000, prompt: 10_000, settle: 20_000, poll: 500, again: 1_000, longestPause: 60_000, heartbeat: 60_000 };
