import { notifiable } from '../../commands/notifiable.js';
import type { Occasion } from '../../commands/occasion.js';
import type { Tokens } from '../../commands/ports.js';
import { evolve, initialToken, type Token } from '../../commands/token.js';
import type { TanagerEvent } from '../../events/catalogue.js';
import type { Sealed } from '../../events/event.js';
import { serialOf, tokenStream, type TokenEvent } from '../../events/token.js';
import type { Journal } from '../../store/journal.js';

export interface OccasionSources {
  readonly journal: Journal;
  readonly tokens: Pick<Tokens, 'load'>;
}

/** The key was destroyed that something about the person was sealed under. */
export const unreadable = 'the person was erased';

/** What is known of an event and of whom it concerns, as it was at that time. @returns `unreadable` when the person was erased since */
export const occasionOf = async (sources: OccasionSources, event: TanagerEvent): Promise<Occasion | typeof unreadable> => {
  const open = (sealed: Sealed | undefined) => sources.journal.unseal(event.stream, sealed);
  const client = await open(event.client);
  const around = { event, ...(client === undefined ? {} : { client }), realms: [], dynamicPhone: false };
  if (!isTokenEvent(event)) {
    if (event.type !== 'AuthenticationRefused') return around;
    const { login, realm, serial } = event.data;
    return defined({ ...around, login: await open(login), realm, serial });
  }
  // nothing of a person is left to be read; that it happened can be told
  if (event.type === 'PersonErased') return { ...around, serial: serialOf(event.stream) };
  const { concerned, former } = await tokensAround(sources, event);
  const { owner, seed } = concerned;
  const [phone, formerPhone, login, description, key] = await Promise.all([concerned.phone, former?.phone, owner?.login, concerned.description, seed].map(open));
  const lost = ([sealed, plain]: readonly [Sealed | undefined, string | undefined]): boolean => sealed !== undefined && plain === undefined;
  if (([[concerned.phone, phone], [former?.phone, formerPhone], [owner?.login, login], [seed, key]] as const).some(lost)) return unreadable;
  return defined({
    ...around, serial: serialOf(event.stream), realms: concerned.realms, dynamicPhone: concerned.dynamicPhone,
    phone, formerPhone, login, realm: owner?.realm, description, gateway: concerned.gateway,
  });
};

const isTokenEvent = (event: TanagerEvent): event is TokenEvent => event.stream.startsWith(tokenStream(''));

/** The token of him whom the event concerns, and as it was before where the event changes the number. */
const tokensAround = async (sources: OccasionSources, event: TokenEvent): Promise<{ concerned: Token; former?: Token }> => {
  if (notifiable[event.type] === 'former-owner') return { concerned: await tokenAt(sources, event, event.revision - 1) };
  const concerned = await tokenAt(sources, event, event.revision);
  return event.type === 'PhoneChanged' ? { concerned, former: await tokenAt(sources, event, event.revision - 1) } : { concerned };
};

/** The token as it was after an event of its stream. The newest fold serves as long as nothing that matters has changed since. */
const tokenAt = async ({ journal, tokens }: OccasionSources, { stream }: TokenEvent, revision: number): Promise<Token> => {
  const newest = await tokens.load(serialOf(stream));
  if (newest && newest.revision >= revision) {
    const since = newest.revision === revision ? [] : await journal.read(stream, revision + 1);
    if (!since.some(({ type }) => whoAndWhere.has(type))) return newest.token;
  }
  return ((await journal.read(stream)) as TokenEvent[]).filter((event) => event.revision <= revision).reduce(evolve, initialToken);
};

/** What says whose token it is and where messages go. */
const whoAndWhere: ReadonlySet<string> = new Set<TokenEvent['type']>([
  'TokenEnrolled', 'TokenAssigned', 'TokenUnassigned', 'PhoneChanged', 'TokenDescribed', 'TokenRealmsSet', 'TokenDeleted', 'PersonErased',
]);

const defined = (occasion: { readonly [K in keyof Occasion]: Occasion[K] | undefined }): Occasion =>
  Object.fromEntries(Object.entries(occasion).filter(([, value]) => value !== undefined)) as unknown as Occasion;
