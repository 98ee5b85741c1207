import type { KeyStore, WrappedKey } from './keyStore.js';

/** Data keys that live as long as the process; for tests and for the store in memory. */
export const memoryKeys = (): KeyStore => {
  const streams = new Map<string, WrappedKey[]>();
  let check: string | undefined;
  return {
    async get(stream) {
      return [...(streams.get(stream) ?? [])];
    },
    async put(stream, generation, wrapped) {
      const keys = streams.get(stream) ?? [];
      if (keys.some((key) => key.generation === generation)) return false;
      streams.set(stream, [...keys, { generation, wrapped: Uint8Array.from(wrapped) }].sort((a, b) => a.generation - b.generation));
      return true;
    },
    async destroy(stream) {
      const keys = streams.get(stream);
      if (keys) streams.set(stream, keys.map(({ generation }) => ({ generation, wrapped: undefined })));
    },
    async checkValue(offered) {
      return (check ??= offered);
    },
    async isEmpty() {
      return streams.size === 0;
    },
    async close() {},
  };
};
