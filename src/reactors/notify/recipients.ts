import type { NotificationRule } from '../../commands/notificationRule.js';
import type { Occasion } from '../../commands/occasion.js';
import type { Settings, User } from '../../commands/ports.js';

/** Where the messages of a rule go, one address each; or why there is nobody to send to. */
export type Recipients = { readonly kind: 'some'; readonly addresses: readonly string[] } | { readonly kind: 'nobody'; readonly reason: string };

/** @param user the person whom the event concerns, where the directory knows him */
export const recipientsOf = ({ channel, to }: Pick<NotificationRule, 'channel' | 'to'>, occasion: Occasion, user: User | undefined, { administrators }: Pick<Settings, 'administrators'>): Recipients => {
  const bySms = channel.kind === 'sms';
  if (typeof to === 'object') return { kind: 'some', addresses: to };
  switch (to) {
    case 'administrators':
      return some(bySms ? administrators.phones : administrators.emails, `the setting notify.administrators.${bySms ? 'phone' : 'email'} is empty`);
    case 'owner': {
      if (occasion.login === undefined) return { kind: 'nobody', reason: 'the token has no owner' };
      if (!user) return { kind: 'nobody', reason: 'the user directory does not know the owner' };
      return some(list(bySms ? user.mobile : user.email), bySms ? 'the owner has no mobile number in the user directory' : 'the owner has no e-mail address in the user directory');
    }
    case 'token':
      return some(list(occasion.dynamicPhone ? user?.mobile : occasion.phone), 'the token has no phone number');
    case 'former':
      return some(list(occasion.formerPhone), 'the token had no phone number of its own before');
  }
};

const list = (address: string | undefined): readonly string[] => (address ? [address] : []);
const some = (addresses: readonly string[], otherwise: string): Recipients => (addresses.length > 0 ? { kind: 'some', addresses } : { kind: 'nobody', reason: otherwise });
