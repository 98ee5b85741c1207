import { isTrue, knownSettings } from '../../commands/settingNames.js';
import type { Queries } from '../../projections/queries.js';
import type { Caller } from './caller.js';

const name = 'hide.reasons';

/** Whether a caller may be told why an attempt was refused: administrators always, others unless it was turned off. */
export const mayKnowWhy = async (caller: Caller, queries: Queries): Promise<boolean> => {
  if (caller.kind === 'administrator') return true;
  const set = (await queries.settings()).find(({ key }) => key === name)?.value;
  return !isTrue(set ?? knownSettings[name]!.standard);
};
