"""gatherd with --config: what a wrong file is told, and what SIGHUP does."""

import signal
import unittest

import grpc

from tests.wire import group_test_support as group_support
from tests.wire import wire_test_support as wire
from tests.wire.certificates import Authority
from tests.wire.config_test_support import ConfigFile, ConfigTest
from tests.wire.config_test_support import await_that, config, run_gatherd, target
from tests.wire.wire_test_support import call, request


class WrongFileTest(unittest.TestCase):

    def assert_told(self, content, *mistakes):
        """As one line at start-up, and all of them by --check_config."""
        file = ConfigFile(self, content)
        start = run_gatherd("--config=" + file.path)
        self.assertEqual(start.returncode, 2)
        more = " (and %d more: see --check_config)" % (len(mistakes) - 1)
        self.assertEqual(
            start.stderr.splitlines(),
            ["gatherd: %s: %s%s" % (file.path, mistakes[0], more if len(mistakes) > 1 else "")])
        check = run_gatherd("--config=" + file.path, "--check_config")
        self.assertEqual((check.returncode, check.stdout), (2, ""))
        self.assertEqual(
            check.stderr.splitlines(),
            ["gatherd: %s: %s" % (file.path, mistake) for mistake in mistakes])

    def test_unknown_field(self):
        self.assert_told(
            config(target("a", "127.0.0.1:1", adress="127.0.0.1:1")),
            "targets[0].adress: there is no such field")

    def test_bad_type(self):
        self.assert_told(
            config(target("a", "127.0.0.1:1", max_connections="many")),
            'targets[0].max_connections: "many" is not a whole number below 2^32')

    def test_duplicate_target(self):
        self.assert_told(
            config(target("a", "127.0.0.1:1"), target("a", "127.0.0.1:2")),
            'targets[1].name: "a" is used twice; names are unique')

    def test_unreadable_certificate(self):
        self.assert_told(
            config(target("a", "127.0.0.1:1", tls={"ca_file": "/no/ca.pem"})),
            'targets[0].tls.ca_file: "/no/ca.pem" cannot be read: No such file or directory')

    def test_many_mistakes(self):
        self.assert_told(
            config(target("a b", ""), allow=[]),
            'targets[0].name: "a b" is no name; those match [A-Za-z0-9][A-Za-z0-9._-]{0,62}',
            "targets[0].address: empty; must be HOST:PORT, dns:///HOST:PORT, ipv4:ADDRESS:PORT, "
            "ipv6:[ADDRESS]:PORT, unix:PATH or xds:///NAME",
            "allow: empty, so nobody could call anything; add a rule")

    def test_key_of_another_certificate(self):
        authority = Authority(self)
        own = authority.issue("DNS:a")
        other = authority.issue("DNS:b")
        self.assert_told(
            config(target("a", "127.0.0.1:1", tls={
                "certificate_file": own.certificate_file,
                "private_key_file": other.private_key_file})),
            'targets[0].tls.private_key_file: the key in "%s" is not that of the certificate in '
            '"%s"' % (other.private_key_file, own.certificate_file))

    def test_listeners_certificate(self):
        self.assert_told(
            config(target("a", "127.0.0.1:1"), listener={
                "tls": {"certificate_file": "/no/c.pem", "private_key_file": "/no/c.key"}}),
            'listener.tls.certificate_file: "/no/c.pem" cannot be read: No such file or directory',
            'listener.tls.private_key_file: "/no/c.key" cannot be read: No such file or directory')

    def test_xds_without_bootstrap(self):
        self.assert_told(
            config(target("a", "xds:///a")),
            "targets[0].address: xds needs a bootstrap: set GRPC_XDS_BOOTSTRAP in the environment "
            "to its file")

    def test_no_json(self):
        self.assert_told("{\n  targets: }", "line 2 is no JSON: Unexpected token.")

    def test_no_file(self):
        done = run_gatherd("--config=/no/gather.json")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(
            done.stderr,
            "gatherd: /no/gather.json: cannot be read: No such file or directory\n")

    def test_right_file_is_checked_without_serving(self):
        file = ConfigFile(self, config(target("a", "127.0.0.1:1")))
        done = run_gatherd("--config=" + file.path, "--check_config")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "OK\n", ""))


