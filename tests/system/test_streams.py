# tests/system/test_streams.py - the stream of server-sent events and the long polls: what they
# tell, where they go on, and that nothing is missed in between; and what the sandbox sends.
import threading
import unittest

import rest
from harness import eventually

OF_A_CODE = ["session.created", "message.received", "code.received"]


class Streams(rest.ApiTest):
    def test_a_stream_tells_events_as_the_long_poll_does(self):
        stream = self.stream()
        session = self.api.session(reference="order-77")
        seen = stream.wait(3)
        self.assertEqual([one["event"] for one in seen], OF_A_CODE)
        self.assertEqual([one["data"] for one in seen], self.api.events())
        for one in seen:
            self.assertEqual(one["id"], one["data"]["id"])
            self.assertEqual(self.api.wrong_event(one["data"]), [])
            self.assertEqual(one["data"]["data"]["session_id"], session["id"])

    def test_last_event_id_goes_on_behind_it(self):
        stream = self.stream()
        for _ in range(3):
            self.api.session()
        seen = [one["id"] for one in stream.wait(9)]
        stream.close()
        self.api.session()
        self.assertEqual(seen, sorted(seen))
        heir = self.stream(last=seen[4])
        self.assertEqual([one["id"] for one in heir.wait(7)][:4], seen[5:])
        # What came while nobody listened, and then what comes now.
        last = self.api.session()
        self.assertEqual(heir.wait(10)[9]["data"]["data"]["session_id"], last["id"])
        ids = [one["id"] for one in heir.events]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertEqual(ids, [event["id"] for event in self.api.events(after=seen[4])])

    def test_last_event_id_holds_over_kill_9(self):
        stream = self.stream()
        self.api.session()
        seen = stream.wait(3)
        self.daemon.restart()
        heir = self.stream(last=seen[0]["id"])
        later = self.api.session()
        after = heir.wait(5)
        self.assertEqual([one["data"] for one in after[:2]], [one["data"] for one in seen[1:]])
        self.assertEqual({one["data"]["data"]["session_id"] for one in after[2:]}, {later["id"]})

    def test_types_and_session_choose(self):
        codes = self.stream("/v1/events?types=code.received")
        first = self.api.session()
        of_one = self.stream(f"/v1/events?session={first['id']}&after=0")
        second = self.api.session()
        self.api.expect(204, "DELETE", f"/v1/sessions/{first['id']}")
        self.assertEqual([one["data"]["data"]["session_id"] for one in codes.wait(2)],
                         [first["id"], second["id"]])
        self.assertEqual([one["event"] for one in of_one.wait(4)],
                         [*OF_A_CODE, "session.released"])
        self.assertEqual(len(codes.events), 2)

    def test_without_the_scope_no_text_and_no_code(self):
        reader = self.key_of("shop", test=True, role="read-only")
        self.api.session()
        self.assertEqual(self.stream("/v1/events?after=0").wait(3)[2]["data"]["data"]["code"],
                         "123456")
        events = reader.events(types="message.received,code.received")
        self.assertEqual([event["type"] for event in events], OF_A_CODE[1:])
        self.assertEqual((events[0]["data"]["text"], events[1]["data"]["code"]), (None, None))

    def test_of_another_platform_nothing_is_heard(self):
        self.daemon.control.post("/v1/platforms", {"name": "other"})
        other = self.key_of("other", test=True)
        session = self.api.session()
        own = other.session()
        events = other.events(wait=5, types="session.created")
        self.assertEqual([event["data"]["session_id"] for event in events], [own["id"]])
        self.assertEqual(other.call("GET", f"/v1/sessions/{session['id']}").status, 404)
        live = self.key_of("shop")
        self.assertEqual(live.events(), [])
        self.assertEqual(live.call("GET", f"/v1/sessions/{session['id']}").status, 404)

    def test_a_long_poll_is_answered_by_what_comes(self):
        session = self.api.session(area="never")
        last = self.api.events()[-1]["id"]
        answers = []
        waiting = threading.Thread(
            target=lambda: answers.append(self.api.events(after=last, wait=60)))
        waiting.start()
        eventually(self.polls, what="the long poll's connection")
        self.assertEqual(answers, [])
        self.api.expect(204, "DELETE", f"/v1/sessions/{session['id']}")
        waiting.join(30)
        self.assertEqual([event["type"] for event in answers[0]], ["session.released"])

    def polls(self):
        """Whether the daemon holds a connection of ours besides those that ask now."""
        with open("/proc/net/tcp") as file:
            rows = [line.split() for line in file][1:]
        return any(row[1].endswith(f":{self.api_port:04X}") and row[3] == "01" for row in rows)

    def test_a_long_poll_for_a_message(self):
        session = self.api.session(area="late")
        path = f"/v1/sessions/{session['id']}/messages"
        self.assertEqual(self.api.get(f"{path}?wait=0")["items"], [])
        page = self.api.get(f"{path}?wait=40")
        self.assertEqual([message["code"] for message in page["items"]], ["123456"])
        self.assertEqual(self.api.get(f"{path}?after={page['next_cursor']}&wait=1")["items"], [])


class Sandbox(rest.ApiTest):
    """Each magic number brings what the README says."""

    def of(self, area, wait=10, **more):
        session = self.api.session(workflow="signup", area=area, **more)
        page = self.api.get(f"/v1/sessions/{session['id']}/messages?wait={wait}")
        return session, page["items"]

    def test_code_parts_chinese_link(self):
        for area, digit in (("code", 1), ("parts", 3), ("chinese", 5), ("link", 6)):
            session, messages = self.of(area)
            with self.subTest(area=area):
                self.assertTrue(session["number"].startswith(f"+99900{digit}"))
                self.assertEqual(len(messages), 1)
                message = messages[0]
                self.assertEqual(message["parts"], 3 if area == "parts" else 1)
                if area == "link":
                    self.assertIsNone(message["code"])
                    self.assertTrue(message["link"].startswith("https://"))
                else:
                    self.assertEqual(message["code"], "123456")

    def test_a_duplicate_is_one_message(self):
        session, _ = self.of("duplicate")
        more = self.api.get(f"/v1/sessions/{session['id']}/messages?wait=0")
        after = self.api.get(f"/v1/sessions/{session['id']}/messages?wait=2"
                             f"&after={more['next_cursor']}")
        self.assertEqual((len(more["items"]), after["items"]), (1, []))
        types = [event["type"] for event in self.api.events(session=session["id"])]
        self.assertEqual(types, OF_A_CODE)

    def test_a_wrong_sender_is_told_and_brings_no_code(self):
        session, messages = self.of("wrong-sender", expected_senders=["Meadow"])
        self.assertEqual((len(messages), messages[0]["source"]), (1, "Stranger"))
        told = self.api.events(session=session["id"])
        self.assertEqual([event["type"] for event in told], OF_A_CODE[:2])
        self.assertFalse(told[1]["data"]["expected_sender"])

    def test_never_and_carrier_down_bring_nothing(self):
        for area in ("never", "carrier-down"):
            self.assertEqual(self.of(area, wait=1)[1], [])
        down = self.api.events(types="carrier.down")
        self.assertEqual(len(down), 1)
        self.assertEqual(self.api.wrong_event(down[0]), [])


if __name__ == "__main__":
    unittest.main()
