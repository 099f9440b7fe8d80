#ifndef GATHER_EXAMPLES_DEMO_SERVICES_H_
#define GATHER_EXAMPLES_DEMO_SERVICES_H_

#include <grpcpp/impl/service_type.h>

#include <chrono>
#include <memory>
#include <string>

#include "examples/open_calls.h"

// The services of demo.proto. Each answers by way of `calls`, which counts them and must outlive
// it.
namespace demo {

// 20 ms a call; there is no user "nobody".
std::unique_ptr<grpc::Service> MakeUsers(OpenCalls* calls);

// 100 ms a call.
std::unique_ptr<grpc::Service> MakePosts(OpenCalls* calls);

// 150 ms a call; fails after 50 ms for the topic "weather", takes 5 s for "auction".
std::unique_ptr<grpc::Service> MakeAdverts(OpenCalls* calls);

// As long as the city is far away. All have the keys "motto" and "menu", but "oslo" has an old
// motto, and fails after 10 ms when it is asked for the menu.
std::unique_ptr<grpc::Service> MakeReplica(OpenCalls* calls, std::string city,
                                           std::chrono::milliseconds distance);

// Six pages, from "/", of 40 to 100 ms; the page "/gone" is linked but gone.
std::unique_ptr<grpc::Service> MakeSite(OpenCalls* calls);

// Tells what was counted.
std::unique_ptr<grpc::Service> MakeMeter(OpenCalls* calls);

}  // namespace demo

#endif  // GATHER_EXAMPLES_DEMO_SERVICES_H_
