import { z } from 'zod';
import type { RememberedChallenge } from '../../projections/queries.js';
import type { HttpDependencies } from '../dependencies.js';
import { refusalOf } from './changes.js';
import { value, type Answer } from './envelope.js';
import { notFound } from './errors.js';
import { offsetOf, pageLinks, pageNumber, pageOf } from './pages.js';
import { name, wholeNumber } from './parameters.js';
import { fits } from './patterns.js';
import { route, type Call } from './route.js';
import { httpDate } from './times.js';

const listParameters = z.object({
  serial: name.optional(), transaction_id: name.optional(), sortby: name.optional(), sortdir: name.optional(), page: pageNumber, pagesize: wholeNumber.default(15),
});

/** Challenges that nobody has answered. What was answered is no longer there, as in privacyIDEA; the trail has it. */
const challenges = async ({ parameters }: Call<z.infer<typeof listParameters>>, { application: { queries } }: HttpDependencies): Promise<Answer> => {
  const { serial, transaction_id: transactionId, sortby, sortdir } = parameters;
  const page = pageOf(parameters.page, parameters.pagesize);
  const all = await queries.challenges(serial?.includes('*') ? undefined : serial);
  const records = all
    .filter((each) => isThere(each) && (serial === undefined || fits(each.serial, serial)) && (transactionId === undefined || fits(each.challenge.transactionId, transactionId)))
    .sort((a, b) => (sortdir === 'desc' ? -1 : 1) * (sortKey(a, sortby) < sortKey(b, sortby) ? -1 : 1))
    .map(recordOf);
  const { count, ...links } = pageLinks(records.length, page);
  return value({ challenges: records.slice(offsetOf(page), offsetOf(page) + page.size), count, current: page.page, ...links, redis_cache_enabled: false });
};

/** privacyIDEA clears what has expired away with the token's next success. */
const isThere = ({ challenge: { status, expiresAt }, token }: RememberedChallenge): boolean =>
  status === 'open' || ((status === 'superseded' || status === 'expired') && !(token.lastSuccessAt !== undefined && token.lastSuccessAt > expiresAt));

const sortKey = ({ serial, challenge }: RememberedChallenge, by = 'timestamp'): string =>
  by === 'serial' ? serial : by === 'transaction_id' ? challenge.transactionId : by === 'expiration' ? challenge.expiresAt : challenge.issuedAt;

const recordOf = ({ serial, challenge: { transactionId, issuedAt, expiresAt, answers } }: RememberedChallenge) => ({
  serial, transaction_id: transactionId, challenge: '', data: {}, timestamp: httpDate(issuedAt), expiration: httpDate(expiresAt),
  received_count: answers, otp_received: answers > 0, otp_valid: false,
});

const cancelParameters = z.object({ transaction_id: z.string().max(100) });

const cancel = async ({ parameters: { transaction_id: transactionId }, context }: Call<z.infer<typeof cancelParameters>>, { application: { queries, tokens } }: HttpDependencies): Promise<Answer> => {
  const serials = await queries.inTransaction(transactionId);
  if (serials.length === 0) return notFound('The requested challenge could not be found.');
  for (const serial of serials) {
    const refused = refusalOf(await tokens.cancelChallenge(serial, transactionId, context()), serial);
    if (refused) return refused;
  }
  return value(serials.length);
};

const all = { methods: ['GET'], access: 'administrator', parameters: listParameters, answer: challenges } as const;
export const tokenChallengeRoutes = [
  route({ ...all, path: '/token/challenges/' }),
  route({ ...all, path: '/token/challenges' }),
  route({ ...all, path: '/token/challenges/:serial' }),
  route({ methods: ['DELETE'], path: '/token/challenges/transaction/:transaction_id', access: 'administrator', parameters: cancelParameters, answer: cancel }),
];
