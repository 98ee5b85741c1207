import type { TokenDraft } from '../events/token.js';
import { done, unknownToken } from './change.js';
import type { Change } from './outcome.js';
import type { Token } from './token.js';
import type { Decision, Facts } from './tokenHandler.js';

/** What may be changed of a token besides owner, PIN and number; only what is given is changed. Empty texts clear. */
export interface AdjustToken {
  readonly maxFail?: number;
  readonly digits?: number;
  readonly algorithm?: Token['algorithm'];
  readonly countWindow?: number;
  readonly syncWindow?: number;
  /** Names, separated by commas, tried in this order. */
  readonly gateway?: string;
  readonly validFrom?: string;
  readonly validUntil?: string;
  readonly maxLogins?: number;
  readonly maxSuccesses?: number;
  readonly description?: string;
  readonly realms?: readonly string[];
  /** Free attributes: a value sets, null removes. */
  readonly info?: Readonly<Record<string, string | null>>;
}

export const adjustToken = ({ token }: Facts, { description, realms, info = {}, ...limits }: AdjustToken): Decision<Change> => {
  if (token.life === 'absent') return unknownToken();
  const events: TokenDraft[] = [];
  if (Object.values(limits).some((value) => value !== undefined)) events.push({ type: 'TokenAdjusted', data: limits });
  if (description !== undefined) events.push({ type: 'TokenDescribed', data: { description } });
  if (realms !== undefined) events.push({ type: 'TokenRealmsSet', data: { realms: [...realms] } });
  for (const [key, value] of Object.entries(info)) {
    if (value !== null) events.push({ type: 'TokenInfoSet', data: { key, value } });
    else if (Object.hasOwn(token.info, key)) events.push({ type: 'TokenInfoRemoved', data: { key } });
  }
  return done(events);
};
