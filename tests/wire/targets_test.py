"""What a configuration says of targets, seen at their backends."""

import concurrent.futures
import socket
import threading
import unittest

import grpc

from gather.v1 import gather_pb2 as pb
from tests.wire import wire_test_support as wire
from tests.wire.certificates import Authority
from tests.wire.config_test_support import ConfigTest, await_that, config, target
from tests.wire.wire_test_support import NOT_SERVING, SERVING, call, duration, entries, request

SUCCEEDED = pb.DISPOSITION_SUCCEEDED
FAILED = pb.DISPOSITION_FAILED


class EchoService(grpc.GenericRpcHandler):
    """Echoes every unary call; answers health watches with what it is set to."""

    def __init__(self):
        self.calls = 0
        self.watched = []
        self._changed = threading.Condition()
        self._health = SERVING

    def set_health(self, health):
        with self._changed:
            self._health = health
            self._changed.notify_all()

    def service(self, details):
        if details.method == "/grpc.health.v1.Health/Watch":
            return grpc.unary_stream_rpc_method_handler(self._watch)
        return grpc.unary_unary_rpc_method_handler(self._echo)

    def _echo(self, message, _context):
        self.calls += 1
        return message

    def _watch(self, message, context):
        self.watched.append(message)
        context.add_callback(self._wake)
        told = None
        while context.is_active():
            with self._changed:
                self._changed.wait_for(
                    lambda: self._health != told or not context.is_active())
                told = self._health
            yield told

    def _wake(self):
        with self._changed:
            self._changed.notify_all()


class EchoBackend:
    """A backend of this process, with TLS if there are credentials."""

    def __init__(self, test, credentials=None):
        self.service = EchoService()
        self._server = grpc.server(
            concurrent.futures.ThreadPoolExecutor(8), handlers=(self.service,),
            options=(("grpc.so_reuseport", 0),))
        if credentials is None:
            self.port = self._server.add_insecure_port("127.0.0.1:0")
        else:
            self.port = self._server.add_secure_port("127.0.0.1:0", credentials)
        self.address = "127.0.0.1:%d" % self.port
        self._server.start()
        test.addCleanup(lambda: self._server.stop(None).wait())


class TlsTest(ConfigTest):

    def setUp(self):
        super().setUp()
        self.authority = Authority(self)

    def tls_backend(self, *names, clients=None):
        own = self.authority.issue(*names)
        return EchoBackend(self, grpc.ssl_server_credentials(
            [(own.key_pem, own.pem)], clients and clients.pem, clients is not None))

    def assert_echoes(self):
        outcome = self.outcome(request=b"hi")
        self.assertEqual((outcome.disposition, outcome.response), (SUCCEEDED, b"hi"), outcome)

    def assert_not_sent(self):
        outcome = self.outcome()
        self.assertEqual((outcome.disposition, outcome.status.code), (FAILED, 14), outcome)
        self.assertEqual(
            (outcome.origin, outcome.delivery), (pb.ORIGIN_TRANSPORT, pb.DELIVERY_NEVER_SENT))

    def serve_tls(self, backend, tls, **fields):
        self.serve(config(target("a", backend.address, tls=tls, **fields)))

    def test_backend_whose_certificate_is_signed_by_the_authority(self):
        self.serve_tls(self.tls_backend("IP:127.0.0.1"),
                       {"ca_file": self.authority.certificate_file})
        self.assert_echoes()

    def test_backend_whose_certificate_is_signed_by_another_is_not_sent_to(self):
        self.serve_tls(self.tls_backend("IP:127.0.0.1"),
                       {"ca_file": Authority(self).certificate_file})
        self.assert_not_sent()

    def test_backend_in_plaintext_is_not_sent_to(self):
        self.serve_tls(self.backend, {"ca_file": self.authority.certificate_file})
        self.assert_not_sent()

    def test_backend_whose_certificate_bears_another_name_is_not_sent_to(self):
        self.serve_tls(self.tls_backend("DNS:users.internal"),
                       {"ca_file": self.authority.certificate_file})
        self.assert_not_sent()

    def test_name_of_the_certificate(self):
        self.serve_tls(self.tls_backend("DNS:users.internal"), {
            "ca_file": self.authority.certificate_file, "server_name": "users.internal"})
        self.assert_echoes()

    def test_authority_is_the_name_of_the_certificate(self):
        self.serve_tls(self.tls_backend("DNS:users.internal"),
                       {"ca_file": self.authority.certificate_file}, authority="users.internal")
        self.assert_echoes()

    def test_backend_that_asks_for_a_certificate(self):
        clients = Authority(self, "clients")
        own = clients.issue("DNS:gatherd")
        self.serve_tls(self.tls_backend("IP:127.0.0.1", clients=clients), {
            "ca_file": self.authority.certificate_file,
            "certificate_file": own.certificate_file,
            "private_key_file": own.private_key_file})
        self.assert_echoes()

    def test_backend_that_asks_for_a_certificate_in_vain(self):
        backend = self.tls_backend("IP:127.0.0.1", clients=Authority(self, "clients"))
        self.serve_tls(backend, {"ca_file": self.authority.certificate_file})
        outcome = self.outcome()
        self.assertEqual((outcome.disposition, outcome.status.code), (FAILED, 14), outcome)
        self.assertEqual(backend.service.calls, 0)

    def test_files_that_changed_are_read_with_the_next_reload(self):
        backend = self.tls_backend("IP:127.0.0.1")
        wrong = Authority(self)
        content = config(target("a", backend.address, tls={"ca_file": wrong.certificate_file}))
        self.serve(content)
        self.assert_not_sent()
        with open(wrong.certificate_file, "wb") as file:
            file.write(self.authority.pem)
        self.reload(content)
        await_that(lambda: self.outcome().disposition == SUCCEEDED)


