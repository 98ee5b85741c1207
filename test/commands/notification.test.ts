import {
  abandonAttempt, claimAttempt, endAttempt, evolveNotification, fallDue, initialNotification, isToBeAttempted, mostAttempts, park, recordTry, retry,
  type Meeting, type Notification,
} from '../../src/commands/notification.js';
import type { NotificationDraft, NotificationEvent } from '../../src/events/notification.js';
import type { Decision } from '../../src/commands/handler.js';
import { at } from '../fixtures/tokenSpec.js';

const meeting: Meeting = { rule: 'r', eventId: 'e', eventType: 'TokenLocked', eventPosition: 7, subject: 'token-T1', subjectRevision: 3 };
const happened = (draft: NotificationDraft, seconds = 0, origin = 'here') => ({ ...draft, recordedAt: at(seconds).toISOString(), origin }) as NotificationEvent;
const fold = (...events: readonly NotificationEvent[]): Notification => events.reduce(evolveNotification, initialNotification);
const due = happened({ type: 'NotificationDue', data: meeting });
const claimed = (attempt: number, seconds = 0, origin = 'here', recipients = 1, ruleRevision = 0) =>
  happened({ type: 'NotificationClaimed', data: { attempt, recipients, ruleRevision, leaseUntil: at(seconds + 60).toISOString() } }, seconds, origin);
const sent = (recipient = 0) => happened({ type: 'NotificationSent', data: { recipient, via: 'g' } });
const failed = (attempt = 1, reason = 'no credit') => happened({ type: 'NotificationFailed', data: { attempt, recipient: 0, via: 'g', outcome: 'rejected', reason } });
const postponed = (attempt: number, seconds: number) => happened({ type: 'NotificationPostponed', data: { attempt, retryAt: at(seconds).toISOString() } });
const parked = happened({ type: 'NotificationParked', data: { reason: 'no credit' } });
const types = ({ events }: Decision<unknown>) => events.map(({ type }) => type);
const claim = { instance: 'here', alone: false, recipients: 1, ruleRevision: 0, lease: 60_000 };

describe('an event that meets a rule', () => {
  const limits = { perHour: 3, perTokenPerHour: 2 };
  it('makes a notification due', () => expect(fallDue(initialNotification, meeting, limits, { inAll: 2, aboutToken: 1 })).toEqual({ events: [{ type: 'NotificationDue', data: meeting }], answer: 'due' }));
  it('does so once', () => {
    for (const before of [fold(due), fold(due, claimed(1), sent()), fold(due, parked)]) expect(fallDue(before, meeting, limits, { inAll: 0, aboutToken: 0 })).toEqual({ events: [], answer: 'known' });
  });
  it.each([[{ inAll: 3, aboutToken: 0 }, 'perHour'], [{ inAll: 2, aboutToken: 2 }, 'perTokenPerHour']])('is suppressed beyond a limit: %j', (count, limit) =>
    expect(fallDue(initialNotification, meeting, limits, count)).toEqual({ events: [{ type: 'NotificationSuppressed', data: { ...meeting, limit } }], answer: 'suppressed' }));
});

describe('who may attempt', () => {
  it('is whoever claims it', () => expect(claimAttempt(fold(due), at(0), claim)).toEqual({
    events: [{ type: 'NotificationClaimed', data: { attempt: 1, recipients: 1, ruleRevision: 0, leaseUntil: at(60).toISOString() } }], answer: { attempt: 1, told: [] },
  }));
  it('is nobody else while the lease runs', () => {
    expect(claimAttempt(fold(due, claimed(1)), at(59), { ...claim, instance: 'there' }).answer).toBeUndefined();
    expect(claimAttempt(fold(due, claimed(1)), at(60), { ...claim, instance: 'there' }).answer).toEqual({ attempt: 2, told: [] });
  });
  it('need not wait for a process that must be dead', () => {
    expect(isToBeAttempted(fold(due, claimed(1, 0, 'there')), at(1), { instance: 'here', alone: true })).toBe(true);
    expect(isToBeAttempted(fold(due, claimed(1, 0, 'here')), at(1), { instance: 'here', alone: true })).toBe(false);
  });
  it('is nobody before the pause is over, and nobody once it was sent, parked or suppressed', () => {
    expect(isToBeAttempted(fold(due, claimed(1), failed(), postponed(1, 30)), at(29), claim)).toBe(false);
    expect(isToBeAttempted(fold(due, claimed(1), failed(), postponed(1, 30)), at(30), claim)).toBe(true);
    for (const over of [fold(due, claimed(1), sent()), fold(due, parked), fold(happened({ type: 'NotificationSuppressed', data: { ...meeting, limit: 'perHour' } }))]) {
      expect(isToBeAttempted(over, at(9999), claim)).toBe(false);
    }
  });
  it('passes over who was told, unless the rule has changed since', () => {
    const half = fold(due, claimed(1, 0, 'here', 2), sent(1), failed(), postponed(1, 30));
    expect(claimAttempt(half, at(30), { ...claim, recipients: 2 }).answer).toEqual({ attempt: 2, told: [1] });
    expect(claimAttempt(half, at(30), { ...claim, recipients: 2, ruleRevision: 1 }).answer).toEqual({ attempt: 2, told: [] });
    expect(fold(due, claimed(1, 0, 'here', 2), sent(1), postponed(1, 30), claimed(2, 30, 'here', 2, 1)).told).toEqual([]);
  });
});

