# tests/system/test_session_states.py - what a session's calls are answered when its state does not
# allow them.
import unittest

import rest

KEEPS = {"attempts": 3, "code": {"length": 6, "alphabet": "digits"}, "release_on": ["failed"]}


class States(rest.ApiTest):
    WORKFLOWS = {**rest.ApiTest.WORKFLOWS, "keeps": KEEPS}

    def verified(self, workflow):
        """The path of a session that is verified, and what the API says of it then."""
        path = f"/v1/sessions/{self.api.session(workflow=workflow)['id']}"
        self.assertEqual(len(self.api.get(path + "/messages?wait=10")["items"]), 1)
        self.assertTrue(self.api.post(path + "/verify", {"code": "123456"})["success"])
        return path, self.api.get(path)

    def test_only_an_active_session_swaps(self):
        """One that is verified and keeps its number is told why not, and is none the worse."""
        path, kept = self.verified("keeps")
        self.assertEqual((kept["state"], kept["ended_at"]), ("verified", None))
        problem = self.api.expect(409, "POST", path + "/swap", {})
        self.assertEqual((problem["type"], problem["detail"]),
                         ("urn:smppd:problem:not_available",
                          "The session is verified: only an active one swaps its number."))
        self.assertEqual(self.api.get(path), kept)
        # One that gave its number back with that has ended.
        path, _ = self.verified("signup")
        problem = self.api.expect(410, "POST", path + "/swap", {})
        self.assertEqual(problem["type"], "urn:smppd:problem:ended")
        # An active one does swap.
        active = self.api.session(workflow="keeps")
        swapped = self.api.post(f"/v1/sessions/{active['id']}/swap", {})
        self.assertNotEqual(swapped["number"], active["number"])


if __name__ == "__main__":
    unittest.main()
