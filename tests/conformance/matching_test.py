"""What the suite takes for equal, and what it does not."""

import unittest

from tests.conformance import matching


class MatchingTest(unittest.TestCase):

    def assert_matches(self, expect, seen):
        self.assertEqual([], matching.mismatches(expect, seen))

    def assert_differs(self, expect, seen, *where):
        found = matching.mismatches(expect, seen)
        self.assertEqual(list(where), [mismatch.split(":")[0] for mismatch in found])

    def test_nothing_expected_is_ok_and_a_failure_is_not(self):
        self.assert_matches({}, {"status": {"code": "OK"}})
        self.assert_differs({}, {"status": {"code": "ABORTED"}}, "status.code")

    def test_what_is_expected_of_a_status_is_compared(self):
        seen = {"status": {"code": "ABORTED", "message": "no", "reason": "LOOP"}}
        self.assert_matches({"status": {"code": "ABORTED"}}, seen)
        self.assert_differs({"status": {"code": "ABORTED", "message": "yes", "reason": ""}}, seen,
                            "status.message", "status.reason")

    def test_failures_are_compared_in_number_and_content(self):
        expect = {"status": {"failures": [{"index": 0, "code": "ABORTED"}]}}
        self.assert_matches(expect, {"status": {"failures": [{"code": "ABORTED", "id": "0"}]}})
        self.assert_differs(expect, {"status": {}}, "status.failures")
        self.assert_differs(expect, {"status": {"failures": [{"index": 1, "code": "ABORTED"}]}},
                            "status.failures[0].index")

    def test_facts_of_an_outcome_must_be_absent_where_they_are_not_expected(self):
        expect = {"outcomes": [{"disposition": "SUCCEEDED"}]}
        self.assert_matches(
            expect, {"outcomes": [{"disposition": "SUCCEEDED", "delivery": "ANSWERED"}]})
        self.assert_differs(
            expect, {"outcomes": [{"disposition": "SUCCEEDED", "caused_by": 0}]},
            "outcomes[0].caused_by", "outcomes[0].delivery")

    def test_an_empty_reply_is_an_empty_text(self):
        expect = {"outcomes": [{"disposition": "SUCCEEDED", "reply": ""}]}
        seen = {"disposition": "SUCCEEDED", "delivery": "ANSWERED"}
        self.assert_matches(expect, {"outcomes": [{**seen, "reply": ""}]})
        self.assert_differs(expect, {"outcomes": [{**seen, "reply": "x"}]}, "outcomes[0].reply")

    def test_outcomes_stand_in_order_unless_any_will_do(self):
        expect = {"outcomes": [{"disposition": "DETACHED"}, {"disposition": "FAILED", "index": 1}]}
        seen = {"outcomes": [{"disposition": "FAILED", "index": 1}, {"disposition": "DETACHED"}]}
        self.assertTrue(matching.mismatches(expect, seen))
        self.assert_matches({**expect, "any_order": True}, seen)

    def test_every_outcome_is_compared_with_the_one(self):
        expect = {"every_outcome": {"disposition": "DETACHED"}, "total": 2}
        self.assert_matches(expect, {"outcomes": [{"disposition": "DETACHED"}] * 2})
        self.assert_differs(
            expect, {"outcomes": [{"disposition": "DETACHED"}, {"disposition": "FAILED"}]},
            "outcomes[1].disposition")
        self.assert_differs(expect, {}, "outcomes")


if __name__ == "__main__":
    unittest.main()
