import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { answerQuestions } from '../support/answers.js'

/** The limit: a plain broadcast with `ws` of as many bytes as Tocsin sends. It looks at nothing that clients say. */

const server = createServer()
const sockets = new WebSocketServer({ server, handleProtocols: () => 'graphql-transport-ws' })
sockets.on('connection', (socket) => socket.once('message', () => socket.send('{"type":"connection_ack"}')))

let text = ''
server.listen(0, '127.0.0.1', () =>
  answerQuestions((server.address() as AddressInfo).port, {
    example: (example: { text: string }) => void ({ text } = example),
    publish: () => {
      for (const socket of sockets.clients) socket.send(text)
    },
  }),
)
