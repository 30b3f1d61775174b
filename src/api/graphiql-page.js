/**
 * The page's own part, run by the browser: asks for an API token, then shows GraphiQL signed in with it. The token is kept
 * for this tab alone and goes nowhere but to this server: in the header of requests, and in the first message of the
 * WebSocket that subscriptions use.
 */

const KEPT_AS = 'tocsin.token'
const endpoint = location.pathname.replace(/\/+$/, '')
const byId = (id) => document.getElementById(id)

const EXAMPLES = [
  `# The newest incidents that are still open.
query OpenIncidents {
  incidents(first: 10, filter: { open: true }) {
    totalCount
    edges {
      node {
        id
        number
        title
        status
        priority
        service { name }
        commander { name }
        timeline(last: 3) { edges { node { kind body occurredAt } } }
      }
    }
  }
}
`,
  `# Every change from now on. With \`after: "<cursor>"\` it goes on where it was cut.
subscription Events {
  incidentEvents {
    cursor
    type
    occurredAt
    actor {
      ... on User { name }
      ... on Integration { name }
      ... on System { name }
    }
    incident { number title status priority version }
  }
}
`,
  `# Take the id of an incident that is TRIGGERED from the first tab.
mutation Acknowledge {
  incidentAcknowledge(input: { id: "inc_…" }) {
    incident { number status acknowledgedAt version }
    eventCursor
    userErrors { code field message }
  }
}
`,
]

/** Who the token signs in. Throws an Error that says why it does not. */
async function whoIs(token) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      accept: 'application/graphql-response+json',
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ query: '{ me { name role } }' }),
  }).catch(() => null)
  const { data, errors } = (await response?.json().catch(() => null)) ?? {}
  if (!data?.me) throw new Error(errors?.[0]?.message ?? 'The server does not answer. Try again.')
  return data.me
}

async function signIn(token) {
  const me = await whoIs(token)
  sessionStorage.setItem(KEPT_AS, token)
  byId('who').textContent = `${me.name}, ${me.role.toLowerCase()}`
  byId('sign-in').hidden = true
  byId('signed-in').hidden = false
  showGraphiql(`Bearer ${token}`)
}

function showGraphiql(authorization) {
  const workers = { json: 'json.worker.js', graphql: 'graphql.worker.js' }
  const assets = new URL('.', import.meta.url)
  self.MonacoEnvironment = {
    getWorkerUrl: (_module, label) => new URL(workers[label] ?? 'editor.worker.js', assets).href,
  }
  self.YogaGraphiQL.renderYogaGraphiQL(byId('graphiql'), {
    endpoint,
    title: 'Tocsin',
    logo: ' ',
    additionalHeaders: { authorization },
    subscriptionsProtocol: 'WS',
    connectionParams: () => ({ authorization }),
    shouldPersistHeaders: false,
    onEditQuery: () => undefined, // it would write what is typed into the address
    defaultTabs: EXAMPLES.map((query) => ({ query })),
    ...lastTab(),
  })
}

/** What was open last: without being told, GraphiQL adds an empty tab to those that it remembers. */
function lastTab() {
  try {
    const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem('graphiql:tabState'))
    const { query, variables } = tabs[activeTabIndex]
    return { initialQuery: query ?? '', initialVariables: variables ?? '' }
  } catch {
    return {} // nothing is remembered
  }
}

byId('sign-in').addEventListener('submit', async (event) => {
  event.preventDefault()
  const token = byId('token')
  byId('failure').textContent = ''
  try {
    await signIn(token.value.trim().replace(/^Bearer\s+/i, ''))
    token.value = ''
  } catch (error) {
    byId('failure').textContent = error.message
    token.select()
  }
})

byId('sign-out').addEventListener('click', () => {
  sessionStorage.removeItem(KEPT_AS)
  location.reload() // and every connection with it
})

const kept = sessionStorage.getItem(KEPT_AS)
if (kept) await signIn(kept).catch(() => sessionStorage.removeItem(KEPT_AS))
if (byId('signed-in').hidden) {
  byId('sign-in').hidden = false
  byId('token').focus()
}
