import { done } from '../change.js';
import type { Context } from '../context.js';
import type { SettingsReader } from '../ports.js';
import { resetFailCounter } from '../resetFailCounter.js';
import { isLocked, realmOf } from '../token.js';
import type { Facts } from '../tokenHandler.js';
import { candidatesOf, type Candidate, type LoginDependencies } from './attempt.js';

/** Lets tokens go that were locked for as long as the settings of their realm want. @returns all of them, as they are now */
export const unlockInTime = async (with_: LoginDependencies, candidates: readonly Candidate[], context: Context): Promise<readonly Candidate[]> => {
  const over = (await Promise.all(candidates.map(async (candidate) => ((await isOver(candidate.facts, with_.settings)) ? [candidate.serial] : [])))).flat();
  if (over.length === 0) return candidates;
  const unlocking = { ...context, commandId: `${context.commandId}/unlock` };
  await Promise.all(over.map((serial) => with_.handler.handle(serial, unlocking, async (facts) => ((await isOver(facts, with_.settings)) ? resetFailCounter(facts) : done([])))));
  return candidatesOf(with_, candidates.map(({ serial }) => serial));
};

const isOver = async ({ token, now }: Facts, settings: SettingsReader): Promise<boolean> => {
  if (!isLocked(token) || token.lockedAt === undefined) return false;
  const { lockedFor } = await settings.current(realmOf(token));
  return lockedFor > 0 && now.getTime() >= Date.parse(token.lockedAt) + lockedFor * 60_000;
};