class LetThroughTest(ConfigTest):

    def serve_target(self, **fields):
        self.serve(config(target("a", self.backend.address, **fields)))

    def reason_of(self, outcome):
        return pb.ErrorInfo.FromString(outcome.status.details[0].value).reason

    # refusals: METHOD_NOT_ALLOWED
    def test_other_methods_are_a_rejected_slot_and_not_sent(self):
        self.serve_target(methods=["/x.Y/Get"])
        answer = self.gather(call(method="/x.Y/Get"), call(method="/x.Y/Set"),
                             mode=pb.MODE_COLLECT)
        self.assertEqual(answer.outcomes[0].disposition, SUCCEEDED)
        refused = answer.outcomes[1]
        self.assertEqual((refused.disposition, refused.delivery),
                         (pb.DISPOSITION_REJECTED, pb.DELIVERY_NEVER_SENT))
        self.assertEqual((refused.status.code, self.reason_of(refused)), (7, "METHOD_NOT_ALLOWED"))
        self.assertEqual(
            refused.status.message, 'calls[1].method: "/x.Y/Set" is not allowed of target "a"')
        self.assertEqual(self.backend.stats()["calls"], 1)

    # refusals: METADATA_NOT_ALLOWED
    def test_only_listed_metadata_reaches_the_backend(self):
        self.serve_target(request_metadata=["x-test-describe", "x-page", "authorization"])
        described = self.outcome(metadata=entries(x_test_describe=1) + [
            wire.entry("x-page", "home"), wire.entry("authorization", "t")])
        for key in ("x-page", "authorization"):
            self.assertIn("metadata %s " % key, described.response.decode())
        refused = self.outcome(metadata=[wire.entry("cookie", "c")])
        self.assertEqual((refused.status.code, self.reason_of(refused)),
                         (7, "METADATA_NOT_ALLOWED"))
        self.assertEqual(
            refused.status.message,
            'calls[0].metadata: key "cookie" is not let through by target "a"')
        self.assertEqual(self.backend.stats()["calls"], 1)

    def test_only_listed_trailers_reach_the_caller(self):
        trailers = entries(x_test_trailer_kept="k", x_test_trailer_dropped="d")
        self.serve_target(request_metadata=["*"], response_metadata=["kept"])
        self.assertEqual([(each.key, each.value) for each in
                          self.outcome(metadata=trailers).trailers], [("kept", b"k")])
        self.reload(config(target("a", self.backend.address, request_metadata=["*"])))
        await_that(lambda: not self.outcome(metadata=trailers).trailers)


