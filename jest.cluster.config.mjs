import usual from './jest.config.mjs';

/**
 * The service on a cluster of EventStoreDB, the one that TANAGER_TEST_ESDB names (a connection string) or else a stand-in: what it does on every
 * store, and what several instances do that share one.
 */
export default {
  ...usual,
  globalSetup: '<rootDir>/test/fixtures/eventstoredb/beforeRun.mjs',
  globalTeardown: '<rootDir>/test/fixtures/eventstoredb/afterRun.mjs',
  testMatch: ['scenarios', 'http', 'reactors/notify', 'cluster', 'faults/cluster'].map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`)
    .concat(['adoptPassword', 'transaction'].map((command) => `<rootDir>/test/commands/${command}.test.ts`)),
  testPathIgnorePatterns: [
    '/node_modules/',
    // instances on a store that holds back what a test wants it to; test/cluster has those on a server
    '/scenarios/instances',
    // these look into the files of the embedded store
    '/scenarios/(secrets|gatewaySecrets|strangers)\\.',
    // how requests are read, counted and turned away, and how answers are worded, before and after any event
    'fuzz\\.test\\.ts$', '/http/(limits|overload|pages|requestParsing|server|transactionIds|onBehalf|trustedProxies)\\.', '/(parameters|words|outcomes|like|forms|openapi|notificationDocumentation)\\.test\\.ts$',
  ],
  // a start reads from the cluster and makes a file of its own
  testTimeout: 60_000,
};
