import tseslint from 'typescript-eslint'

/** The house has one direction: a folder imports from the floors below it, never from its own floor or those above. */
const FLOORS = [
  ['platform'],
  ['events'],
  ['access'],
  ['responders'],
  ['oncall', 'notifications'],
  ['incidents'],
  ['alerts', 'escalation'],
  ['knowledge', 'sla'],
  ['selfservice', 'metrics'],
  ['reports', 'imports'],
  ['api'],
  ['demo'],
  ['cli'],
]

const arrow = FLOORS.flatMap((floor, level) =>
  floor.map((folder) => ({
    files: [`src/${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            ...FLOORS.slice(level)
              .flat()
              .filter((other) => other !== folder)
              .map((other) => ({
                group: [`../${other}/**`, `../../${other}/**`],
                message: `${folder}/ does not come after ${other}/: let what comes later react to events instead.`,
              })),
            ...(level < FLOORS.findIndex((names) => names.includes('demo'))
              ? [{ group: ['../main.js', '../entities.js'], message: 'Parts do not start the whole.' }]
              : []),
          ],
        },
      ],
    },
  })),
)

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'test/generated/', 'coverage/'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Name what you export.' },
        {
          selector: "CallExpression[callee.object.name='console']",
          message: 'Use the logger, or process.stdout in the command line.',
        },
      ],
      'max-lines': ['error', { max: 400 }],
    },
  },
  // A test that tells many stories of one thing may be longer than what it tells of.
  { files: ['test/**/*.ts'], rules: { 'max-lines': ['error', { max: 450 }] } },
  {
    // These write to a terminal or to a log file of their own.
    files: ['bench/**/*.ts', 'test/**/*.ts', 'src/platform/embedded-postgres-keeper.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  ...arrow,
)