class LoadBalancingTest(ConfigTest):

    def setUp(self):
        super().setUp()
        self.one = EchoBackend(self)
        self.two = EchoBackend(self)
        self.both = "ipv4:127.0.0.1:%d,127.0.0.1:%d" % (self.one.port, self.two.port)

    def test_round_robin_is_the_default_and_reaches_every_endpoint(self):
        self.serve(config(target("a", self.both)))
        await_that(lambda: self.outcome().disposition == SUCCEEDED
                   and self.one.service.calls > 0 and self.two.service.calls > 0)

    def test_pick_first_stays_with_one(self):
        self.serve(config(target("a", self.both, load_balancing="LOAD_BALANCING_PICK_FIRST")))
        for _ in range(20):
            self.assertEqual(self.outcome().disposition, SUCCEEDED)
        self.assertEqual({self.one.service.calls, self.two.service.calls}, {0, 20})

    def test_endpoint_that_is_not_serving_is_left_out(self):
        self.one.service.set_health(NOT_SERVING)
        self.serve(config(target("a", self.both, health_check_service="demo.Users")))
        await_that(lambda: self.outcome().disposition == SUCCEEDED)
        await_that(lambda: self.one.service.watched)
        self.assertEqual(self.one.service.watched[0], b"\x0a\x0ademo.Users")
        for _ in range(20):
            self.assertEqual(self.outcome().disposition, SUCCEEDED)
        self.assertEqual(self.one.service.calls, 0)
        self.one.service.set_health(SERVING)
        await_that(lambda: self.outcome().disposition == SUCCEEDED and self.one.service.calls > 0)

    def test_when_none_is_serving_nothing_is_sent(self):
        self.one.service.set_health(NOT_SERVING)
        self.serve(config(target("a", self.one.address, health_check_service="")))
        outcome = self.outcome()
        self.assertEqual((outcome.disposition, outcome.status.code), (FAILED, 14), outcome)
        self.assertEqual(outcome.delivery, pb.DELIVERY_NEVER_SENT, outcome)
        self.assertEqual(self.one.service.calls, 0)


