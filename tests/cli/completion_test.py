"""The completion script completes, in a real bash."""

import subprocess
import unittest

SCRIPT = "cli/gatherctl.bash"

# Words as bash splits them: "=" is one of its own.
COMPLETE = """
source "$1"; shift
compopt() { :; }
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_gatherctl gatherctl "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


def completions(*words):
    command = ["bash", "-c", COMPLETE, "bash", SCRIPT, "gatherctl", *words]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.split()


class CompletionTest(unittest.TestCase):

    def test_the_first_word_is_a_command(self):
        self.assertEqual(["call", "capabilities"], [
            word for word in completions("ca") if word.startswith("ca")])
        self.assertIn("check", completions(""))

    def test_flags_are_those_of_the_command(self):
        self.assertEqual(["--max_failures=", "--max_concurrency="], completions("call", "--max"))
        self.assertEqual([], completions("capabilities", "--max"))

    def test_values_are_those_of_the_flag(self):
        self.assertEqual(["collect"], completions("call", "--mode", "=", "col"))
        self.assertEqual(["race"], completions("call", "--mode", "r"))
        self.assertEqual(["json", "jsonl"], completions("call", "-o", "js"))
        self.assertEqual(["any"], completions("call", "-m", "an"))

    def test_right_behind_the_sign_all_values_are_offered(self):
        self.assertEqual(["text", "json", "jsonl"], completions("call", "--output", "="))

    def test_files_are_files(self):
        self.assertEqual([SCRIPT], completions("call", "--descriptor_set", "=", SCRIPT[:-3]))

    def test_calls_are_left_alone(self):
        self.assertEqual([], completions("call", "users", "/demo"))


if __name__ == "__main__":
    unittest.main()
