import { gatewayStream } from '../events/gateway.js';
import type { Journal } from '../store/journal.js';
import { refusal } from './change.js';
import type { Context } from './context.js';
import type { Change } from './outcome.js';
import { writeFacts } from './writeFacts.js';

/** A gateway definition whose options were checked by its kind. */
export interface GatewayDefinition {
  readonly name: string;
  readonly kind: string;
  /** Class name in the old servers' words, where it came that way. */
  readonly module?: string;
  readonly description?: string;
  readonly written: WrittenGateway;
}

/** A definition as its writer gave it, in his own words; kept like this so that it can be shown to him again. */
export interface WrittenGateway {
  readonly options: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Names of options and headers that were marked as secret by hand. */
  readonly secrets?: { readonly options?: readonly string[]; readonly headers?: readonly string[] };
  /** How much may be asked of it. Where a writer says nothing of them, as the old servers' clients cannot, those that are stored stay. */
  readonly limits?: Readonly<Record<string, unknown>>;
}

export class GatewayAdministration {
  constructor(
    private readonly journal: Journal,
    private readonly defined: (name: string) => Promise<WrittenGateway | undefined>,
  ) {}

  /** Defines, or replaces what was defined. */
  async define({ name, kind, module, description, written }: GatewayDefinition, context: Context): Promise<Change> {
    if (!/^[0-9A-Za-z_.-]{1,80}$/.test(name)) {
      return refusal('invalid', 'The name of a gateway has 1 to 80 letters, digits, dots, dashes and underscores.', 'name');
    }
    const limits = written.limits ?? (await this.defined(name))?.limits;
    const options = JSON.stringify({ ...written, ...(limits ? { limits } : {}) });
    return writeFacts(this.journal, gatewayStream(name), [{ type: 'GatewayDefined', data: { kind, module, description, options } }], context);
  }

  async remove(name: string, context: Context): Promise<Change> {
    if (!(await this.defined(name))) return refusal('unknown-gateway', 'There is no gateway of this name.', 'name');
    return writeFacts(this.journal, gatewayStream(name), [{ type: 'GatewayRemoved', data: {} }], context);
  }
}
