// A plain WebSocket server on Node.js with the package `ws`, as a yardstick for `zhike bench chat`: it answers a ping, and
// passes a message on to everybody else of its conversation. Nothing is kept or checked; messages are numbered, no more.
const path = require('node:path');
const { WebSocketServer } = require(path.resolve(process.argv[2], 'ws'));

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
const conversations = new Map();

server.on('connection', (socket, request) => {
  const kind = request.headers['sec-websocket-protocol']?.includes('bearer.agent') ? 'agent' : 'visitor';
  let own;
  socket.send('{"type":"hello"}');
  socket.on('error', () => {});
  socket.on('message', (data) => {
    const frame = JSON.parse(data);
    if (frame.type === 'ping') socket.send('{"type":"pong"}');
    if (frame.type === 'resume') {
      own = frame.conversation_id;
      if (!conversations.has(own)) conversations.set(own, { seq: 0, members: new Set() });
      conversations.get(own).members.add(socket);
    }
    if (frame.type === 'message.create') {
      // A visitor has one conversation and need not name it.
      const { client_id, conversation_id = own, text } = frame;
      const conversation = conversations.get(conversation_id);
      const seq = (conversation.seq += 1);
      socket.send(JSON.stringify({ type: 'message.accepted', client_id, seq }));
      const message = { seq, client_id, sender: { kind }, content: { type: 'text', text } };
      const created = JSON.stringify({ type: 'message.created', conversation_id, message });
      // The writer too, as ours: other windows of theirs show it.
      for (const member of conversation.members) member.send(created);
    }
  });
});
server.on('listening', () => console.log(server.address().port));
