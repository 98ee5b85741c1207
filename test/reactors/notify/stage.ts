import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filter, firstValueFrom, from, mergeMap } from 'rxjs';
import type { Tanager } from '../../../src/app.js';
import { notificationRule } from '../../../src/commands/notificationRule.js';
import type { NotificationView } from '../../../src/projections/notifications.js';
import { temporaryFolder } from '../../fixtures/folder.js';
import { asAdmin, secret } from '../../fixtures/service.js';

/** Environment with users who have numbers and addresses: alice, and bob who has none. */
export const withUsers = (): Record<string, string> => {
  const file = join(temporaryFolder(), 'users');
  writeFileSync(file, 'alice:*:1:1:Alice Liddell,,+49 170 5550001,,alice@example.com:/:/\nbob:*:2:2:Bob:/:/\n', { mode: 0o600 });
  return { TANAGER_USERS_FILE: file };
};

const must = async (change: Promise<{ kind: string }>): Promise<void> => expect(await change).toMatchObject({ kind: 'done' });

export const defineGateway = (service: Tanager, url: string, name = 'main') => must(service.application.gateways.define({
  name, kind: 'http', written: { options: { url: `${url}/${name}`, query: { to: '{phone}', text: '{text}', ref: '{reference}' }, messageId: { after: 'ID: ' } } },
}, asAdmin()));

/** Defines as the API does: checked, with defaults. */
export const define = (service: Tanager, name: string, rule: object) => must(service.application.notifications.administration.define(name, notificationRule.parse(rule), asAdmin()));

export const enrol = (service: Tanager, serial: string, over: object = {}) => must(service.application.tokens.enrol(
  { serial, login: 'alice', phone: '+49 170 1234567', pin: secret('pin'), maxFail: 1, ...over }, asAdmin()));

/** Locks a token whose limit is one wrong attempt. */
export const lock = (service: Tanager, serial: string) => service.application.authenticate.check(
  { serial, pass: secret('wrong'), newTransactionId: () => '00000000000000000001' }, { ...asAdmin(), actor: { kind: 'user' } });

export const notifications = (service: Tanager, narrowing: Parameters<Tanager['application']['notifications']['queries']['notifications']>[0] = {}) =>
  service.application.notifications.queries.notifications(narrowing, 100);

/** Waits until so many notifications stand in a state; gives them, newest first. */
export const until = (service: Tanager, state: NotificationView['state'], count = 1): Promise<readonly NotificationView[]> =>
  firstValueFrom(service.application.head.pipe(mergeMap(() => from(notifications(service, { state }))), filter(({ length }) => length >= count)));

/** The events of one notification, or of all. */
export const trail = async (service: Tanager, id?: string) => {
  const { events } = await service.application.trail.page(id === undefined ? {} : { stream: `notification-${id}` }, { limit: 1000, order: 'asc' });
  return events.filter(({ type }) => type.startsWith('Notification') && !type.startsWith('NotificationRule'));
};
