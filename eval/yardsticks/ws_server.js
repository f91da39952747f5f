// A plain WebSocket server on Node.js with the package `ws`, as a yardstick for `zhike bench chat`: it answers a ping, and
// passes a message on to everybody else of its conversation. Nothing is kept, checked or counted.
const path = require('node:path');
const { WebSocketServer } = require(path.resolve(process.argv[2], 'ws'));

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
const members = new Map();
let seq = 0;

server.on('connection', (socket) => {
  socket.send('{"type":"hello"}');
  socket.on('error', () => {});
  socket.on('message', (data) => {
    const frame = JSON.parse(data);
    if (frame.type === 'ping') socket.send('{"type":"pong"}');
    if (frame.type === 'resume') {
      const of = members.get(frame.conversation_id) ?? new Set();
      members.set(frame.conversation_id, of.add(socket));
    }
    if (frame.type === 'message.create') {
      const { client_id, conversation_id } = frame;
      seq += 1;
      socket.send(JSON.stringify({ type: 'message.accepted', client_id, seq }));
      const message = { seq, client_id, sender: { kind: frame.sender }, content: { type: 'text', text: frame.text } };
      const created = JSON.stringify({ type: 'message.created', conversation_id, message });
      for (const other of members.get(conversation_id) ?? []) if (other !== socket) other.send(created);
    }
  });
});
server.on('listening', () => console.log(server.address().port));
