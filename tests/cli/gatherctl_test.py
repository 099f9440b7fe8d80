"""What gatherctl prints of gathers that come to their end."""

import json
import os
import resource
import tempfile
import unittest

from tests.cli.gatherctl_test_support import ENVIRONMENT, GatherctlTest, run

ADA = ("users", "/demo.Users/GetUser", '{"name": "ada"}')
NOBODY = ("users", "/demo.Users/GetUser", '{"name": "nobody"}')
POSTS = ("posts", "/demo.Posts/List", '{"author": "ada"}')
AUCTION = ("adverts", "/demo.Adverts/Pick", '{"topic": "auction"}')  # takes 5 s

ADA_REPLY = {"name": "ada", "fullName": "Ada Lovelace"}


class CallTest(GatherctlTest):

    def file(self, text, mode="w"):
        file = tempfile.NamedTemporaryFile(mode, delete=False)
        self.addCleanup(os.unlink, file.name)
        with file:
            file.write(text)
        return file.name

    def test_each_call_has_a_line_with_its_reply(self):
        for flags in self.doors():
            done = run("call", *flags, "--max_concurrency=1", *ADA, "--id=ada", "+", *POSTS)
            self.assert_status(0, done)
            rows = [line.split("\t") for line in done.stdout.splitlines()]
            self.assertEqual(["0", "ada", "users", "/demo.Users/GetUser", "SUCCEEDED"], rows[0][:5])
            self.assertEqual(ADA_REPLY, json.loads(rows[0][7]))
            self.assertEqual("/demo.Posts/List", rows[1][3])
            self.assertRegex(done.stderr, r"^gatherctl: satisfied in .* \(2 succeeded\)\n$")

    def test_the_first_failure_cancels_the_rest(self):
        for flags in self.doors():
            done = run("call", *flags, *NOBODY, "+", *AUCTION)
            self.assert_status(1, done)
            rows = [line.split("\t") for line in done.stdout.splitlines()]
            self.assertEqual('NOT_FOUND: there is no user "nobody"', rows[0][7])
            self.assertEqual(["1", "1", "adverts", "/demo.Adverts/Pick", "CANCELLED"], rows[1][:5])
            self.assertEqual("cancelled: call 0 failed", rows[1][7])
            self.assertIn('call 0: NOT_FOUND: there is no user "nobody"', done.stderr)

    def test_modes_and_options_are_those_of_the_gather(self):
        for flags in self.doors():
            document = self.document(
                0, "call", *flags, "--mode=quorum", "--min_successes=2", "--max_concurrency=2",
                *ADA, "--id=first", "+", *NOBODY, "--optional", "+", *ADA, "+", *AUCTION)
            self.assertEqual("VERDICT_SATISFIED", document["decision"]["verdict"])
            self.assertEqual(2, document["decision"]["decidedBy"])
            self.assertEqual("CAUSE_DECIDED", document["outcomes"][3]["cause"])
            self.assertEqual("first", document["outcomes"][0]["id"])

    def test_a_deadline_keeps_what_was_finished(self):
        for flags in self.doors():
            document = self.document(3, "call", *flags, "--timeout=1s", *ADA, "+", *AUCTION)
            self.assertEqual(ADA_REPLY, document["outcomes"][0]["response"])
            self.assertEqual("CAUSE_GATHER_DEADLINE", document["outcomes"][1]["cause"])

    def test_a_calls_own_timeout_is_its_failure_alone(self):
        for flags in self.doors():
            document = self.document(0, "call", *flags, "--mode=collect", *AUCTION,
                                     "--timeout=100ms", "+", *ADA)
            self.assertEqual("CAUSE_SUB_CALL_DEADLINE", document["outcomes"][0]["cause"])
            self.assertEqual("DISPOSITION_SUCCEEDED", document["outcomes"][1]["disposition"])

    def test_collect_counts_failures_as_results(self):
        for flags in self.doors():
            document = self.document(0, "call", *flags, "--mode=collect", *NOBODY, "+", *ADA)
            self.assertEqual({"code": 5, "message": 'there is no user "nobody"'},
                             document["outcomes"][0]["status"])
            self.assertEqual({"succeeded": 1, "failed": 1}, {
                key: document["summary"][key] for key in ("succeeded", "failed")})
            run_out = self.document(1, "call", *flags, "--mode=collect", "--max_failures=0",
                                    *NOBODY, "+", *AUCTION)
            self.assertEqual("VERDICT_FAILED", run_out["decision"]["verdict"])

    def test_fallbacks_stand_in_for_failures(self):
        for flags in self.doors():
            document = self.document(0, "call", *flags, *NOBODY, '--fallback={"name": "x"}',
                                     "--fallback_codes=NOT_FOUND")
            self.assertEqual({"name": "x"}, document["outcomes"][0]["response"])
            self.assertTrue(document["outcomes"][0]["fromFallback"])

    def test_lines_of_json_are_events_and_a_summary(self):
        for flags in self.doors():
            done = run("call", *flags, "--output=jsonl", "--max_concurrency=1", *ADA, "+", *POSTS)
            events = [json.loads(line) for line in done.stdout.splitlines()]
            self.assertEqual([["outcome"], ["outcome"], ["summary"]],
                             [list(event) for event in events])
            self.assertEqual(ADA_REPLY, events[0]["outcome"]["response"])

    def test_a_file_holds_a_whole_gather(self):
        gather = {
            "policy": {"mode": "MODE_COLLECT"},
            "defaults": {"target": "users", "method": "/demo.Users/GetUser"},
            "calls": [{"id": "ada", "request": {"name": "ada"}}, {"request": "CgNhZGE="}],
        }
        text = json.dumps(gather)
        for flags in self.doors():
            for options in ({"args": ["-f", self.file(text)]},
                            {"args": ["-f", "-"], "input": text}):
                document = self.document(0, "call", *flags, *options.pop("args"), **options)
                self.assertEqual([ADA_REPLY, ADA_REPLY],
                                 [each["response"] for each in document["outcomes"]])

    def test_flags_stand_instead_of_what_the_file_says(self):
        text = json.dumps({"timeout": "30s", "calls": [
            {"target": "adverts", "method": "/demo.Adverts/Pick", "request": {"topic": "auction"}}]})
        document = self.document(3, "call", *self.embedded, "-f", "-", "--timeout=100ms", input=text)
        self.assertEqual("VERDICT_DEADLINE_EXCEEDED", document["decision"]["verdict"])

    def test_a_request_can_stand_in_a_file_of_its_own(self):
        done = run("call", *self.embedded, *ADA[:2], "@" + self.file('{"name": "ada"}'))
        self.assertIn("Ada Lovelace", done.stdout)

    def test_types_come_from_proto_files_and_descriptor_sets_too(self):
        server = f"--server={self.server}"
        done = run("call", server, "--proto=examples/demo.proto", *ADA)
        self.assertIn("Ada Lovelace", done.stdout)
        done = run("call", server, "--proto_path=examples", "--proto=examples/demo.proto", *ADA)
        self.assertIn("Ada Lovelace", done.stdout)

    def test_without_types_replies_are_base64_and_it_is_said_why(self):
        done = run("call", f"--server={self.server}", *ADA[:2], '"CgNhZGE="')
        self.assert_status(0, done)
        self.assertIn('\t"CgNhZGESDEFkYSBMb3ZlbGFjZQ=="\n', done.stdout)
        self.assertIn("replies of users GetUser are shown as base64: where target", done.stderr)

    def test_settings_come_from_a_file(self):
        settings = json.dumps({"server": self.server, "targets": [
            {"name": "users", "address": self.address_of["users"]}]})
        done = run("call", "--config", self.file(settings), *ADA)
        self.assertIn("Ada Lovelace", done.stdout)
        with tempfile.TemporaryDirectory() as home:
            os.mkdir(os.path.join(home, "gather"))
            with open(os.path.join(home, "gather", "gatherctl.json"), "w") as file:
                file.write(settings)
            done = run("call", *ADA, env={**ENVIRONMENT, "XDG_CONFIG_HOME": home})
            self.assertIn("Ada Lovelace", done.stdout)

    def test_streams_of_replies_are_lists(self):
        inner = json.dumps({"calls": [{"target": "users", "method": "/demo.Users/GetUser",
                                       "request": "CgNhZGE="}]})
        done = run("call", f"--target=gatherd={self.server}", "gatherd",
                   "/gather.v1.GatherService/AsCompleted", inner)
        self.assert_status(0, done)
        outcome, summary = json.loads(done.stdout.split("\t")[7])
        self.assertEqual("CgNhZGESDEFkYSBMb3ZlbGFjZQ==", outcome["outcome"]["response"])
        self.assertEqual(1, summary["summary"]["succeeded"])
        document = self.document(0, "call", f"--target=gatherd={self.server}", "gatherd",
                                 "/gather.v1.GatherService/AsCompleted", inner)
        self.assertEqual(outcome["outcome"]["response"],
                         document["outcomes"][0]["responses"][0]["outcome"]["response"])

    def test_methods_that_stream_requests_are_refused(self):
        self.assert_complains(
            2, "calls[0].method: takes a stream of requests; a gather calls methods with one "
            "request", "call", f"--target=gatherd={self.server}", "gatherd",
            "/gather.v1.GatherService/TaskGroup")

    def test_what_only_check_asks_for_is_refused(self):
        self.assert_complains(2, "validate_only: gatherctl check asks for that", "call",
                              *self.embedded, "-f", "-", input='{"validate_only": true}')

    def test_quiet_leaves_out_what_is_no_result(self):
        done = run("call", *self.embedded, "--quiet", *ADA)
        self.assertEqual("", done.stderr)
        self.assertIn("Ada Lovelace", done.stdout)

    def test_ten_thousand_calls_are_gathered_in_bounded_memory(self):
        gather = json.dumps({
            "policy": {"mode": "MODE_COLLECT"},
            "defaults": {"target": "users", "method": "/demo.Users/GetUser"},
            "calls": [{"request": {"name": f"user {i}"}} for i in range(10_000)],
        })
        for flags in self.doors():
            done = run("call", *flags, "-f", "-", input=gather)
            self.assert_status(0, done)
            names = {json.loads(line.split("\t")[7])["name"] for line in done.stdout.splitlines()}
            self.assertEqual(10_000, len(names))
            self.assertIn("(10,000 succeeded)", done.stderr)
        if "ASAN_OPTIONS" not in os.environ:  # a sanitizer's own memory says nothing of ours
            most_kib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
            self.assertLess(most_kib, 150 << 10)


