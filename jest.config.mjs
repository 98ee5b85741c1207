/** One configuration for all tests that need nothing but Node. */
export default {
  testEnvironment: 'node',
  // most tests wait for disks and sockets more than they compute
  maxWorkers: '100%',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // programs that a machine with nothing but Node does not have: npm run test:integration; a server for the whole run: npm run test:cluster
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/integration/', '<rootDir>/test/cluster/', '<rootDir>/test/faults/cluster/'],
  transform: {
    '^.+\\.[tj]s$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' } }],
  },
  // packages that ship ES modules only are compiled like our own code
  transformIgnorePatterns: ['/node_modules/(?!(jose|otplib|@otplib|@noble|@scure)/)'],
  // a thread cannot run TypeScript: tests start the built writer, like everything else that runs outside jest
  moduleNameMapper: { '(.*)/writerFile\\.js$': '<rootDir>/test/fixtures/writerFile.ts', '^(\\.{1,2}/.*)\\.js$': '$1' },
};
