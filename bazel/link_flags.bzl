"""What to hand the linker for Debian's Abseil, and for gRPC linked statically.

The headers' inline functions refer to libraries that the library a target is
named after does not bring along, so every target offers all of Abseil, and the
linker keeps those that are used.
"""

_ABSEIL_LIBRARIES = [
    "absl_bad_any_cast_impl",
    "absl_bad_optional_access",
    "absl_bad_variant_access",
    "absl_base",
    "absl_city",
    "absl_civil_time",
    "absl_cord",
    "absl_cord_internal",
    "absl_cordz_functions",
    "absl_cordz_handle",
    "absl_cordz_info",
    "absl_cordz_sample_token",
    "absl_debugging_internal",
    "absl_demangle_internal",
    "absl_examine_stack",
    "absl_exponential_biased",
    "absl_failure_signal_handler",
    "absl_flags_commandlineflag",
    "absl_flags_commandlineflag_internal",
    "absl_flags_config",
    "absl_flags_internal",
    "absl_flags_marshalling",
    "absl_flags_parse",
    "absl_flags_private_handle_accessor",
    "absl_flags_program_name",
    "absl_flags_reflection",
    "absl_flags_usage",
    "absl_flags_usage_internal",
    "absl_graphcycles_internal",
    "absl_hash",
    "absl_hashtablez_sampler",
    "absl_int128",
    "absl_leak_check",
    "absl_log_severity",
    "absl_low_level_hash",
    "absl_malloc_internal",
    "absl_periodic_sampler",
    "absl_random_distributions",
    "absl_random_internal_platform",
    "absl_random_internal_pool_urbg",
    "absl_random_internal_randen",
    "absl_random_internal_randen_hwaes",
    "absl_random_internal_randen_hwaes_impl",
    "absl_random_internal_randen_slow",
    "absl_random_internal_seed_material",
    "absl_random_seed_gen_exception",
    "absl_random_seed_sequences",
    "absl_raw_hash_set",
    "absl_raw_logging_internal",
    "absl_spinlock_wait",
    "absl_stacktrace",
    "absl_status",
    "absl_statusor",
    "absl_str_format_internal",
    "absl_strerror",
    "absl_strings",
    "absl_strings_internal",
    "absl_symbolize",
    "absl_synchronization",
    "absl_throw_delegate",
    "absl_time",
    "absl_time_zone",
]

ABSEIL_LINK_FLAGS = ["-Wl,--push-state,--as-needed"] + [
    "-l" + library
    for library in _ABSEIL_LIBRARIES
] + ["-Wl,--pop-state"]

# For binaries that carry gRPC, Protobuf and Abseil in themselves: calls into them need no way over the
# dynamic linker's tables (docs/adr/0013-gatherd-carries-grpc.md). These come before
# the flags of the libraries that a binary is made of, and leave nothing undefined for those to bring in.
STATIC_GRPC = [
    "-Wl,--as-needed",
    "-Wl,--push-state,-Bstatic,--start-group",
] + [
    "-l" + library
    for library in [
        "grpc++_reflection",
        "grpc++",
        "grpc",
        "gpr",
        "upb",
        "address_sorting",
        "protobuf",
    ] + _ABSEIL_LIBRARIES
] + [
    "-Wl,--end-group,--pop-state",
    "-lre2",
    "-lcares",
    "-lssl",
    "-lcrypto",
    "-lz",
    "-ldl",
    "-pthread",
]