class ConnectionsTest(ConfigTest):

    def test_no_backend_fails_at_once_and_was_never_sent(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            self.serve(config(target("a", "127.0.0.1:%d" % unused.getsockname()[1])))
            outcome = self.outcome()
        self.assertEqual((outcome.disposition, outcome.status.code), (FAILED, 14), outcome)
        self.assertEqual(outcome.delivery, pb.DELIVERY_NEVER_SENT, outcome)

    def test_wait_for_ready_waits_for_the_backend(self):
        port = self.backend.port
        self.backend.stop()
        self.serve(config(target("a", "127.0.0.1:%d" % port, wait_for_ready=True)))
        future = self.gatherd.stub.Gather.future(
            request([call(request=b"hi")]), timeout=wire.PATIENCE_S)
        short = self.outcome(timeout=duration(0.2))
        self.assertEqual(short.cause, pb.CAUSE_SUB_CALL_DEADLINE, short)
        self.backend = self.start(wire.Backend, port)
        self.assertEqual(future.result(timeout=wire.PATIENCE_S).outcomes[0].response, b"hi")

    def test_connections_grow_before_calls_would_queue(self):
        self.serve(config(target("a", self.backend.address, max_connections=2,
                                 streams_per_connection=3)))
        self.backend.hold("/x.Y/Held")
        held = call(method="/x.Y/Held")
        futures = [self.gatherd.stub.Gather.future(request([held] * 3))]
        self.backend.wait_for(lambda now: now["calls"] == 3)
        self.assertEqual(len(self.connections()), 1)
        futures.append(self.gatherd.stub.Gather.future(request([held])))
        self.backend.wait_for(lambda now: now["calls"] == 4)
        self.assertEqual(len(self.connections()), 2)
        futures.append(self.gatherd.stub.Gather.future(request([held] * 9)))
        self.backend.wait_for(lambda now: now["calls"] == 13)
        self.assertEqual(len(self.connections()), 2)
        self.backend.release("/x.Y/Held")
        for future in futures:
            future.result(timeout=wire.PATIENCE_S)

    def test_authority(self):
        self.serve(config(target("a", self.backend.address, authority="users.internal",
                                 request_metadata=["*"])))
        text = self.outcome(metadata=entries(x_test_describe=1)).response.decode()
        self.assertIn("authority users.internal\n", text)

    def test_cap_of_a_targets_replies(self):
        self.serve(config(
            target("a", self.backend.address, request_metadata=["*"], max_reply_bytes=1000),
            target("b", self.backend.address, request_metadata=["*"])))
        for name, bytes_, disposition in (("a", 900, SUCCEEDED), ("a", 2000, FAILED),
                                          ("b", 2000, SUCCEEDED)):
            outcome = self.outcome(name, metadata=entries(x_test_reply_bytes=bytes_))
            self.assertEqual(outcome.disposition, disposition, outcome)

    def test_cap_of_a_targets_replies_changes_with_a_reload(self):
        self.serve(config(target("a", self.backend.address, request_metadata=["*"],
                                 max_reply_bytes=1000)))
        large = entries(x_test_reply_bytes=2000)
        self.assertEqual(self.outcome(metadata=large).disposition, FAILED)
        self.reload(config(target("a", self.backend.address, request_metadata=["*"],
                                  max_reply_bytes=3000)))
        await_that(lambda: self.outcome(metadata=large).disposition == SUCCEEDED)


class ListenerTest(ConfigTest):

    def serve_listener(self, **fields):
        self.serve(config(target("a", self.backend.address), listener=fields))

    def test_streams_of_a_connection(self):
        self.serve_listener(max_streams_per_connection=1)
        self.gather(call())
        self.backend.hold("/x.Y/Held")
        futures = [self.gatherd.stub.Gather.future(
            request([call(method="/x.Y/Held")]), timeout=wire.PATIENCE_S) for _ in range(2)]
        self.backend.wait_for(lambda now: now["calls"] == 2)
        other = wire.Client(self.gatherd.address)
        self.addCleanup(other.channel.close)
        other.stub.Gather(request([call()]), timeout=wire.PATIENCE_S)
        self.assertEqual(self.backend.stats()["calls"], 3)
        self.backend.release("/x.Y/Held")
        for future in futures:
            future.result(timeout=wire.PATIENCE_S)

    def test_connection_that_never_speaks_is_closed(self):
        self.serve_listener(handshake_timeout="0.2s")
        host, port = self.gatherd.address.rsplit(":", 1)
        with socket.create_connection((host, int(port)), wire.PATIENCE_S) as silent:
            while silent.recv(1000):
                pass

    def test_flood_of_handshakes_that_fail_is_no_flood_of_lines(self):
        own = Authority(self).issue("IP:127.0.0.1")
        tls = {"certificate_file": own.certificate_file, "private_key_file": own.private_key_file}
        self.serve(config(target("a", self.backend.address), listener={"tls": tls},
                          logging={"level": "error"}))
        host, port = self.gatherd.address.rsplit(":", 1)

        def some_had_no_line():
            for _ in range(200):
                with socket.create_connection((host, int(port)), wire.PATIENCE_S) as stranger:
                    stranger.sendall(b"plaintext")
            return any(" grpc " in line and " suppressed=" in line for line in self.gatherd.lines)

        await_that(some_had_no_line)

    def test_connection_of_age_is_told_to_go_and_what_runs_finishes(self):
        self.serve_listener(max_connection_age="1s")
        self.backend.hold("/x.Y/Held")
        future = self.gatherd.stub.Gather.future(
            request([call(method="/x.Y/Held", request=b"done")]), timeout=wire.PATIENCE_S)
        self.backend.wait_for(lambda now: now["calls"] == 1)
        first = self.accepted()
        self.assertEqual(len(first), 1)
        # The client makes another connection once the first has told it to go.
        await_that(lambda: self.gather(call()).code == grpc.StatusCode.OK
                   and self.accepted() - first)
        self.backend.release("/x.Y/Held")
        self.assertEqual(future.result(timeout=wire.PATIENCE_S).outcomes[0].response, b"done")

    def test_grace_of_a_connection_of_age_ends(self):
        self.serve_listener(max_connection_age="1s", max_connection_age_grace="0.1s")
        self.backend.hold("/x.Y/Held")
        answer = self.gather(call(method="/x.Y/Held"))
        self.assertEqual(answer.code, grpc.StatusCode.UNAVAILABLE)
        self.backend.wait_for(lambda now: now["cancelled"] == 1)


if __name__ == "__main__":
    unittest.main()
