#include <grpcpp/grpcpp.h>

#include <iostream>
#include <string>

#include "gather/gather.h"
#include "hello.gather.pb.h"
#include "hello.grpc.pb.h"

// A backend, so that there is something to call.
class Greeter : public hello::Greeter::Service {
  grpc::Status Greet(grpc::ServerContext* /*context*/, const hello::GreetRequest* request,
                     hello::Greeting* greeting) override {
    if (request->name() == "nobody") return {grpc::StatusCode::NOT_FOUND, "who is that?"};
    greeting->set_text("Hello, " + request->name());
    return grpc::Status::OK;
  }
};

gather::Call<hello::Greeting> Greet(const std::string& name) {
  hello::GreetRequest request;
  request.set_name(name);
  return hello::calls::Greeter::Greet("greeter", request).Id(name);
}

int main() {
  Greeter greeter;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&greeter);
  const auto server = builder.BuildAndStart();

  gather::EmbeddedOptions options;
  options.targets = {{"greeter", "127.0.0.1:" + std::to_string(port)}};
  const auto client = gather::Client::Embedded(options);  // or Client::Connect(a gatherd's address)
  if (!client.ok()) {
    std::cerr << client.status() << "\n";
    return 1;
  }

  const auto [ada, grace] = gather::GatherSettled(*client, Greet("ada"), Greet("grace"));
  std::cout << ada->text() << ". " << grace->text() << ".\n";

  const auto both = gather::Gather(*client, Greet("ada"), Greet("nobody"));
  std::cout << both.status().message() << "\n";
}
