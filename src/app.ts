import { randomBytes, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { filter, mergeMap, Subject, type Subscription } from 'rxjs';
import type { Logger } from 'pino';
import type { Application } from './application.js';
import { AccountAdministration, leastPassword } from './commands/accountAdministration.js';
import { Authenticate } from './commands/authenticate.js';
import { GatewayAdministration } from './commands/gatewayAdministration.js';
import { MailServerAdministration } from './commands/mailServerAdministration.js';
import { NotificationAdministration, notificationHandler } from './commands/notificationAdministration.js';
import { notificationMessages } from './commands/notificationReceipts.js';
import type { NotificationRule } from './commands/notificationRule.js';
import type { Clock } from './commands/ports.js';
import { RecordReceipt } from './commands/recordReceipt.js';
import { SignInUser } from './commands/signInUser.js';
import { namesIn } from './commands/settingNames.js';
import { SettingsAdministration } from './commands/settingsAdministration.js';
import { TestGateway } from './commands/testGateway.js';
import { TokenAdministration } from './commands/tokenAdministration.js';
import { TokenHandler } from './commands/tokenHandler.js';
import { tokenMessages } from './commands/tokenReceipts.js';
import type { Config } from './config.js';
import { erasuresFile, masterKeyFile } from './dataFolder.js';
import { developmentGateway } from './gateways/development/developmentGateway.js';
import { developmentInbox, type DevelopmentInbox } from './gateways/development/inbox.js';
import { fileGateway } from './gateways/file/fileGateway.js';
import { httpGateway } from './gateways/http/httpGateway.js';
import { openGateways } from './gateways/openGateways.js';
import { mailServerStream, nameOfMailServer } from './events/mailServer.js';
import { serialOf } from './events/token.js';
import type { Message, SendOutcome } from './gateways/gateway.js';
import { gatewayRegistry } from './gateways/registry.js';
import { modemGateway } from './gateways/modem/modemGateway.js';
import { presetKind } from './gateways/presets/presetKind.js';
import { presets } from './gateways/presets/presets.js';
import { scriptGateway } from './gateways/script/scriptGateway.js';
import { sipgateGateway } from './gateways/sipgate/sipgateGateway.js';
import { smppGateway } from './gateways/smpp/smppGateway.js';
import { openMailServers } from './gateways/smtp/mailServers.js';
import { smtpGateway } from './gateways/smtp/smtpGateway.js';
import type { CountedNotification, HttpDependencies } from './http/dependencies.js';
import { storePlace, type StorePlace } from './openStore.js';
import { NotificationQueries } from './projections/notificationQueries.js';
import { Queries } from './projections/queries.js';
import { Trail } from './projections/trail.js';
import { DefinedGateways } from './reactors/definedGateways.js';
import { DeliveryReports } from './reactors/deliveries.js';
import { dispatchSms } from './reactors/dispatchSms.js';
import { WrittenMessages } from './reactors/messageArrivals.js';
import { overheard } from './reactors/overheard.js';
import { expiringChallenges } from './reactors/expireChallenges.js';
import { meetRules, placeOfNotify } from './reactors/notify/meetRules.js';
import { sendDue } from './reactors/notify/sendDue.js';
import { trials } from './reactors/notify/trial.js';
import { hotpCodes } from './security/codes.js';
import { openErasures, type Erasures } from './security/erasures.js';
import { loadMasterKey } from './security/masterKey.js';
import { newPassword } from './security/passwords.js';
import { argonPins, type PinCost } from './security/pins.js';
import type { Secret } from './security/secret.js';
import { makeSessions } from './security/sessions.js';
import { openVault } from './security/vault.js';
import { Journal } from './store/journal.js';
import { openUsers } from './users/openUsers.js';
import { version } from './version.js';

/** A fault of the configuration or of the data folder, in words for the operator; nothing was started. */
export class CannotStart extends Error {}

/** What tests and the bench set otherwise than the configuration can. */
export interface OpenOptions {
  readonly log: Logger;
  readonly clock?: Clock;
  readonly pinCost?: PinCost;
  /** A store in place of the one that the configuration names. */
  readonly store?: StorePlace;
  /** Is shown each message of the development gateway. */
  readonly onDevelopmentMessage?: Parameters<typeof developmentInbox>[0] extends { onMessage?: infer F } | undefined ? F : never;
}

/** The running service. */
export interface Tanager {
  readonly http: HttpDependencies;
  readonly application: Application;
  /** The first administrator's password, if one was made just now: to be shown once. */
  readonly madePassword?: Secret;
  readonly development?: DevelopmentInbox;
  /** Resolves with the reason when the service can work no more and should be started anew. */
  readonly failed: Promise<string>;
  /** Stops the reactors, waits for what was accepted, lets go of everything. */
  close(): Promise<void>;
}

const developmentName = 'development';

/** The only place where concrete parts are put together. When one of them cannot be had, those before it are let go of. @throws CannotStart */
export const openTanager = async (config: Config, options: OpenOptions): Promise<Tanager> => {
  const opened: (() => Promise<void>)[] = [];
  try {
    return await putTogether(config, options, opened);
  } catch (error) {
    // a writer thread that stays behind would keep the process, and the data folder, for ever
    for (const close of opened.reverse()) await close();
    throw error;
  }
};

const putTogether = async (
  config: Config,
  { log, clock = { now: () => new Date() }, pinCost, store: given, onDevelopmentMessage }: OpenOptions,
  toClose: (() => Promise<void>)[],
): Promise<Tanager> => {
  const warn = (problem: string, detail: object) => log.warn(detail, problem);
  const instance = `${hostname()}-${randomUUID().slice(0, 8)}`;

  // ---- secrets
  let fail: (reason: string) => void = () => undefined;
  let fault: string | undefined;
  const failed = new Promise<string>((resolve) => { fail = resolve; });
  const onFault = (reason: string): void => {
    log.error({ reason }, 'the event store cannot be worked with any more');
    fault = reason;
    fail(reason);
  };
  const place = given ?? await storePlace(config, { now: () => clock.now(), onFault, warn }).catch(cannotStart);
  toClose.push(() => place.abandon());
  const master = loadMasterKey({
    given: config.masterKey?.reveal() ?? (config.store === 'memory' ? randomBytes(32).toString('base64') : undefined), file: masterKeyFile(config), mayCreate: place.isNew,
  });
  if (master.kind === 'refused') throw new CannotStart(master.message);
  const opened = await place.open().catch(cannotStart);
  toClose.push(() => opened.store.close());
  const vaultResult = await openVault({ master: master.key, keys: place.keys() });
  if (vaultResult.kind === 'refused') throw new CannotStart(vaultResult.message);
  const { vault } = vaultResult;
  toClose.push(async () => vault.close());
  const pins = argonPins({ pepper: master.key.derive('pin-pepper'), ...(pinCost ? { cost: pinCost } : {}) });
  const codes = hotpCodes;

  // ---- events and what is known of them
  const { store, checkpoints, readModels, alone } = opened;
  const journal = new Journal(store, vault, instance, opened.changed);
  if (opened.stale.length > 0) {
    log.info({ projections: opened.stale }, 'rebuilding read models');
    await opened.rebuild((record) => journal.lookUps(record));
  }
  const erasures = alone ? undefined : openErasures(erasuresFile(config), await store.identity());
  const began = performance.now();
  if (opened.isMadeAnew) log.info('reading the log from its beginning');
  await opened.follow(async (record) => {
    if (record.type === 'PersonErased') erasures?.remember(record);
    return journal.lookUps(record);
  }).catch(cannotStart);
  if (!alone) log.info({ milliseconds: Math.round(performance.now() - began) }, 'the read models have seen what is in the event store');
  const queries = new Queries(readModels, journal, vault, alone ? undefined : () => opened.caughtUp());
  const settings = {
    current: async (realm?: string) => {
      const current = await queries.current(realm);
      // for a first look only: whoever has defined a gateway of his own gets no message on the console by mistake
      const falls = config.development && current.gateways.length === 0 && (await queries.gateways()).length === 0;
      return falls ? { ...current, gateways: [developmentName] } : current;
    },
  };
  const directories = await openUsers(config, { warn: (message) => log.warn(message), splitAtSign: async () => (await queries.current()).splitAtSign });
  if (directories.kind === 'refused') throw new CannotStart(directories.message);
  toClose.push(async () => directories.close());
  const { users } = directories;

  const handler = new TokenHandler(journal, queries, vault, codes, clock);
  const notifications = notificationHandler(journal, clock);
  const arrivals = new WrittenMessages();
  const receipts = new RecordReceipt(queries.messages, arrivals, [tokenMessages(handler, queries.messages), notificationMessages(notifications, queries.messages)]);

  // ---- gateways
  const inbox = config.development ? developmentInbox(onDevelopmentMessage ? { onMessage: onDevelopmentMessage } : {}) : undefined;
  const mailServers = openMailServers((name) => queries.mailServer(name));
  const kinds = gatewayRegistry([
    httpGateway, ...presets.map(presetKind), sipgateGateway, smtpGateway(mailServers), modemGateway, smppGateway,
    scriptGateway({ folder: config.scriptDir }), fileGateway({ folder: config.fileDir }),
    developmentGateway(inbox ?? developmentInbox(), { allowed: config.development }),
  ]);
  const gateways = openGateways(kinds, {
    report: (gateway, error) => log.error({ gateway, err: error }, 'a gateway failed in a way it must not'),
    surroundings: (gateway) => ({ receipt: (receipt) => overheard(receipts, gateway, receipt), warn: (problem) => warn(problem, { gateway }) }),
  });
  const defined = new DefinedGateways({
    gateways, journal, queries, warn, ...(config.development ? { undefinedOne: { name: developmentName, kind: 'development', options: {}, revision: 0 } } : {}),
  });
  const send = (name: string, message: Message): Promise<SendOutcome> => defined.send(name, message);
  const leaseFor = (names: readonly string[]): Promise<number> => defined.leaseFor(names);

  // ---- commands
  const deliveries = new DeliveryReports();
  const notes = new NotificationQueries(readModels, journal);
  const noted = new Subject<CountedNotification>();
  const notifying = {
    journal, tokens: queries, users, settings, clock, handler: notifications, outlets: { sms: send, mail: mailServers }, rule: (name: string) => notes.rule(name),
    leaseFor: async ({ channel }: NotificationRule, ways: readonly string[]) => (channel.kind === 'sms' ? leaseFor(ways) : mailLease),
    instance, alone, warn,
  };
  const accountsSeen = { load: (name: string) => queries.account(name), caughtUp: () => queries.caughtUp() };
  const accounts = new AccountAdministration(journal, accountsSeen, pins, clock);
  const application: Application = {
    authenticate: new Authenticate({ journal, handler, tokens: queries, users, pins, settings, deliveries, clock, leaseFor }),
    tokens: new TokenAdministration({ journal, handler, tokens: queries, users, pins, codes, settings, vault }),
    settings: new SettingsAdministration(journal),
    unknownGateways: async (list) => {
      const names = namesIn(list);
      const found = await Promise.all(names.map((name) => defined.definition(name)));
      return names.filter((_, index) => found[index] === undefined);
    },
    gateways: new GatewayAdministration(journal, (name) => queries.gateway(name)),
    mailServers: new MailServerAdministration(journal, async (name) => (await queries.mailServer(name)) !== undefined),
    notifications: {
      administration: new NotificationAdministration(journal, notifications, async (name) => (await notes.rule(name)) !== undefined),
      queries: notes, trials: trials(notifying),
    },
    testGateway: new TestGateway(journal, (name, message) => defined.try(name, message), () => performance.now(), warn),
    receipts,
    accounts, users, queries, signInUser: new SignInUser(users, vault, journal, accountsSeen, clock), trail: new Trail(journal), head: store.head, now: () => clock.now(), version,
    caughtUp: () => queries.caughtUp(),
    ready: async () => {
      const problem = fault ?? opened.problem();
      const problems: string[] = problem === undefined ? [] : [`event store: ${problem}`];
      await store.readAll(0, 1).catch((error: Error) => problems.push(`event store: ${error.message}`));
      // without a user directory codes that are on their way can still be answered by their transaction, and another instance has no other directory
      return { ready: problems.length === 0, problems: [...problems, ...directories.problems()] };
    },
  };
  if (erasures && opened.isMadeAnew) await forgetAnew(erasures, application, log);
  const madePassword = await firstAdministrator(config, application, log);

  // ---- reactors
  await placeOfNotify({ checkpoints, journal });
  const reactors: Subscription[] = [
    dispatchSms({
      journal, handler, settings, users, deliveries, arrivals, clock, send, leaseFor, instance, alone, warn, unsent: (now, limit) => queries.unsent(now, limit, { instance, alone }),
    }).subscribe(),
    defined.keepOpen().subscribe(),
    // what was removed lets go of its connections
    onChange(journal, mailServerStream(''), async (stream) => {
      const server = nameOfMailServer(stream);
      if ((await queries.mailServer(server)) === undefined) await mailServers.forget(server);
    }, warn),
    meetRules({
      journal, tokens: queries, checkpoints, handler: notifications, clock, warn, count: (...asked) => notes.count(...asked),
      suppressed: (rule) => noted.next({ rule, outcome: 'suppressed' }), caughtUp: () => queries.caughtUp(),
    }).subscribe(),
    sendDue({
      ...notifying, due: (now, limit) => notes.due(now, limit, alone ? instance : undefined), awaitBeforeClosing: (sending) => deliveries.awaitBeforeClosing(sending),
      written: (gateway, messageId) => arrivals.written(gateway, messageId), ended: (rule, outcome) => noted.next({ rule, outcome }),
    }).subscribe(),
    expiringChallenges({ handler, clock, overdue: (now, limit, by) => queries.overdue(now, limit, by), instance, alone, warn }).subscribe(),
  ];

  const http: HttpDependencies = {
    application, gatewayKinds: kinds, sessions: makeSessions({ key: master.key.derive('session-signing'), now: () => clock.now() }),
    mailDesk: mailServers, dialect: config.dialect, trustedProxies: config.trustedProxies, log, sends: defined.sends, gatewayStatus: (name) => defined.status(name),
    readCallback: (name, callback) => defined.receive(name, callback), notifications: noted,
    ...(inbox ? { development: { anyClient: false, messages: () => developmentMessages(inbox) } } : {}),
  };
  return {
    http, application, failed,
    ...(madePassword ? { madePassword } : {}),
    ...(inbox ? { development: inbox } : {}),
    close: async () => {
      reactors.forEach((reactor) => reactor.unsubscribe());
      await gateways.close();
      await mailServers.close();
      await deliveries.idle();
      await store.close();
      await vault.close();
      directories.close();
      defined.close();
      noted.complete();
    },
  };
};

/** Calls `act` with every stream of a family that this instance has written to. */
const onChange = (journal: Journal, prefix: string, act: (stream: string) => Promise<void>, warn: (problem: string, detail: object) => void): Subscription =>
  journal.changed.pipe(
    filter(({ stream }) => stream.startsWith(prefix)),
    mergeMap(({ stream }) => act(stream).catch((error: unknown) => warn('a definition cannot be read', { stream, err: error }))),
  ).subscribe();

/** The longest time-out that a mail server may have, and some more for its connection; in milliseconds. */
const mailLease = 660_000;

const cannotStart = (error: unknown): never => {
  throw new CannotStart((error as Error).message, { cause: error });
};

/** A store that was restored from a backup has the keys of people again who were forgotten since. */
const forgetAnew = async (erasures: Erasures, { tokens }: Application, log: Logger): Promise<void> => {
  for (const stream of erasures.lost()) {
    const serial = serialOf(stream);
    const id = randomUUID();
    const erased = await tokens.erase(serial, { commandId: id, actor: { kind: 'system', name: 'erasures' }, correlationId: id });
    // enrolled and erased since: the log knows nothing of either
    if (erased.kind === 'refused' && erased.reason === 'unknown-token') continue;
    if (erased.kind === 'refused') throw new CannotStart(`the person of token ${serial} was forgotten, and is known again by the event store; the key cannot be destroyed: ${erased.message}`);
    if (erased.changed) log.warn({ serial }, 'the event store was restored from before a person was forgotten: forgotten once more');
  }
  erasures.settle();
};

/** Makes the first administrator where there is none. @returns the password if it had to be made up */
const firstAdministrator = async (config: Config, { accounts, queries }: Application, log: Logger): Promise<Secret | undefined> => {
  if (await queries.hasAccounts()) return undefined;
  const password = config.adminPassword ?? newPassword();
  const context = { commandId: randomUUID(), actor: { kind: 'system', name: 'first start' } as const, correlationId: 'first start' };
  if (password.reveal().length < leastPassword) log.warn('TANAGER_ADMIN_PASSWORD is short: good enough for a trial, not for a service');
  const made = await accounts.create(config.adminUser, password, context, { anyLength: true });
  // another instance that starts at the same time may have been faster
  if (made.kind === 'refused' && (await queries.hasAccounts())) return undefined;
  // another instance that starts at the same time was faster
  if (made.kind === 'refused' && made.reason === 'exists') return undefined;
  if (made.kind === 'refused') throw new CannotStart(`the first administrator could not be made: ${made.message}`);
  return config.adminPassword ? undefined : password;
};

const developmentMessages = (inbox: DevelopmentInbox) =>
  inbox.messages().map(({ gateway, to, text, reference, at }) => ({ gateway, to, text: text.reveal(), reference, sentAt: at })).reverse();
