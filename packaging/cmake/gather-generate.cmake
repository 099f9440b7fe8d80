# gather_generate(TARGET [GRPC] [IMPORT_DIRECTORY directory] PROTOS file...)
#
# Generates code of the .proto files, and adds it to TARGET: messages (x.pb.h), calls to give to a
# gather (x.gather.pb.h) and, with GRPC, gRPC's services and stubs (x.grpc.pb.h), for which gRPC's
# plugin must be installed (protobuf-compiler-grpc). Headers are included by the name that the file
# has below IMPORT_DIRECTORY, which is where imports start from; default: the current source
# directory.
function(gather_generate target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "GRPC" "IMPORT_DIRECTORY" "PROTOS")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_PROTOS)
    message(FATAL_ERROR
      "gather_generate(TARGET [GRPC] [IMPORT_DIRECTORY directory] PROTOS file...): "
      "cannot take \"${arg_UNPARSED_ARGUMENTS}\", and needs PROTOS")
  endif()
  if(NOT arg_IMPORT_DIRECTORY)
    set(arg_IMPORT_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
  endif()
  get_filename_component(root "${arg_IMPORT_DIRECTORY}" ABSOLUTE)
  set(out "${CMAKE_CURRENT_BINARY_DIR}/${target}.generated")
  file(MAKE_DIRECTORY "${out}")

  set(extensions .pb.cc .pb.h .gather.pb.h)
  set(flags "--cpp_out=${out}" "--gather_out=${out}"
    "--plugin=protoc-gen-gather=$<TARGET_FILE:gather::protoc-gen-gather>")
  if(arg_GRPC)
    find_program(GATHER_GRPC_CPP_PLUGIN grpc_cpp_plugin)
    if(NOT GATHER_GRPC_CPP_PLUGIN)
      message(FATAL_ERROR "gather_generate: there is no grpc_cpp_plugin")
    endif()
    list(APPEND extensions .grpc.pb.cc .grpc.pb.h)
    list(APPEND flags "--grpc_out=${out}" "--plugin=protoc-gen-grpc=${GATHER_GRPC_CPP_PLUGIN}")
  endif()

  foreach(proto IN LISTS arg_PROTOS)
    get_filename_component(proto "${proto}" ABSOLUTE)
    file(RELATIVE_PATH name "${root}" "${proto}")
    if(name MATCHES "^\\.\\./")
      message(FATAL_ERROR "gather_generate: ${proto} is not below ${root}")
    endif()
    string(REGEX REPLACE "\\.proto$" "" stem "${name}")
    list(TRANSFORM extensions PREPEND "${out}/${stem}" OUTPUT_VARIABLE generated)
    add_custom_command(
      OUTPUT ${generated}
      COMMAND protobuf::protoc "--proto_path=${root}" ${flags} "${proto}"
      DEPENDS "${proto}" gather::protoc-gen-gather
      COMMENT "Generating code of ${name}"
      VERBATIM)
    target_sources(${target} PRIVATE ${generated})
  endforeach()
  target_include_directories(${target} PUBLIC "$<BUILD_INTERFACE:${out}>")
endfunction()
