import { Router, type Request, type Response } from 'express';
import type { Outcome } from '../../../commands/outcome.js';
import { Secret } from '../../../security/secret.js';
import { readBody } from '../../body.js';
import type { HttpDependencies } from '../../dependencies.js';
import { contextOf } from '../../requestContext.js';
import { mannerOf } from '../manner.js';
import { refuseMethod, sendPage } from '../sending.js';
import { linotpSettings, type LinotpSettings } from '../settings.js';
import { transactionOf } from '../transactions.js';
import { showPage, type View } from './form.js';
import { isFromOtherSite } from './otherSite.js';
import { pages, withoutBlanks, type LoginPage } from './pages.js';
import { challengeInWords, isUndecided, refusalInWords } from './words.js';

/** Pages for people who log in or try out a token. Whoever is let in has proved it to himself only: there is no session. */
export const loginPages = (with_: HttpDependencies): Router => {
  const router = Router();
  for (const page of pages) {
    for (const path of page.paths) {
      router.route(path)
        .get((request, response) => showPage(response, blank(page, request, with_)))
        .post((request, response) => submit(page, request, response, with_))
        .all((request, response) => refuseMethod(['GET', 'POST'], request, response));
    }
  }
  router.use((_, response) => sendPage(response, 404));
  return router;
};

const blank = (page: LoginPage, { baseUrl }: Request, { application }: HttpDependencies): View =>
  ({ page, place: baseUrl, realms: application.users.realms(), user: '', show: { kind: 'form' } });

const submit = async (page: LoginPage, request: Request, response: Response, with_: HttpDependencies): Promise<void> => {
  const { application: { authenticate, queries, now } } = with_;
  const view = blank(page, request, with_);
  const turnDown = (status: number, text: string): void => showPage(response.status(status), { ...view, notice: { kind: 'problem', text } });
  if (isFromOtherSite(request)) return turnDown(403, 'This form was sent by another site, and nothing was done. Type it in here if you meant it.');
  const read = await readBody(request);
  if (read.kind !== 'read') return turnDown(read.kind === 'too-large' ? 413 : 400, read.message);
  const given = (name: string): string | undefined => read.body.fields.find(([its]) => its === name)?.[1];
  const user = given('user') ?? '';
  const transactionId = given('transactionid');
  if (transactionId === undefined && user === '') return turnDown(400, 'The user name is missing.');

  const settings = await linotpSettings(queries);
  const attempt = transactionId === undefined
    ? { login: user, realm: given('realm') || undefined, ...page.attempt((name) => given(name) ?? '', settings) }
    : { transactionId: transactionOf(transactionId), pass: new Secret(withoutBlanks(given('otp') ?? '')) };
  const outcome = await authenticate.check({ ...attempt, ...mannerOf(settings) }, contextOf(request));
  if (outcome.kind === 'refused' && isUndecided(outcome)) response.status(503);
  showPage(response, { ...view, user: user.slice(0, longestName), ...shown(page, outcome, transactionId, settings, now()) });
};

const longestName = 255;

/** What each outcome shows. */
const shown = (page: LoginPage, outcome: Outcome, answers: string | undefined, settings: LinotpSettings, now: Date): Pick<View, 'show' | 'notice'> => {
  switch (outcome.kind) {
    case 'accepted':
      return { show: { kind: 'end' }, notice: { kind: 'accepted', text: 'That was right: you would be let in.' } };
    case 'challenged': {
      const notice = { kind: 'sent', text: challengeInWords(outcome, now) } as const;
      return page.asksForCode ? { show: { kind: 'code', transactionId: outcome.transactionId }, notice } : { show: { kind: 'end' }, notice };
    }
    case 'refused': {
      const hidden = settings.hidesReasons;
      const notice = { kind: 'problem', text: refusalInWords(outcome, hidden, answers !== undefined) } as const;
      // another code helps only while the challenge waits for one, and that is not told where reasons are hidden
      const again = answers !== undefined && (hidden || outcome.reason === 'wrong-code' || isUndecided(outcome));
      return { show: again ? { kind: 'code', transactionId: answers } : { kind: 'form' }, notice };
    }
  }
};
