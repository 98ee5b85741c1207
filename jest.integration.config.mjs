import usual from './jest.config.mjs';

/** Tests against real counterparts that are no npm packages. Where one is not installed, its tests say so and are skipped. */
export default {
  ...usual,
  roots: ['<rootDir>/test/integration'],
  testPathIgnorePatterns: ['/node_modules/'],
  // programs of the system start slowly, and each has a machine's worth of sockets and files of its own
  testTimeout: 30_000,
};
