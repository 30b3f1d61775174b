import { plainText, slackText } from '../../../src/notifications/channels/markdown.js'

it.each([
  ['as it is', 'as it is', 'as it is'],
  ['# Checkout is down #\nall of it', 'Checkout is down\nall of it', '*Checkout is down*\nall of it'],
  ['**bold** and __bold__', 'bold and bold', '*bold* and *bold*'],
  ['2 ** 3 ** 4', '2 ** 3 ** 4', '2 ** 3 ** 4'],
  [
    'see [the runbook](https://wiki.example/a?b=1&c=2)',
    'see the runbook',
    'see <https://wiki.example/a?b=1&amp;c=2|the runbook>',
  ],
  ['[](https://wiki.example/)', '', '<https://wiki.example/|https://wiki.example/>'],
  ['![chart](https://wiki.example/a.png)', 'chart', '<https://wiki.example/a.png|chart>'],
  ['[x](javascript:alert(1))', '[x](javascript:alert(1))', '[x](javascript:alert(1))'],
  ['run `df -h` now', 'run df -h now', 'run `df -h` now'],
  ['```sh\ndf -h\n```', 'df -h', '```sh\ndf -h\n```'],
  ['<!channel> a < b & c', '<!channel> a < b & c', '&lt;!channel&gt; a &lt; b &amp; c'],
  ['- one\n- two', '- one\n- two', '- one\n- two'],
])('%j is read as %j, and in Slack as %j', (markdown, plain, slack) => {
  expect(plainText(markdown)).toBe(plain)
  expect(slackText(markdown)).toBe(slack)
})
