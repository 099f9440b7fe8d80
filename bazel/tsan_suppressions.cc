// ThreadSanitizer sees neither the atomics nor the locks inside libraries that
// were built without it, so it reports what gRPC and Abseil do among themselves.
extern "C" const char* __tsan_default_suppressions();

extern "C" const char* __tsan_default_suppressions() {
  return "called_from_lib:libgrpc.so\n"
         "called_from_lib:libgrpc++.so\n"
         "called_from_lib:libgpr.so\n"
         "race:grpc_core::\n"
         "race:^grpc_\n"
         "race:^grpc::\n"
         "race:^absl::\n"
         "mutex:^absl::\n"
         "deadlock:^absl::\n";
}
