import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { constantTimeEqual } from './constantTime.js';

/** Who takes a session: each of the old servers' dialects, and the native API. One's sessions are worth nothing to another. */
export type Audience = 'privacyidea' | 'linotp' | 'native';

export interface Holder {
  readonly account: string;
  readonly kind: 'administrator' | 'user';
  /** Realm of a user; empty for administrators. */
  readonly realm?: string;
  /** What clients of privacyIDEA are told that they may do. */
  readonly rights?: readonly string[];
}

export interface Session extends Required<Holder> {
  readonly id: string;
  readonly audience: Audience;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  /** LinOTP only: what the second cookie holds and the header X-CSRF-TOKEN must repeat. */
  readonly csrf?: string;
}

export interface IssuedSession {
  /** The signed token (JWT, HS256): what the client sends back. */
  readonly token: string;
  readonly session: Session;
}

type SessionRefusal = 'missing' | 'undecodable' | 'expired' | 'wrong-audience';
export type SessionResult = { readonly kind: 'valid'; readonly session: Session } | { readonly kind: 'refused'; readonly reason: SessionRefusal };

export interface Sessions {
  issue(audience: Audience, holder: Holder): Promise<IssuedSession>;
  /** Undefined and empty tokens are `missing`; a forged one, or one under an older master key, is `undecodable`. */
  verify(audience: Audience, token: string | undefined): Promise<SessionResult>;
  /** Whether a session is so near to its end that its cookie is to be renewed in passing. */
  isEnding(session: Session): boolean;
}

/** Seconds that a session lasts unless told otherwise; what the old servers do. */
export const sessionLife: Readonly<Record<Audience, number>> = { privacyidea: 3600, linotp: 1800, native: 3600 };
/** Seconds before the end in which LinOTP hands out a new cookie. */
const renewal = 300;

const issuer = 'tanager';
const algorithm = 'HS256';

/**
 * Signed sessions. The names of the claims are privacyIDEA's, for all audiences, since its clients look into the token.
 * @param key 32 bytes of the master key, label `session-signing`
 * @param now the wall clock
 */
export const makeSessions = ({ key, now, life = sessionLife }: { key: Uint8Array; now: () => Date; life?: Readonly<Record<Audience, number>> }): Sessions => {
  const signing = createSecretKey(key);

  const decode = async (audience: Audience, token: string): Promise<SessionResult> => {
    try {
      const { payload } = await jwtVerify<Claims>(token, signing, { algorithms: [algorithm], issuer, audience, currentDate: now(), requiredClaims });
      return { kind: 'valid', session: sessionOf(audience, payload) };
    } catch (error) {
      if (error instanceof errors.JWTExpired) return refused('expired');
      if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud') return refused('wrong-audience');
      if (error instanceof errors.JOSEError) return refused('undecodable');
      throw error;
    }
  };

  return {
    async issue(audience, { account, kind, realm = '', rights = [] }) {
      const issuedAt = Math.floor(now().getTime() / 1000);
      const id = randomUUID();
      const claims: Claims = {
        username: account, realm, nonce: id, role: kind === 'administrator' ? 'admin' : 'user', authtype: 'password', rights: [...rights],
        jti: id, iat: issuedAt, exp: issuedAt + life[audience],
        ...(audience === 'linotp' ? { csrf: randomBytes(16).toString('hex') } : {}),
      };
      const token = await new SignJWT({ ...claims }).setProtectedHeader({ alg: algorithm, typ: 'JWT' }).setIssuer(issuer).setAudience(audience).sign(signing);
      return { token, session: sessionOf(audience, claims) };
    },
    async verify(audience, token) {
      return token === undefined || token === '' ? refused('missing') : decode(audience, token);
    },
    isEnding: ({ expiresAt }) => expiresAt.getTime() - now().getTime() < renewal * 1000,
  };
};

/** Whether a request repeats the value of the second cookie, which no foreign page can read. */
export const repeatsCsrf = (session: Session, sent: string | undefined): boolean =>
  session.csrf !== undefined && sent !== undefined && constantTimeEqual(session.csrf, sent);

interface Claims {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly role: 'admin' | 'user';
  readonly authtype: string;
  readonly rights: string[];
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
  readonly csrf?: string;
}
const requiredClaims = ['username', 'role', 'jti', 'iat', 'exp'];

const refused = (reason: SessionRefusal): SessionResult => ({ kind: 'refused', reason });

const sessionOf = (audience: Audience, { username, realm, role, rights, jti, iat, exp, csrf }: Claims): Session => ({
  id: jti, audience, account: username, kind: role === 'admin' ? 'administrator' : 'user', realm, rights,
  issuedAt: new Date(iat * 1000), expiresAt: new Date(exp * 1000), ...(csrf === undefined ? {} : { csrf }),
});
