"""The examples print what they should, run against the demo backends through a gatherd."""

import textwrap
import unittest

from tests.examples import demo


class ExamplesTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.address = cls.enterClassContext(demo.gatherd())

    def assert_prints(self, example, expected):
        self.assertEqual(textwrap.dedent(expected).removeprefix("\n"),
                         demo.output_of(f"examples/{example}", self.address))

    def test_page_leaves_out_what_is_late_and_fails_without_its_user(self):
        self.assert_prints(
            "page", """
            Ada Lovelace
              On the Analytical Engine
              Notes, A to G
            no advert: GATHER_DEADLINE
            NOT_FOUND: there is no user "nobody"
            """)

    def test_replicas_take_the_first_that_answers_and_list_all_failures(self):
        self.assert_prints(
            "replicas", """
            motto: make haste, says oslo
            menu: soup of the day, says rome
            moon: sub-call 0 "oslo" (oslo /demo.Replica/Lookup): there is no such key (+2 more)
              oslo: NOT_FOUND: there is no such key
              rome: NOT_FOUND: there is no such key
              lima: NOT_FOUND: there is no such key
            """)

    def test_quorum_read_takes_the_newer_of_two_entries(self):
        self.assert_prints(
            "quorum_read", """
              oslo has version 6
              rome has version 7
            motto: make haste slowly
            moon: sub-call 0 "oslo" (oslo /demo.Replica/Lookup): there is no such key (+1 more)
            """)

    def test_coroutines_run_beside_each_other_and_keep_their_order(self):
        self.assert_prints(
            "coroutines", """
            Ada Lovelace reads: All about engines
            Ada Lovelace, 2 posts
            there is no user "nobody"
            grace, 0 posts
            4 succeeded, 1 failed
            """)

    def test_as_completed_shows_each_reply_as_it_comes(self):
        self.assert_prints(
            "python/as_completed", """
            oslo: UNAVAILABLE: oslo is being restarted
            rome: soup of the day
            lima: soup of the day
            2 succeeded, 1 failed
            """)

    def test_groups_crawl_the_whole_site(self):
        site = {"/", "/blog", "/blog/1", "/blog/2", "/docs", "/docs/faq", "/gone"}
        for example, path in (("crawl", 0), ("python/task_group", 1)):
            with self.subTest(example):
                lines = demo.output_of(f"examples/{example}", self.address).splitlines()
                self.assertEqual(site, {line.split()[path].rstrip(":") for line in lines[:-1]})
                self.assertEqual(1, sum("the page is gone" in line for line in lines))
                self.assertEqual("6 pages, 1 gone", lines[-1])


if __name__ == "__main__":
    unittest.main()
