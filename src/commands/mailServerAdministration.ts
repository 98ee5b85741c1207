import { mailServerStream } from '../events/mailServer.js';
import type { Journal } from '../store/journal.js';
import { refusal } from './change.js';
import type { Context } from './context.js';
import type { Change } from './outcome.js';
import { writeFacts } from './writeFacts.js';

/** A mail server whose options were checked. */
export interface MailServerDefinition {
  readonly name: string;
  readonly description?: string | undefined;
  readonly options: Readonly<Record<string, unknown>>;
}

export class MailServerAdministration {
  constructor(
    private readonly journal: Journal,
    private readonly isDefined: (name: string) => Promise<boolean>,
  ) {}

  /** Defines, or replaces what was defined. */
  async define({ name, description, options }: MailServerDefinition, context: Context): Promise<Change> {
    if (!/^[0-9A-Za-z_.-]{1,80}$/.test(name)) {
      return refusal('invalid', 'The name of a mail server has 1 to 80 letters, digits, dots, dashes and underscores.', 'name');
    }
    return writeFacts(this.journal, mailServerStream(name), [{ type: 'MailServerDefined', data: { description, options: JSON.stringify(options) } }], context);
  }

  async remove(name: string, context: Context): Promise<Change> {
    if (!(await this.isDefined(name))) return refusal('unknown-mail-server', 'There is no mail server of this name.', 'name');
    return writeFacts(this.journal, mailServerStream(name), [{ type: 'MailServerRemoved', data: {} }], context);
  }
}
