"""What gatherctl says, and its exit status, when it cannot do what it was asked for."""

import json
import signal
import socket
import subprocess
import unittest

from tests.cli.gatherctl_test_support import ENVIRONMENT, GATHERCTL, GatherctlTest, run, start

ADA = ("users", "/demo.Users/GetUser", '{"name": "ada"}')
AUCTION = ("adverts", "/demo.Adverts/Pick", '{"topic": "auction"}')  # takes 5 s


def dead_address():
    """Of loopback, where nobody listens and nobody will while the socket is kept."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    return listener, f"127.0.0.1:{listener.getsockname()[1]}"


class UsageTest(GatherctlTest):

    def test_wrong_flags_are_one_line_and_status_two(self):
        for complaint, arguments in (
                ("no command; see gatherctl --help", []),
                ("unknown flag --frob; see gatherctl --help", ["call", "--frob", *ADA]),
                ("--min_successes: \"two\" is not a number; see gatherctl --help",
                 ["call", "-k", "two", *ADA]),
                ("who is to gather? --server=HOST:PORT names a gatherd; with "
                 "--target=NAME=HOST:PORT for each target gatherctl does it itself",
                 ["call", *ADA]),
                ("which server? --server=HOST:PORT names it", ["capabilities"]),
        ):
            with self.subTest(arguments=arguments):
                self.assert_complains(2, complaint, *arguments)

    def test_wrong_json_is_one_line_and_status_two(self):
        for complaint, request in (
                ("calls[0].request: nam: Cannot find field; demo.GetUserRequest has: name",
                 '{"nam": "ada"}'),
                ("calls[0].request: a string must be base64 of the serialised message", '"?"'),
        ):
            self.assert_complains(2, complaint, "call", *self.embedded, *ADA[:2], request)

    def test_wrong_files_are_one_line_and_status_two(self):
        for complaint, flags in (
                ("/nonexistent: No such file or directory", ["-f", "/nonexistent"]),
                ("/nonexistent: No such file or directory", ["--config=/nonexistent", *ADA]),
                ("/nonexistent.proto: cannot be read; is it below a --proto_path?",
                 ["--proto=/nonexistent.proto", *ADA]),
                ("/dev/zero/x: cannot be read as a set of descriptors, which protoc "
                 "--descriptor_set_out --include_imports writes",
                 ["--descriptor_set=/dev/zero/x", *ADA]),
        ):
            with self.subTest(flags=flags):
                self.assert_complains(2, complaint, "call", *self.embedded, *flags)

    def test_a_method_that_is_not_there_names_those_that_are(self):
        self.assert_complains(
            2, "calls[0].request: demo.Users has no method Get; it has: GetUser",
            "call", *self.embedded, "users", "/demo.Users/Get", '{"name": "ada"}')

    def test_output_that_cannot_be_written_is_a_failure(self):
        with open("/dev/full", "w", encoding="ascii") as full:
            done = subprocess.run([GATHERCTL, "call", *self.embedded, *ADA], stdout=full,
                                  stderr=subprocess.PIPE, text=True, check=False, env=ENVIRONMENT)
        self.assertEqual(1, done.returncode)
        self.assertIn("gatherctl: cannot write to standard output\n", done.stderr)


class NobodyThereTest(GatherctlTest):

    def setUp(self):
        listener, self.dead = dead_address()
        self.addCleanup(listener.close)

    def test_a_dead_server_is_status_four(self):
        for arguments in (["call", *ADA], ["check", *ADA], ["capabilities"]):
            done = run(arguments[0], f"--server={self.dead}",
                       *([] if arguments[0] == "capabilities" else self.embedded), *arguments[1:])
            self.assert_status(4, done)
            self.assertRegex(done.stderr, "^gatherctl: no answer from the server: UNAVAILABLE: .*\n$")

    def test_a_server_that_is_no_gatherd_is_status_four(self):
        done = run("call", f"--server={self.address_of['users']}", *self.embedded, *ADA)
        self.assert_status(4, done)
        self.assertIn("no answer from the server: UNIMPLEMENTED", done.stderr)

    def test_a_backend_that_cannot_be_asked_for_its_types_is_status_four(self):
        done = run("call", f"--target=users={self.dead}", *ADA)
        self.assert_status(4, done)
        self.assertIn('calls[0].request: cannot ask target "users" for its types', done.stderr)

    def test_a_dead_backend_is_a_failed_call(self):
        for flags in ([f"--target=users={self.dead}"],):
            document = self.document(1, "call", *flags, "users", "/demo.Users/GetUser")
            outcome = document["outcomes"][0]
            self.assertEqual(("DISPOSITION_FAILED", "ORIGIN_TRANSPORT", "DELIVERY_NEVER_SENT"),
                             (outcome["disposition"], outcome["origin"], outcome["delivery"]))

    def test_a_refused_gather_is_status_one(self):
        for flags in self.doors():
            done = run("call", *flags, "nobody", "/demo.Users/GetUser")
            self.assert_status(1, done)
            self.assertIn('gatherctl: refused: NOT_FOUND: calls[0].target: no target "nobody"\n',
                          done.stderr)
            document = self.document(1, "call", *flags, "nobody", "/demo.Users/GetUser")
            self.assertEqual([], document["outcomes"])
            self.assertEqual(5, document["error"]["code"])


class InterruptedTest(GatherctlTest):

    def events_after(self, flags, then):
        """The events of a gather of which one call has ended, before `then` is done to it."""
        with start("call", *flags, "--mode=collect", "--output=jsonl", *ADA, "+", *AUCTION) as asked:
            first = json.loads(asked.stdout.readline())
            then(asked)
            rest, _ = asked.communicate()
        return asked.returncode, [first, *map(json.loads, rest.splitlines())]

    def test_ctrl_c_cancels_and_shows_what_was_finished(self):
        for flags in self.doors():
            status, events = self.events_after(flags, lambda asked: asked.send_signal(signal.SIGINT))
            self.assertEqual(130, status)
            self.assertEqual("DISPOSITION_SUCCEEDED", events[0]["outcome"]["disposition"])
            self.assertEqual(("DISPOSITION_CANCELLED", "CAUSE_CALLER"),
                             (events[1]["outcome"]["disposition"], events[1]["outcome"]["cause"]))

    def test_sigterm_does_the_same(self):
        for flags in self.doors():
            status, events = self.events_after(flags, lambda asked: asked.send_signal(signal.SIGTERM))
            self.assertEqual(143, status)
            self.assertEqual("CAUSE_CALLER", events[1]["outcome"]["cause"])

    def test_a_server_that_is_killed_leaves_what_was_finished(self):
        command = ["server/gatherd", f"--targets={self.targets}"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
            address = server.stderr.readline().strip().removeprefix("gatherd: serving on ")
            status, events = self.events_after([f"--server={address}", *self.embedded],
                                               lambda _: server.kill())
        self.assertEqual(4, status)
        self.assertEqual("DISPOSITION_SUCCEEDED", events[0]["outcome"]["disposition"])
        self.assertEqual(("DISPOSITION_FAILED", "DELIVERY_EFFECT_UNKNOWN"),
                         (events[1]["outcome"]["disposition"], events[1]["outcome"]["delivery"]))
        self.assertEqual(14, events[2]["error"]["code"])

    def test_a_server_that_shuts_down_is_status_four(self):
        command = ["server/gatherd", f"--targets={self.targets}", "--drain_deadline=0s"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
            address = server.stderr.readline().strip().removeprefix("gatherd: serving on ")
            status, events = self.events_after([f"--server={address}", *self.embedded],
                                               lambda _: server.send_signal(signal.SIGTERM))
            server.communicate()
        self.assertEqual(4, status)
        self.assertEqual("CAUSE_SHUTDOWN", events[1]["outcome"]["cause"])


if __name__ == "__main__":
    unittest.main()
