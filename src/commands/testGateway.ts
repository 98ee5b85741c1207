import { gatewayStream } from '../events/gateway.js';
import { Secret } from '../security/secret.js';
import { measure, type Measure } from '../sms/measure.js';
import type { Journal } from '../store/journal.js';
import { refusal } from './change.js';
import type { Context } from './context.js';
import type { Change } from './outcome.js';
import { writeFacts } from './writeFacts.js';

export interface WantedTest {
  readonly name: string;
  readonly to: string;
  readonly text?: string;
}

/** How a gateway answered a test. */
export interface TestResult extends Pick<Measure, 'encoding' | 'segments'> {
  readonly outcome: 'sent' | 'rejected' | 'unavailable' | 'unknown';
  readonly reason?: string;
  readonly messageId?: string;
  /** Until it answered. */
  readonly milliseconds: number;
}

/** What a gateway takes and gives, as far as a test wants to know. */
type Try = (gateway: string, message: { readonly to: string; readonly text: Secret; readonly reference: string; readonly validity: number }) =>
  Promise<{ readonly kind: TestResult['outcome']; readonly reason?: string; readonly messageId?: string } | undefined>;

const usualText = 'A test message: this way of sending works.';
/** Seconds; as long as a code usually lives. */
const validity = 300;

/** Sends a real message through one gateway and nothing else, and writes down what came of it. */
export class TestGateway {
  /**
   * @param send sends through the gateway of that name, passed over or not; undefined where there is none
   * @param elapsed milliseconds of a clock that is never set back
   * @param warn is told when the result could not be written down
   */
  constructor(
    private readonly journal: Journal,
    private readonly send: Try,
    private readonly elapsed: () => number,
    private readonly warn: (problem: string, detail: object) => void,
  ) {}

  async test({ name, to, text = usualText }: WantedTest, context: Context): Promise<Change<TestResult>> {
    const began = this.elapsed();
    const answered = await this.send(name, { to, text: new Secret(text), reference: `test-${context.commandId}`, validity });
    if (!answered) return refusal('unknown-gateway', 'There is no gateway of this name.', 'name');
    const { kind: outcome, reason, messageId } = answered;
    const { encoding, segments } = measure(text);
    const result: TestResult = {
      outcome, ...(reason === undefined ? {} : { reason }), ...(messageId === undefined ? {} : { messageId }), encoding, segments, milliseconds: Math.round(this.elapsed() - began),
    };
    const written = await writeFacts(this.journal, gatewayStream(name), [{ type: 'GatewayTested', data: { to, ...result } }], context);
    // the message has left, whatever becomes of the record
    if (written.kind === 'refused') this.warn('the test of a gateway could not be written down', { gateway: name, reason: written.reason });
    return { kind: 'done', changed: true, value: result };
  }
}
