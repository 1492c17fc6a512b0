// tests/system/verify.mjs - npm's standardwebhooks as a receiver: for each line {secret, headers,
// body} it says {ok} or {ok, why}.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const { Webhook } = createRequire(process.env.NODE_PLACE + "/")("standardwebhooks");

for await (const line of createInterface({ input: process.stdin })) {
  const { secret, headers, body } = JSON.parse(line);
  let answer = { ok: true };
  try {
    new Webhook(secret).verify(body, headers);
  } catch (error) {
    answer = { ok: false, why: error.message };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
