import type { NotificationDraft, NotificationEvent } from '../events/notification.js';
import { done, refused } from './change.js';
import type { Decision as AnyDecision } from './handler.js';
import type { NotificationRule } from './notificationRule.js';
import type { Change } from './outcome.js';

type Decision<Answer> = AnyDecision<Answer, NotificationDraft>;

/** Which event meets which rule. */
export type Meeting = Extract<NotificationDraft, { type: 'NotificationDue' }>['data'];

/** The fold of a notification's stream. */
export interface Notification {
  readonly state: 'none' | 'due' | 'sent' | 'parked' | 'suppressed';
  readonly meeting?: Meeting;
  /** Attempts that were begun since it fell due, or since an administrator asked for more. */
  readonly attempts: number;
  /** How many are to be told, and the places of those who have been. */
  readonly recipients: number;
  readonly told: readonly number[];
  readonly ruleRevision: number;
  /** The instance in the midst of an attempt; empty where there is none. */
  readonly sender: string;
  /** When somebody has to look after it: the next attempt, or the end of the lease of the one under way. */
  readonly lookAt: string;
  /** Why the last try failed, or why it was parked or suppressed. */
  readonly reason?: string;
  /** What the gateways said later about each recipient. */
  readonly receipts: Readonly<Record<number, 'delivered' | 'undelivered'>>;
}

export const initialNotification: Notification = { state: 'none', attempts: 0, recipients: 0, told: [], ruleRevision: -1, sender: '', lookAt: '', receipts: {} };

export const evolveNotification = (notification: Notification, event: NotificationEvent): Notification => {
  switch (event.type) {
    case 'NotificationDue':
      return { ...notification, state: 'due', meeting: event.data, lookAt: event.recordedAt };
    case 'NotificationSuppressed': {
      const { limit, ...meeting } = event.data;
      return { ...notification, state: 'suppressed', meeting, reason: `the limit ${limit} of the rule was reached` };
    }
    case 'NotificationClaimed': {
      const { attempt, recipients, ruleRevision, leaseUntil } = event.data;
      // places say who is meant under one definition only: whoever is added or moved by a new one must not be passed over
      const told = ruleRevision === notification.ruleRevision ? notification.told : [];
      return { ...notification, attempts: attempt, recipients, ruleRevision, told, sender: event.origin, lookAt: leaseUntil };
    }
    case 'NotificationSent':
    case 'NotificationDelivered': {
      // what has arrived was sent, whatever the gateway said when it took it
      const receipts: Notification['receipts'] = event.type === 'NotificationDelivered' ? { ...notification.receipts, [event.data.recipient]: 'delivered' } : notification.receipts;
      const told = [...new Set([...notification.told, event.data.recipient])];
      const everybody = told.length >= notification.recipients;
      return { ...notification, told, receipts, ...(everybody ? { state: 'sent', sender: '', lookAt: '' } : {}) };
    }
    case 'NotificationFailed':
      return { ...notification, reason: event.data.reason };
    case 'NotificationPostponed':
      return { ...notification, sender: '', lookAt: event.data.retryAt, reason: event.data.reason ?? notification.reason ?? '' };
    case 'NotificationParked':
      return { ...notification, state: 'parked', sender: '', lookAt: '', reason: event.data.reason };
    case 'NotificationRetried':
      return { ...notification, state: 'due', attempts: 0, sender: '', lookAt: event.recordedAt };
    case 'NotificationUndelivered':
      return { ...notification, receipts: { ...notification.receipts, [event.data.recipient]: 'undelivered' } };
  }
};

/** Seconds from the end of an attempt to the next; after the last pause there is one more attempt. */
export const pauses = [30, 120, 600, 1800, 7200] as const;
/** How often a message is attempted before it is parked. */
export const mostAttempts = pauses.length + 1;

/** What a rule has sent within the last hour. */
export interface Sent {
  readonly inAll: number;
  /** 0 for an event that is about no token. */
  readonly aboutToken: number;
}

/** An event meets a rule. Nothing happens when it has met it before. */
export const fallDue = (notification: Notification, meeting: Meeting, { perHour, perTokenPerHour }: NotificationRule['limits'], sent: Sent): Decision<'due' | 'suppressed' | 'known'> => {
  if (notification.state !== 'none') return { events: [], answer: 'known' };
  const limit = sent.aboutToken >= perTokenPerHour ? 'perTokenPerHour' : sent.inAll >= perHour ? 'perHour' : undefined;
  if (limit) return { events: [{ type: 'NotificationSuppressed', data: { ...meeting, limit } }], answer: 'suppressed' };
  return { events: [{ type: 'NotificationDue', data: meeting }], answer: 'due' };
};

