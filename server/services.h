#ifndef GATHER_SERVER_SERVICES_H_
#define GATHER_SERVER_SERVICES_H_

#include "gather/v1/gather.grpc.pb.h"
#include "grpc/health/v1/health.grpc.pb.h"

namespace gather::server {

// Every method raw: requests and answers are byte buffers. A request that is too large or does not
// parse is then ours to refuse, and payloads need no second copy.
using GatherService = v1::GatherService::WithRawMethod_Gather<
    v1::GatherService::WithRawMethod_AsCompleted<v1::GatherService::WithRawMethod_TaskGroup<
        v1::GatherService::WithRawMethod_GetCapabilities<v1::GatherService::Service>>>>;

// gRPC's own health service runs on the callback API, whose pollers would share the workers' epoll
// set; this one lives on the workers' queues.
using HealthService = grpc::health::v1::Health::AsyncService;

}  // namespace gather::server

#endif  // GATHER_SERVER_SERVICES_H_
