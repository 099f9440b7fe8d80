#!/usr/bin/env python3
"""The client processes of other languages, run as the harness of the benchmarks runs them."""

import re
import socket
import subprocess
import unittest

# Calls, at once, bytes, levels, slow, gathers.
ONE_AT_A_TIME = "30 1 100 1 0 7"
SEVEN_AT_ONCE = "10 7 2000 1 0 20"
LONG_TAIL = "50 1 100 1 1 4"
SLOW_CALL_NS = 20_000_000


class Server:
    """A process that says in its first line where it serves."""

    def __init__(self, command, output):
        self._process = subprocess.Popen(command, text=True, **{output: subprocess.PIPE})
        self._stream = getattr(self._process, output)
        self.address = re.search(r"\S+:\d+$", self._stream.readline().strip()).group()

    def stop(self):
        self._process.kill()
        self._process.wait()
        self._stream.close()


class ClientsTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.backend = Server(["benchmarks/echo_backend"], "stdout")
        cls.addClassCleanup(cls.backend.stop)
        cls.gatherd = Server(["server/gatherd", "--listen=127.0.0.1:0", "--log_level=error",
                              "--targets=echo=" + cls.backend.address], "stderr")
        cls.addClassCleanup(cls.gatherd.stop)

    def run_lines(self, program, door, lines, backend=None, gatherd=None):
        """The numbers that answer each line."""
        command = ["benchmarks/" + program, "--door=" + door,
                   "--backend=" + (backend or self.backend.address),
                   "--gatherd=" + (gatherd or self.gatherd.address)]
        done = subprocess.run(command, input="".join(line + "\n" for line in lines), text=True,
                              stdout=subprocess.PIPE, check=True, timeout=60)
        ready, *answers = done.stdout.splitlines()
        self.assertEqual(ready, "ready")
        self.assertEqual(len(answers), len(lines))
        return [[int(number) for number in answer.split(" ")] for answer in answers]

    def check_door(self, program, door):
        answers = self.run_lines(program, door, [ONE_AT_A_TIME, SEVEN_AT_ONCE, LONG_TAIL])
        for errors, wall, p50, p90, p99 in answers:
            self.assertEqual(errors, 0)
            self.assertTrue(0 < p50 <= p90 <= p99 <= wall, (wall, p50, p90, p99))
        # Every second gather of 50 has a long-tail call.
        _, wall, _, p90, _ = answers[-1]
        self.assertGreaterEqual(p90, SLOW_CALL_NS)
        self.assertGreaterEqual(wall, 2 * SLOW_CALL_NS)

    def check_failures(self, program, door):
        with socket.socket() as deaf:
            deaf.bind(("127.0.0.1", 0))  # nobody listens there
            nobody = "127.0.0.1:%d" % deaf.getsockname()[1]
            [[errors, *_]] = self.run_lines(program, door, ["5 1 100 1 0 2"], nobody, nobody)
        self.assertEqual(errors, 10)

    def test_python_gather_answers_each_line(self):
        self.check_door("python_client", "python-gather")

    def test_python_task_group_answers_each_line(self):
        self.check_door("python_client", "python-taskgroup")

    def test_python_through_gatherd_answers_each_line(self):
        self.check_door("python_client", "python-gatherd")

    def test_go_answers_each_line(self):
        self.check_door("go_client", "go")

    def test_go_through_gatherd_answers_each_line(self):
        self.check_door("go_client", "go-gatherd")

    def test_node_answers_each_line(self):
        self.check_door("node_client", "node")

    def test_node_through_gatherd_answers_each_line(self):
        self.check_door("node_client", "node-gatherd")

    def test_failed_calls_are_counted(self):
        for program, doors in {
                "python_client": ["python-gather", "python-taskgroup", "python-gatherd"],
                "go_client": ["go", "go-gatherd"],
                "node_client": ["node", "node-gatherd"],
        }.items():
            for door in doors:
                with self.subTest(door):
                    self.check_failures(program, door)


if __name__ == "__main__":
    unittest.main()
