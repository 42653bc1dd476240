const server = require("dgram").createSocket("udp4");

function say(client, wait) {
  server.send("\0\x03\0\x01x", client.port, client.address);
  if (wait < 8) setTimeout(say, 1000 * wait, client, 2 * wait);
}

server.on("message", (data, client) => say(client, 1));
server.bind(69);
