import { tokenStream, type TokenDraft, type TokenEvent } from '../events/token.js';
import { Secret } from '../security/secret.js';
import type { Journal } from '../store/journal.js';
import type { Context } from './context.js';
import { Handler, type Decision as AnyDecision, type Undecided } from './handler.js';
import type { Clock, Codes, Tokens, Vault } from './ports.js';
import { evolve, initialToken, type Token } from './token.js';

export type Decision<Answer> = AnyDecision<Answer, TokenDraft>;

/** What a decision about a token is made on. Pure functions of it decide; see the other files of this folder. */
export interface Facts {
  readonly token: Token;
  readonly now: Date;
  /** HOTP of this token at a counter; only for comparing and for sending. */
  readonly codeAt: (counter: number) => Secret;
}

/** The handler of token streams: hands every decision the code function of its token. */
export class TokenHandler {
  readonly #handler: Handler<Token, TokenEvent, TokenDraft>;

  constructor(
    journal: Journal,
    tokens: Tokens,
    private readonly vault: Vault,
    private readonly codes: Codes,
    private readonly clock: Clock,
  ) {
    const snapshot = async (serial: string) => {
      const found = await tokens.load(serial);
      return found && { state: found.token, revision: found.revision };
    };
    this.#handler = new Handler({ stream: tokenStream, initial: initialToken, evolve, snapshot }, journal, clock);
  }

  handle<Answer>(serial: string, context: Context, decide: (facts: Facts, revision: number) => Decision<Answer> | Promise<Decision<Answer>>): Promise<Answer | Undecided> {
    return this.#handler.handle(serial, context, async (token, now, revision) => decide({ token, now, codeAt: await this.codeOf(serial, token) }, revision));
  }

  /** The token as it stands, without a decision. */
  async facts(serial: string): Promise<Facts> {
    const { state: token } = await this.#handler.load(serial);
    return { token, now: this.clock.now(), codeAt: await this.codeOf(serial, token) };
  }

  private async codeOf(serial: string, token: Token): Promise<(counter: number) => Secret> {
    const key = await this.vault.readerFor(tokenStream(serial));
    return (counter) => {
      const seed = token.seed && key.unseal(token.seed);
      if (seed === undefined) throw new Error(`token ${serial} has no seed to compute a code with`);
      return this.codes.code(new Secret(seed), counter, token.digits, token.algorithm);
    };
  }
}
