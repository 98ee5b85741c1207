import type { Queries } from '../../projections/queries.js';
import { settingTexts } from '../settings.js';
import type { Caller } from './caller.js';

/** Whether a caller may be told why an attempt was refused: administrators always, others unless it was turned off. */
export const mayKnowWhy = async (caller: Caller, queries: Queries): Promise<boolean> =>
  caller.kind === 'administrator' || !(await settingTexts(queries)).isTrue('hide.reasons');
