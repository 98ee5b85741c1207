import { randomBytes } from 'node:crypto';
import { tokenStream } from '../events/token.js';
import type { Secret } from '../security/secret.js';
import type { Journal } from '../store/journal.js';
import { adjustToken, type AdjustToken } from './adjustToken.js';
import { assignToken, unassignToken } from './assignToken.js';
import { refusal } from './change.js';
import { changePhone } from './changePhone.js';
import { cancelChallenge } from './closeChallenge.js';
import type { Context } from './context.js';
import { deleteToken, erasePerson } from './deleteToken.js';
import { enrolToken } from './enrolToken.js';
import type { Change } from './outcome.js';
import type { Codes, Pins, SettingsReader, Tokens, Users, Vault } from './ports.js';
import { resetFailCounter } from './resetFailCounter.js';
import { resyncCounter } from './resyncCounter.js';
import { setPin } from './setPin.js';
import { disableToken, enableToken, revokeToken } from './switchToken.js';
import type { Decision, Facts, TokenHandler } from './tokenHandler.js';
import { adjustmentFault, enrolmentFault, phoneFault, pinFault, type Enrolment } from './tokenLimits.js';

export interface TokenAdministrationDependencies {
  readonly journal: Journal;
  readonly handler: TokenHandler;
  readonly tokens: Tokens;
  readonly users: Users;
  readonly pins: Pins;
  readonly codes: Codes;
  readonly settings: SettingsReader;
  readonly vault: Vault;
}

/** Everything that administrators do with tokens. Checks what comes from outside, then has the token decide. */
export class TokenAdministration {
  constructor(private readonly with_: TokenAdministrationDependencies) {}

  async enrol(wish: Enrolment, context: Context): Promise<Change<{ serial: string }>> {
    const { users, pins, codes, settings, handler } = this.with_;
    const fault = enrolmentFault(wish);
    if (fault) return fault;
    const defaults = await settings.current();
    const owner = wish.login === undefined ? undefined : await users.find(wish.login, wish.realm);
    if (wish.login !== undefined && !owner) return refusal('unknown-user', 'There is no such user.', 'user');
    if (wish.dynamicPhone && !owner) return refusal('invalid', 'Without an owner there is no number to be read.', 'dynamicPhone');
    const algorithm = wish.algorithm ?? 'sha1';
    const pinHash = wish.pin && wish.pin.reveal() !== '' ? await pins.hash(wish.pin) : undefined;
    const enrolAs = async (serial: string, renew: boolean): Promise<Change<{ serial: string }>> => {
      const answer = await handler.handle(serial, context, (facts) => enrolToken(facts, {
        seed: (wish.seed ?? codes.newSeed(algorithm)).reveal(), digits: wish.digits ?? defaults.digits, algorithm, phone: wish.phone,
        dynamicPhone: wish.dynamicPhone ?? false, description: wish.description, maxFail: wish.maxFail ?? defaults.maxFail,
        countWindow: defaults.countWindow, syncWindow: defaults.syncWindow, gateway: wish.gateway,
        realms: [...(wish.realms ?? []), ...(!owner && wish.realm ? [wish.realm] : [])], pinHash,
        owner: owner && { login: owner.login, realm: owner.realm, resolver: owner.resolver, userId: owner.userId }, renew,
      }));
      return answer.kind === 'done' ? { ...answer, value: { serial } } : answer;
    };
    if (wish.serial !== undefined) return enrolAs(wish.serial, wish.renew ?? false);
    // a serial that was made must be nobody's, whatever may be renewed
    let answer = await enrolAs(newSerial(wish.prefix), false);
    for (let attempt = 1; attempt < serialAttempts && answer.kind === 'refused' && answer.reason === 'exists'; attempt++) answer = await enrolAs(newSerial(wish.prefix), false);
    return answer;
  }

  async assign(serial: string, login: string, realm: string | undefined, context: Context): Promise<Change> {
    const owner = await this.with_.users.find(login, realm);
    if (!owner) return refusal('unknown-user', 'There is no such user.', 'user');
    return this.decide(serial, context, async (facts) => {
      const present = facts.token.owner;
      const login = present && (await this.with_.journal.unseal(tokenStream(serial), present.login));
      return assignToken(facts, { login: owner.login, realm: owner.realm, resolver: owner.resolver, userId: owner.userId },
        present && login !== undefined ? { login, realm: present.realm } : undefined);
    });
  }

  unassign(serial: string, context: Context): Promise<Change> {
    return this.decide(serial, context, unassignToken);
  }

  async setPin(serial: string, pin: Secret, context: Context): Promise<Change> {
    const fault = pinFault(pin);
    if (fault) return fault;
    const hash = pin.reveal() === '' ? undefined : await this.with_.pins.hash(pin);
    return this.decide(serial, context, (facts) => setPin(facts, hash));
  }

  /** @param phone undefined: the owner's number in the user directory is read at each send */
  async changePhone(serial: string, phone: string | undefined, context: Context): Promise<Change> {
    return (phone === undefined ? undefined : phoneFault(phone)) ?? this.decide(serial, context, (facts) => changePhone(facts, phone));
  }

  async adjust(serial: string, wish: AdjustToken, context: Context): Promise<Change> {
    return adjustmentFault(wish) ?? this.decide(serial, context, (facts) => adjustToken(facts, wish));
  }

  enable(serial: string, context: Context): Promise<Change> {
    return this.decide(serial, context, enableToken);
  }

  disable(serial: string, context: Context): Promise<Change> {
    return this.decide(serial, context, disableToken);
  }

  revoke(serial: string, context: Context): Promise<Change> {
    return this.decide(serial, context, revokeToken);
  }

  resetFailCounter(serial: string, context: Context): Promise<Change> {
    return this.decide(serial, context, resetFailCounter);
  }

  resync(serial: string, first: Secret, second: Secret, context: Context): Promise<Change<boolean>> {
    return this.decide<boolean>(serial, context, (facts) => resyncCounter(facts, first, second));
  }

  cancelChallenge(serial: string, transactionId: string, context: Context): Promise<Change> {
    return this.decide(serial, { ...context, correlationId: transactionId }, (facts) => cancelChallenge(facts, transactionId, 'administrator'));
  }

  remove(serial: string, context: Context): Promise<Change> {
    return this.decide(serial, context, deleteToken);
  }

  /** Destroys the data key of the token: seed, number, owner and addresses are readable by nobody any more, in the trail neither. */
  async erase(serial: string, context: Context): Promise<Change> {
    return this.with_.handler.handle(serial, context, async (facts, revision) => {
      const everExisted = revision >= 0;
      // in the token's turn: nothing may be sealed under a new key before the event that says that it is unreadable
      if (everExisted) await this.with_.vault.destroy(tokenStream(serial));
      return erasePerson(facts, everExisted);
    });
  }

  private decide<T = undefined>(serial: string, context: Context, decide: (facts: Facts) => Decision<Change<T>> | Promise<Decision<Change<T>>>): Promise<Change<T>> {
    return this.with_.handler.handle(serial, context, decide);
  }
}

/** As long as the old servers' serials, but without a number that tells how many tokens there are. */
const newSerial = (prefix = 'TNGR'): string => `${prefix}${randomBytes(4).toString('hex').toUpperCase()}`;
const serialAttempts = 10;
