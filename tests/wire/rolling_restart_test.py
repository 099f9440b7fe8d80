"""Two replicas under load, of which each is drained and started again in turn: nothing is lost."""

import itertools
import json
import signal
import threading
import unittest

import grpc

from tests.wire import wire_test_support as wire
from tests.wire.wire_test_support import call, request

RESTARTS = 10
CALLERS = 4


class Replica:
    """A gatherd that keeps its address over restarts."""

    def __init__(self, backend):
        self._targets = {"a": backend.address}
        self._process = wire.Gatherd(self._targets, "--lame_duck=500ms")
        self.address = self._process.address

    def restart(self):
        self._process.signal(signal.SIGTERM)
        status = self._process.wait()
        self._process.stop()
        # The later flag wins.
        self._process = wire.Gatherd(self._targets, "--lame_duck=500ms", "--listen=" + self.address)
        return status

    def stop(self):
        self._process.stop()


def watching_client(addresses):
    """One that leaves out replicas whose health service says that they do not serve."""
    config = {"loadBalancingConfig": [{"round_robin": {}}], "healthCheckConfig": {"serviceName": ""}}
    return wire.Client("ipv4:" + ",".join(addresses), [
        ("grpc.service_config", json.dumps(config)),
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.min_reconnect_backoff_ms", 100),
    ])


class Caller(threading.Thread):
    """Gathers one after the other, from one client and then the next.

    What is surely safe is repeated: gathers that a draining server refused, and those for which
    there was no connection.
    """

    def __init__(self, clients, wait_for_ready):
        super().__init__()
        self._wait_for_ready = wait_for_ready
        self._clients = itertools.cycle(clients)
        self._over = threading.Event()
        self._progress = threading.Condition()
        self.answered = 0
        self.refused = 0
        self.unseen = 0
        self.failures = []

    def run(self):
        while not self._over.is_set():
            self._gather()

    def await_more(self):
        """Until it has some answers more; what was asked before is answered then."""
        with self._progress:
            enough = self.answered + 3
            return self._progress.wait_for(lambda: self.answered >= enough, wire.PATIENCE_S)

    def finish(self):
        self._over.set()
        self.join(wire.PATIENCE_S)
        return not self.is_alive()

    def _gather(self):
        """One gather, tried until a replica takes it."""
        while True:
            client = next(self._clients)
            answer = wire.answer_of(lambda client=client: client.stub.Gather.with_call(
                request([call() for _ in range(5)]), timeout=wire.PATIENCE_S,
                wait_for_ready=self._wait_for_ready))
            if self._is_refused(answer):
                self.refused += 1
            elif self._is_unseen(answer):
                self.unseen += 1
            else:
                break
        if answer.code == grpc.StatusCode.OK and len(answer.outcomes) == 5:
            with self._progress:
                self.answered += 1
                self._progress.notify_all()
        else:
            self.failures.append("%s: %s" % (answer.code, answer.message))

    @staticmethod
    def _is_refused(answer):
        if answer.code != grpc.StatusCode.UNAVAILABLE:
            return False
        info = answer.error_info
        if info is not None:
            return info.reason == "DRAINING"
        return "failed to connect" in answer.message.lower()

    @staticmethod
    def _is_unseen(answer):
        """Cancelled by gRPC's server as it shuts down: it has never come to gatherd."""
        return answer.code == grpc.StatusCode.CANCELLED and answer.trailer("gather-id") is None


class RollingRestartTest(wire.ProcessTest):

    def restart_in_turn(self, clients_of, wait_for_ready):
        """The callers, after all replicas were restarted under them."""
        backend = self.start(wire.Backend)
        replicas = [self.start(Replica, backend) for _ in range(2)]
        addresses = [replica.address for replica in replicas]
        callers = [Caller(clients_of(addresses), wait_for_ready) for _ in range(CALLERS)]
        for caller in callers:
            caller.start()
        for replica in itertools.islice(itertools.cycle(replicas), RESTARTS):
            self.assertEqual(replica.restart(), 0)
            self.assertTrue(all([caller.await_more() for caller in callers]), "a gather hangs")
        self.assertTrue(all([caller.finish() for caller in callers]), "a gather hangs")
        self.assertEqual([failure for caller in callers for failure in caller.failures], [])
        return callers

    def test_clients_that_watch_the_health_lose_nothing(self):
        callers = self.restart_in_turn(
            lambda addresses: [watching_client(addresses)], wait_for_ready=True)
        self.assertEqual(sum(caller.unseen for caller in callers), 0)

    def test_clients_that_do_not_watch_are_refused_or_not_seen(self):
        callers = self.restart_in_turn(
            lambda addresses: [wire.Client(address) for address in addresses],
            wait_for_ready=False)
        self.assertGreater(sum(caller.refused for caller in callers), 0, "no restart was noticed")


if __name__ == "__main__":
    unittest.main()
