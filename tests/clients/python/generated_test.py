"""The generated modules that are kept with the package are what protoc makes of the protos."""

import pathlib
import subprocess
import tempfile
import unittest

PACKAGE = pathlib.Path("clients/python")
GENERATED = ("gather/_lean_pb2.py", "gather/_lean_pb2.pyi", "gather/v1/gather_pb2.py",
             "gather/v1/gather_pb2.pyi", "gather/v1/gather_pb2_grpc.py")


class GeneratedTest(unittest.TestCase):

    def test_generated_modules_are_current(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([PACKAGE / "generate.sh", folder], check=True)
            for name in GENERATED:
                with self.subTest(name, hint="run clients/python/generate.sh"):
                    made = (pathlib.Path(folder) / name).read_text(encoding="utf-8")
                    self.assertEqual(made, (PACKAGE / name).read_text(encoding="utf-8"))

    def test_lean_messages_are_those_of_the_wire(self):
        from gather import _lean_pb2 as lean
        from gather.v1 import gather_pb2 as pb
        for name, descriptor in lean.DESCRIPTOR.message_types_by_name.items():
            for field in descriptor.fields:
                with self.subTest(message=name, field=field.name):
                    of_wire = pb.DESCRIPTOR.message_types_by_name[name].fields_by_name[field.name]
                    self.assertEqual((of_wire.number, of_wire.label), (field.number, field.label))

    def test_lean_messages_leave_out_only_what_is_not_asked_for(self):
        from gather import _lean_pb2 as lean
        from gather.v1 import gather_pb2 as pb
        for name, descriptor in lean.DESCRIPTOR.message_types_by_name.items():
            of_wire = pb.DESCRIPTOR.message_types_by_name[name].fields_by_name
            self.assertLessEqual(set(of_wire) - set(descriptor.fields_by_name), {"effective"})


if __name__ == "__main__":
    unittest.main()