describe('an attempt', () => {
  it('is the last when everybody was told', () => {
    expect(fold(due, claimed(1, 0, 'here', 2), sent(0))).toMatchObject({ state: 'due', sender: 'here' });
    expect(fold(due, claimed(1, 0, 'here', 2), sent(0), sent(1))).toMatchObject({ state: 'sent', lookAt: '', sender: '' });
    expect(endAttempt(fold(due, claimed(1), sent()), at(1), 1, 'here')).toEqual({ events: [], answer: 'sent' });
  });
  it('is followed by others after growing pauses, and by parking', () => {
    const pausesSeen: number[] = [];
    let state = fold(due);
    for (let attempt = 1; state.state === 'due'; attempt++) {
      state = [claimed(attempt), failed(attempt)].reduce(evolveNotification, state);
      const { events } = endAttempt(state, at(0), attempt, 'here');
      if (events[0]!.type === 'NotificationPostponed') pausesSeen.push((Date.parse(events[0]!.data.retryAt) - at(0).getTime()) / 1000);
      state = events.map((event) => happened(event)).reduce(evolveNotification, state);
    }
    expect(pausesSeen).toEqual([30, 120, 600, 1800, 7200]);
    expect(state).toMatchObject({ state: 'parked', attempts: mostAttempts, reason: 'no credit' });
  });
  it('ends nothing once another instance has taken over', () => {
    expect(endAttempt(fold(due, claimed(1), claimed(2, 60, 'there')), at(61), 1, 'here')).toEqual({ events: [], answer: 'lost' });
  });
  it('tells the truth about what was sent, whoever holds the lease', () => {
    expect(types(recordTry(fold(due, claimed(1), claimed(2, 60, 'there')), { type: 'NotificationSent', data: { recipient: 0, via: 'g' } }))).toEqual(['NotificationSent']);
    expect(fold(due, claimed(1), claimed(2, 60, 'there'), sent()).state).toBe('sent');
  });
  it('counts also when it could not be made', () => {
    expect(types(abandonAttempt(fold(due), at(0), 'here', 'a fault'))).toEqual(['NotificationClaimed', 'NotificationPostponed']);
    expect(types(abandonAttempt(fold(due, claimed(mostAttempts)), at(0), 'here', 'a fault'))).toEqual(['NotificationParked']);
  });
  it('is not made where there is nobody to tell', () => expect(park(fold(due), 'the token has no phone number').events).toEqual([{ type: 'NotificationParked', data: { reason: 'the token has no phone number' } }]));
});

describe('an administrator who asks for new attempts', () => {
  it.each([
    ['parked', fold(due, claimed(6), parked)],
    ['failed', fold(due, claimed(1), failed(), postponed(1, 30))],
    ['suppressed', fold(happened({ type: 'NotificationSuppressed', data: { ...meeting, limit: 'perHour' } }))],
  ])('gets them for one that is %s', (_what, state) => {
    expect(types(retry(state))).toEqual(['NotificationRetried']);
    const after = evolveNotification(state, happened({ type: 'NotificationRetried', data: {} }, 9));
    expect([after.attempts, isToBeAttempted(after, at(9), claim)]).toEqual([0, true]);
  });
  it('changes nothing where one is about to begin, or under way', () => {
    expect([types(retry(fold(due))), types(retry(fold(due, claimed(1))))]).toEqual([[], []]);
  });
  it('is told when there is nothing to do', () => {
    expect(retry(fold(due, claimed(1), sent())).answer).toMatchObject({ kind: 'refused', reason: 'sent' });
    expect(retry(initialNotification).answer).toMatchObject({ kind: 'refused', reason: 'unknown-notification' });
  });
});
