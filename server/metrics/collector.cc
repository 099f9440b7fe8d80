#include "server/metrics/collector.h"

#include "prometheus/text_serializer.h"

namespace gather::server {

std::vector<prometheus::MetricFamily> MetricsCollector::Collect() const {
  Families families;
  for (const MetricsSource* source : sources_) source->AddTo(&families);
  return families.Take();
}

std::string MetricsText(const prometheus::Collectable& collectable) {
  const prometheus::TextSerializer text;
  const prometheus::Serializer& serializer = text;
  return serializer.Serialize(collectable.Collect());
}

}  // namespace gather::server