class CheckTest(GatherctlTest):

    def test_says_that_a_gather_would_be_accepted_and_calls_nobody(self):
        for flags in self.doors():
            done = run("check", *flags, "--mode=collect", "--timeout=300ms", *AUCTION)
            self.assert_status(0, done)
            self.assertRegex(done.stdout, r"^accepted: collect, 1 call, 1,000 at once, within 300 ms")

    def test_names_the_calls_that_would_be_refused(self):
        for flags in self.doors():
            done = run("check", *flags, "--mode=collect", *ADA, "+", "nobody", "/demo.Users/GetUser")
            self.assert_status(1, done)
            self.assertIn('call 1: refused, NOT_FOUND: calls[1].target: no target "nobody"',
                          done.stdout)

    def test_tells_why_a_gather_would_be_refused(self):
        for flags in self.doors():
            self.assert_complains(
                1, "refused: INVALID_ARGUMENT: policy.min_successes: 3 successes of 1 sub-calls "
                "that count (are not OPTIONAL)", "check", *flags, "--mode=quorum", "-k", "3", *ADA)

    def test_shows_the_effective_request_as_json(self):
        document = self.document(0, "check", *self.remote, "--timeout=10h", *ADA)
        self.assertEqual("3600s", document["effective"]["timeout"])


class CapabilitiesTest(GatherctlTest):

    def test_are_told_in_words_and_as_json(self):
        done = run("capabilities", f"--server={self.server}")
        self.assert_status(0, done)
        self.assertIn("calls in a gather       10,000\n", done.stdout)
        self.assertRegex(done.stdout, r"\n  users +every method\n")
        document = self.document(0, "capabilities", f"--server={self.server}")
        self.assertEqual(10_000, document["maxCalls"])


if __name__ == "__main__":
    unittest.main()