export interface Claim {
  readonly instance: string;
  /** Whether no other instance can be alive, as on the embedded store: then the lease of another need not be waited for. */
  readonly alone: boolean;
  readonly recipients: number;
  readonly ruleRevision: number;
  /** Milliseconds. */
  readonly lease: number;
}

/** Whether this instance may begin an attempt now; the append of the claim is what settles it. @returns undefined when it may not */
export const claimAttempt = (notification: Notification, now: Date, claim: Claim): Decision<{ readonly attempt: number; readonly told: readonly number[] } | undefined> => {
  if (!isToBeAttempted(notification, now, claim)) return { events: [], answer: undefined };
  const { recipients, ruleRevision, lease } = claim;
  const attempt = notification.attempts + 1;
  return {
    events: [{ type: 'NotificationClaimed', data: { attempt, recipients, ruleRevision, leaseUntil: new Date(now.getTime() + lease).toISOString() } }],
    answer: { attempt, told: ruleRevision === notification.ruleRevision ? notification.told : [] },
  };
};

export const isToBeAttempted = ({ state, sender, lookAt }: Notification, now: Date, { instance, alone }: Pick<Claim, 'instance' | 'alone'>): boolean =>
  state === 'due' && (lookAt <= now.toISOString() || (alone && sender !== '' && sender !== instance));

/** How one try for one recipient ended. */
export type Tried = Extract<NotificationDraft, { type: 'NotificationSent' | 'NotificationFailed' }>;

/** Writes down how a try ended; that somebody was told is true whoever holds the lease by now. */
export const recordTry = ({ state }: Notification, tried: Tried): Decision<void> => ({ events: state === 'none' ? [] : [tried], answer: undefined });

/** The attempt is over. @returns how it stands */
export const endAttempt = (notification: Notification, now: Date, attempt: number, instance: string): Decision<'sent' | 'failed' | 'parked' | 'lost'> => {
  if (notification.state === 'sent') return { events: [], answer: 'sent' };
  if (notification.state !== 'due' || notification.sender !== instance || notification.attempts !== attempt) return { events: [], answer: 'lost' };
  return postponed(notification, now, attempt);
};

/** An attempt could not even be made; it counts all the same, or it would be made again at once and for ever. */
export const abandonAttempt = (notification: Notification, now: Date, instance: string, reason: string): Decision<'failed' | 'parked' | 'lost'> => {
  if (notification.state !== 'due') return { events: [], answer: 'lost' };
  const begun = notification.sender === instance;
  const attempt = begun ? notification.attempts : notification.attempts + 1;
  const claim: NotificationDraft = { type: 'NotificationClaimed', data: { attempt, recipients: Math.max(1, notification.recipients), ruleRevision: Math.max(0, notification.ruleRevision), leaseUntil: now.toISOString() } };
  const { events, answer } = postponed({ ...notification, reason }, now, attempt);
  return { events: begun ? events : [claim, ...events], answer };
};

const postponed = ({ reason = 'it is not known why' }: Notification, now: Date, attempt: number): Decision<'failed' | 'parked'> => {
  const pause = pauses[attempt - 1];
  if (pause === undefined) return { events: [{ type: 'NotificationParked', data: { reason } }], answer: 'parked' };
  return { events: [{ type: 'NotificationPostponed', data: { attempt, retryAt: new Date(now.getTime() + pause * 1000).toISOString(), reason } }], answer: 'failed' };
};

/** There is nobody to tell, or nothing to say: no further attempt changes that. */
export const park = ({ state }: Notification, reason: string): Decision<boolean> =>
  ({ events: state === 'due' ? [{ type: 'NotificationParked', data: { reason } }] : [], answer: state === 'due' });

/** An administrator asks for new attempts, beginning now. */
export const retry = ({ state, sender, attempts }: Notification): Decision<Change> => {
  switch (state) {
    case 'none':
      return refused('unknown-notification', 'There is no notification of this id.', 'id');
    case 'sent':
      return refused('sent', 'The message was sent; there is nothing to try again.', 'id');
    case 'due':
      // one that is under way, or waits for its first attempt, needs no asking
      return done(sender === '' && attempts > 0 ? [{ type: 'NotificationRetried', data: {} }] : []);
    case 'parked':
    case 'suppressed':
      return done([{ type: 'NotificationRetried', data: {} }]);
  }
};
