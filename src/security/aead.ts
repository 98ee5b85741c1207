import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** Random bytes are drawn for many nonces at once: drawing takes as long as the encryption itself. */
const pool = Buffer.alloc(nonceBytes * 256);
let used = pool.length;
const nonce = (): Buffer => {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const fresh = Buffer.from(pool.subarray(used, used + nonceBytes));
  used += nonceBytes;
  return fresh;
};

/**
 * AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D): good for 2^32 messages under one key.
 * @returns nonce, ciphertext, tag
 */
export const encrypt = (key: Uint8Array, bound: Uint8Array, plain: Uint8Array): Buffer => {
  const iv = nonce();
  const cipher = createCipheriv(algorithm, key, iv, { authTagLength: tagBytes });
  cipher.setAAD(bound);
  const body = cipher.update(plain);
  cipher.final();
  return Buffer.concat([iv, body, cipher.getAuthTag()]);
};

/** @returns undefined when anything about it was changed: the box, the key, or what it is bound to */
export const decrypt = (key: Uint8Array, bound: Uint8Array, box: Buffer): Buffer | undefined => {
  if (box.length < nonceBytes + tagBytes) return undefined;
  const decipher = createDecipheriv(algorithm, key, box.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(bound);
  decipher.setAuthTag(box.subarray(box.length - tagBytes));
  const plain = decipher.update(box.subarray(nonceBytes, box.length - tagBytes));
  try {
    decipher.final();
    return plain;
  } catch {
    return undefined;
  }
};
