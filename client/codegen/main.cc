// protoc-gen-gather: protoc's plugin for `--gather_out`.

#include "client/codegen/calls_generator.h"
#include "google/protobuf/compiler/plugin.h"

int main(int argc, char** argv) {
  const gather::codegen::CallsGenerator generator{};
  return google::protobuf::compiler::PluginMain(argc, argv, &generator);
}
