"""gatherctl shows who it is to a server that asks."""

import hashlib
import json
import os
import tempfile
import unittest

from tests.cli.gatherctl_test_support import ENVIRONMENT, GatherctlTest, run
from tests.examples import demo
from tests.wire import certificates

ADA = ("users", "/demo.Users/GetUser", '{"name": "ada"}')
TOKEN = "opensesame"


class IdentityTest(GatherctlTest):

    def setUp(self):
        self.authority = certificates.Authority(self)
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        self.token = self.write("token", TOKEN + "\n")

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        return path

    def serve(self, principal, authentication, client_authority=None):
        own = self.authority.issue("IP:127.0.0.1")
        tls = {"certificate_file": own.certificate_file, "private_key_file": own.private_key_file}
        if client_authority is not None:
            tls["client_ca_file"] = client_authority.certificate_file
        config = {
            "listener": {"tls": tls},
            "targets": [{"name": "users", "address": self.address_of["users"]}],
            "authentication": authentication,
            "allow": [{"principals": [principal], "targets": ["users"]}],
        }
        file = self.write("gatherd.json", json.dumps(config))
        address = self.enterContext(demo.gatherd_of(f"--config={file}"))
        return [f"--server={address}", f"--tls_ca={self.authority.certificate_file}",
                f"--target=users={self.address_of['users']}"]

    def serve_tokens(self):
        sha256 = hashlib.sha256(TOKEN.encode()).hexdigest()
        return self.serve("ali", {"tokens": [{"sha256": sha256, "principal": "ali"}]})

    def test_a_token_lets_in(self):
        flags = self.serve_tokens()
        done = run("call", *flags, f"--token_file={self.token}", *ADA)
        self.assert_status(0, done)
        done = run("call", *flags, *ADA, env={**ENVIRONMENT, "GATHER_TOKEN": TOKEN})
        self.assert_status(0, done)
        done = run("capabilities", *flags, f"--token_file={self.token}")
        self.assert_status(0, done)
        self.assertIn("users", done.stdout)

    def test_without_one_it_is_told_so(self):
        flags = self.serve_tokens()
        for command in (["call", *flags, *ADA], ["check", *flags, *ADA], ["capabilities", *flags]):
            self.assert_complains(
                1, "refused: UNAUTHENTICATED: no identity, or none that is accepted here", *command)

    def test_a_certificate_lets_in(self):
        flags = self.serve("web", {"client_certificate": True}, self.authority)
        own = self.authority.issue("DNS:web")
        done = run("call", *flags, f"--tls_certificate={own.certificate_file}",
                   f"--tls_key={own.private_key_file}", *ADA)
        self.assert_status(0, done)
        self.assert_complains(2, "a certificate and its key: both or none", "call", *flags,
                              f"--tls_certificate={own.certificate_file}", *ADA)

    def test_a_server_that_is_somebody_else_is_told_nothing(self):
        flags = self.serve_tokens()
        other = certificates.Authority(self, "other")
        done = run("call", *flags, f"--tls_ca={other.certificate_file}",
                   f"--token_file={self.token}", *ADA)
        self.assert_status(4, done)

    def test_a_token_does_not_leave_the_machine_without_tls(self):
        for elsewhere in ("192.0.2.1:4400", "127.example.com:4400", "localhost.example.com:4400"):
            self.assert_complains(2, "a token without --tls could be read on its way to the server",
                                  "call", f"--server={elsewhere}", f"--token_file={self.token}", *ADA)


if __name__ == "__main__":
    unittest.main()