class ReloadTest(ConfigTest):

    def test_serves_what_the_file_says_but_for_flags(self):
        self.serve(
            config(target("a", self.backend.address, methods=["/x.Y/*"]), limits={"max_calls": 5}),
            "--max_calls=6")
        self.assertEqual(self.gatherd.gather(request([call(request=b"hi")])).outcomes[0].response,
                         b"hi")
        self.assertEqual(self.capabilities().max_calls, 6)
        self.assertEqual(list(self.capabilities().targets[0].methods), ["/x.Y/*"])

    def test_reload_takes_effect_and_keeps_connections_and_flags(self):
        self.serve(config(target("a", self.backend.address)), "--max_calls=6")
        self.gatherd.gather(request([call()]))
        before = self.connections()
        self.assertEqual(len(before), 1)
        self.reload(config(target("a", self.backend.address), target("b", self.backend.address),
                           limits={"max_calls": 5}))
        self.await_targets("a", "b")
        self.assertEqual(self.gatherd.gather(request([call()])).code, grpc.StatusCode.OK)
        self.assertEqual(self.connections(), before)
        self.assertEqual(self.gatherd.gather(request([call("b")])).code, grpc.StatusCode.OK)
        self.assertEqual(self.capabilities().max_calls, 6)

    def test_running_gather_finishes_on_what_it_started_with(self):
        self.serve(config(target("a", self.backend.address), target("b", self.backend.address)))
        self.backend.hold("/x.Y/Held")
        group = group_support.Group(self.gatherd)
        group.open()
        future = self.gatherd.stub.Gather.future(
            request([call(method="/x.Y/Held", request=b"done")]), timeout=wire.PATIENCE_S)
        self.backend.wait_for(lambda now: now["calls"] == 1)
        self.reload(config(target("b", self.backend.address)))
        self.await_targets("b")
        refused = self.gatherd.gather(request([call("a")]))
        self.assertEqual(refused.error_info.reason, "UNKNOWN_TARGET")
        group.add(call("a", request=b"late"))
        self.assertEqual(group.next().response, b"late")
        self.backend.release("/x.Y/Held")
        self.assertEqual(future.result(timeout=wire.PATIENCE_S).outcomes[0].response, b"done")
        self.assertEqual(group.join().code, grpc.StatusCode.OK)
        await_that(lambda: not self.connections())

    def test_what_does_not_validate_changes_nothing(self):
        self.serve(config(target("a", self.backend.address)))
        for wrong in ("{", config(target("b", "")), config(target("b", "h:1"), nonsense=1),
                      config(target("b", "h:1"), listener={"workers": 2})):
            self.reload(wrong)
            self.assertEqual(self.gatherd.gather(request([call()])).code, grpc.StatusCode.OK)
        await_that(lambda: "".join(self.gatherd.lines).count(" reload_refused ") >= 4)
        self.reload(config(target("a", self.backend.address), target("b", "127.0.0.1:1")))
        self.await_targets("a", "b")

    def test_reload_while_draining_does_nothing(self):
        self.serve(config(target("a", self.backend.address)))
        self.backend.hold("/x.Y/Held")
        future = self.gatherd.stub.Gather.future(
            request([call(method="/x.Y/Held", request=b"done")]), timeout=wire.PATIENCE_S)
        self.backend.wait_for(lambda now: now["calls"] == 1)
        self.gatherd.signal(signal.SIGTERM)
        self.gatherd.await_drain()
        self.gatherd.signal(signal.SIGHUP)
        self.backend.release("/x.Y/Held")
        self.assertEqual(future.result(timeout=wire.PATIENCE_S).outcomes[0].response, b"done")
        self.assertEqual(self.gatherd.wait(), 0)


if __name__ == "__main__":
    unittest.main()
