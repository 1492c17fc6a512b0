// tests/system/typed_client/client.ts - the walk-through's journey, typed by what the daemon says
// of itself: allocate, receive, verify, release. Arguments: the API's URL and a test key; prints a
// line of JSON. schema.d.ts is made from /v1/openapi.json by openapi-typescript.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type AllocateRequest = components["schemas"]["AllocateRequest"];
type Event = components["schemas"]["Event"];
type Problem = components["schemas"]["Problem"];
type ProblemType = components["schemas"]["ProblemType"];

const [baseUrl, key] = process.argv.slice(2);
if (!baseUrl || !key) throw new Error("usage: client.js URL KEY");
const api = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${key}` } });

/** What came, or the problem in words. */
function got<T>(answer: { data?: T; error?: Problem; response: Response }): T {
  if (answer.data === undefined)
    throw new Error(`${answer.response.status}: ${answer.error?.detail ?? answer.error?.title}`);
  return answer.data;
}

/** The code that an event brings, if it is one that does. */
function codeOf(event: Event): string | null {
  switch (event.type) {
    case "code.received":
      return event.data.code;
    default:
      return null;
  }
}

async function eventsOf(session: string): Promise<Event[]> {
  const answer = await api.GET("/v1/events", {
    params: { query: { session, after: "0", wait: 0 } },
  });
  const page = got(answer);
  if (typeof page === "string") throw new Error("a stream, where a list was asked for");
  return page.items;
}

const session = got(
  await api.POST("/v1/sessions", {
    params: { header: { "Idempotency-Key": "order-77" } },
    // openapi-fetch by itself lets fields pass that nobody knows.
    body: { workflow: "signup", reference: "order-77" } satisfies AllocateRequest,
  }),
);
const id = session.id;
const path = { id };

const messages = got(
  await api.GET("/v1/sessions/{id}/messages", { params: { path, query: { wait: 20 } } }),
);
const code = messages.items[0]?.code;
if (typeof code !== "string") throw new Error("no code came");

const wrong = got(
  await api.POST("/v1/sessions/{id}/verify", { params: { path }, body: { code: "000000" } }),
);
const unproven: boolean = wrong.success === false;
const right = got(await api.POST("/v1/sessions/{id}/verify", { params: { path }, body: { code } }));
const release = await api.DELETE("/v1/sessions/{id}", { params: { path } });
const after = got(await api.GET("/v1/sessions/{id}", { params: { path } }));
const events = await eventsOf(id);

// A problem is typed too: `type` is one of a closed list.
const refused = await api.GET("/v1/sessions/{id}", {
  params: { path: { id: "ses_00000000000000000000000000" } },
});
const notFound: ProblemType | undefined = refused.error?.type;

console.log(
  JSON.stringify({
    number: session.number,
    code,
    codes: events.map(codeOf).filter((one) => one !== null),
    wrong: { unproven, attempts_left: wrong.attempts_left },
    right: { success: right.success, next_step: right.next_step },
    released: release.response.status,
    state: after.state,
    events: events.map((event) => event.type),
    not_found: notFound,
  }),
);
