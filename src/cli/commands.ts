import type { Command } from './command.js';

/** A command is loaded when it is called: `tanager version` need not wait for the whole service. */
export interface Entry {
  readonly summary: string;
  load(): Promise<Command>;
}

/** Every command by the words that call it, in the order of the help text. */
export const commands: Readonly<Record<string, Entry>> = {
  serve: { summary: 'start the service', load: async () => (await import('./serve.js')).serve },
  config: { summary: 'print the configuration in force, secrets masked', load: async () => (await import('./showConfig.js')).showConfig },
  'audit replay': { summary: 'what a token and its challenges were at any instant', load: async () => (await import('./auditReplay.js')).auditReplay },
  'audit tail': { summary: 'print events as they are recorded', load: async () => (await import('./auditTail.js')).auditTail },
  'store copy': { summary: 'copy all events and data keys to another store, or go on copying', load: async () => (await import('./storeCopy.js')).storeCopy },
  'store expire': { summary: 'delete old streams from a cluster that lie in an archive', load: async () => (await import('./storeExpire.js')).storeExpire },
  'gateway list': { summary: 'list the gateways of the running service', load: async () => (await import('./gatewayList.js')).gatewayList },
  'gateway test': { summary: 'send a test message through a gateway', load: async () => (await import('./gatewayTest.js')).gatewayTest },
  'gateway status': { summary: 'show how a gateway stands', load: async () => (await import('./gatewayStatus.js')).gatewayStatus },
  'text preview': { summary: 'what an SMS would look like, its length and its segments', load: async () => (await import('./textPreview.js')).textPreview },
  'notification rules': { summary: 'list the rules that say who is told of what', load: async () => (await import('./notificationRules.js')).notificationRules },
  'notification define': { summary: 'define such a rule from a file', load: async () => (await import('./notificationRules.js')).notificationDefine },
  'notification remove': { summary: 'remove a rule', load: async () => (await import('./notificationRules.js')).notificationRemove },
  'notification test': { summary: "send a rule's message on trial", load: async () => (await import('./notificationRules.js')).notificationTest },
  'notification list': { summary: 'list notifications: due, failed, sent, parked, suppressed', load: async () => (await import('./notifications.js')).notificationList },
  'notification retry': { summary: 'attempt a notification again', load: async () => (await import('./notifications.js')).notificationRetry },
  'mail-server list': { summary: 'list the mail servers of the running service', load: async () => (await import('./mailServerList.js')).mailServerList },
  'mail-server test': { summary: 'send a real e-mail through one mail server', load: async () => (await import('./mailServerTest.js')).mailServerTest },
  'docs events': { summary: 'print docs/events.md, made from the event catalogue', load: async () => (await import('./docsEvents.js')).docsEvents },
  version: { summary: 'print the version', load: async () => (await import('./showVersion.js')).showVersion },
};
