// tests/system/platform.mjs - node-smpp as a platform: binds to PORT, acknowledges what comes and
// prints it, a JSON object a line. On the line "unbind" it unbinds.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const smpp = createRequire(process.env.SMPP_MODULES + "/")("smpp");
const [, , port, systemId, kind = "bind_transceiver"] = process.argv;
const say = (event) => process.stdout.write(JSON.stringify(event) + "\n");

// smppd's own TLVs, by their numbers in SMPP's range for vendors.
smpp.addTLV("smppd_message_id", { id: 0x1500, type: smpp.types.tlv.string });
smpp.addTLV("smppd_session_id", { id: 0x1501, type: smpp.types.tlv.string });

const textOf = (pdu) => {
  const message = pdu.short_message?.message?.length ? pdu.short_message : pdu.message_payload;
  const value = message?.message ?? message;
  return Buffer.isBuffer(value) ? value.toString("latin1") : String(value);
};

const session = smpp.connect({ url: `smpp://127.0.0.1:${port}` }, () => {
  session[kind]({ system_id: systemId, password: "secret0", interface_version: 0x34 }, (pdu) =>
    say({ event: "bound", status: pdu.command_status, system_id: pdu.system_id,
          version: pdu.sc_interface_version }));
});
session.on("deliver_sm", (pdu) => {
  session.send(pdu.response());
  say({
    event: "deliver", source: pdu.source_addr, destination: pdu.destination_addr,
    text: textOf(pdu), data_coding: pdu.data_coding, esm_class: pdu.esm_class,
    message_id: pdu.smppd_message_id && String(pdu.smppd_message_id),
    session_id: pdu.smppd_session_id && String(pdu.smppd_session_id),
  });
});
session.on("enquire_link", (pdu) => {
  session.send(pdu.response());
  say({ event: "enquired" });
});
session.on("unbind", (pdu) => session.send(pdu.response()));
session.on("unknown", (pdu) => say({ event: "unknown", command: pdu.command_id }));
session.on("error", (error) => say({ event: "error", message: error.message }));
session.on("close", () => {
  say({ event: "closed" });
  process.exit(0);
});

createInterface({ input: process.stdin }).on("line", (line) => {
  if (line === "unbind") {
    session.unbind((pdu) => {
      say({ event: "unbound", status: pdu.command_status });
      session.close();
    });
  }
});
