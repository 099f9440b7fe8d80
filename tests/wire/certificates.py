"""Certificates that live as long as a test, made with Debian's openssl."""

import os
import shutil
import subprocess
import tempfile

_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


def _openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


class Certificate:
    """The names of a certificate's file and of its key's."""

    def __init__(self, path):
        self.certificate_file = path + ".pem"
        self.private_key_file = path + ".key"

    @property
    def pem(self):
        with open(self.certificate_file, "rb") as file:
            return file.read()

    @property
    def key_pem(self):
        with open(self.private_key_file, "rb") as file:
            return file.read()


class Authority(Certificate):
    """Signs certificates. Its files, and those of what it signs, go with the test."""

    def __init__(self, test, name="authority"):
        self._directory = tempfile.mkdtemp()
        test.addCleanup(shutil.rmtree, self._directory)
        self._issued = 0
        super().__init__(os.path.join(self._directory, name))
        _openssl("req", "-x509", *_KEY, "-keyout", self.private_key_file,
                 "-out", self.certificate_file, "-subj", "/CN=" + name, "-days", "2")

    def issue(self, *names, days=2):
        """Of a subject with these alternative names, as openssl writes them: DNS:x, IP:x, URI:x.

        With days=0 it has expired when it is made.
        """
        self._issued += 1
        issued = Certificate(os.path.join(self._directory, "issued-%d" % self._issued))
        request = issued.certificate_file + ".request"
        extensions = issued.certificate_file + ".extensions"
        with open(extensions, "w", encoding="ascii") as file:
            file.write("subjectAltName=%s\n" % ",".join(names) if names else "")
        _openssl("req", *_KEY, "-keyout", issued.private_key_file, "-out", request, "-subj", "/CN=any")
        _openssl("x509", "-req", "-in", request, "-CA", self.certificate_file,
                 "-CAkey", self.private_key_file, "-CAcreateserial", "-extfile", extensions,
                 "-days", str(days), "-out", issued.certificate_file)
        return issued
