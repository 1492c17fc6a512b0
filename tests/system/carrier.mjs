// tests/system/carrier.mjs - node-smpp as the carrier's SMSC. Takes binds on a free port, which it
// prints; each line on stdin is a message to send: {"id", "source", "destination", "text", ...}.
// What happens goes to stdout, a JSON object a line.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const smpp = createRequire(process.env.SMPP_MODULES + "/")("smpp");
const say = (event) => process.stdout.write(JSON.stringify(event) + "\n");
const sessions = new Set();

const server = smpp.createServer((session) => {
  const bound = (pdu) => {
    if (pdu.system_id !== "smppd" || pdu.password !== "carrpass") {
      session.send(pdu.response({ command_status: smpp.ESME_RBINDFAIL }));
      session.close();
      return;
    }
    session.send(pdu.response({ system_id: "node-smpp" }));
    sessions.add(session);
    say({ event: "bound", command: pdu.command });
  };
  for (const kind of ["bind_transceiver", "bind_receiver", "bind_transmitter"]) {
    session.on(kind, bound);
  }
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => {
    session.send(pdu.response());
    say({ event: "unbound" });
    session.close();
  });
  session.on("close", () => sessions.delete(session));
  session.on("error", (error) => say({ event: "error", message: error.message }));
});

server.listen(0, "127.0.0.1", () => say({ event: "listening", port: server.address().port }));

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, source, destination, text, ...fields } = JSON.parse(line);
  const [session] = sessions;
  session.deliver_sm(
    {
      source_addr_ton: 1, source_addr_npi: 1, source_addr: source,
      dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: destination,
      short_message: text === undefined ? "" : text, ...fields,
    },
    (answer) => say({ event: "answered", id, status: answer.command_status }),
  );
});
process.stdin.on("end", () => process.exit(0));
