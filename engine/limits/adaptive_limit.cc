#include "engine/limits/adaptive_limit.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace gather::engine {
namespace {

// An epoch has as many calls as may be in flight, so that each of its slots was used about once.
constexpr std::size_t kFewestSamples = 16;
constexpr std::size_t kMostSamples = 256;

// Medians differ a little from epoch to epoch without anybody waiting.
constexpr double kTolerance = 1.25;
constexpr double kLeastGradient = 0.5;
constexpr double kManyDropped = 0.1;
constexpr Duration kQuickestFor = std::chrono::seconds(30);

}  // namespace

AdaptiveLimit::AdaptiveLimit(const AdaptiveSettings& settings)
    : settings_(settings), limit_(settings.initial) {
  SetBounds(settings);
}

std::uint32_t AdaptiveLimit::limit() const {
  const auto limit = static_cast<std::uint32_t>(limit_);
  return probing_ ? std::max(limit / 2, settings_.min) : limit;
}

void AdaptiveLimit::SetBounds(const AdaptiveSettings& settings) {
  settings_ = settings;
  settings_.min = std::max(settings.min, 1u);
  settings_.max = std::max(settings.max, settings_.min);
  limit_ = std::clamp<double>(limit_, settings_.min, settings_.max);
}

void AdaptiveLimit::OnEnd(Time started, Time now, bool dropped, std::uint32_t in_flight) {
  if (started < epoch_start_) return;
  most_in_flight_ = std::max(most_in_flight_, in_flight);
  if (dropped) {
    ++dropped_;
  } else {
    latencies_.push_back(now - started);
  }
  const std::size_t enough = std::clamp<std::size_t>(limit(), kFewestSamples, kMostSamples);
  if (latencies_.size() + dropped_ >= enough) EndEpoch(now);
}

void AdaptiveLimit::EndEpoch(Time now) {
  const Duration median = Median();
  if (probing_) {
    quickest_ = Duration(0);
    probing_ = false;
    Learn(median, now);
  } else {
    Learn(median, now);
    limit_ = std::clamp<double>(Next(median), settings_.min, settings_.max);
    probing_ = now >= quickest_until_ && quickest_ > Duration(0);
  }
  epoch_start_ = now;
  dropped_ = 0;
  most_in_flight_ = 0;
  latencies_.clear();
}

// 0 when every call was dropped.
Duration AdaptiveLimit::Median() {
  if (latencies_.empty()) return Duration(0);
  const auto middle = latencies_.begin() + static_cast<std::ptrdiff_t>(latencies_.size() / 2);
  std::nth_element(latencies_.begin(), middle, latencies_.end());
  return *middle;
}

void AdaptiveLimit::Learn(Duration median, Time now) {
  if (median == Duration(0)) return;
  if (quickest_ == Duration(0)) quickest_until_ = now + kQuickestFor;
  if (quickest_ == Duration(0) || median < quickest_) quickest_ = median;
}

double AdaptiveLimit::Next(Duration median) const {
  const double samples = static_cast<double>(latencies_.size()) + dropped_;
  const double dropped = dropped_ / samples;
  double gradient = 1;
  if (median > Duration(0)) {
    const double ratio = static_cast<double>(quickest_.count()) / median.count();
    gradient = std::clamp(kTolerance * ratio, kLeastGradient, 1.0);
  }
  const double shrunk = limit_ * gradient * (1 - dropped / 2);
  const bool tried_out = 2.0 * most_in_flight_ >= limit_;
  if (dropped > kManyDropped || !tried_out) return std::min(shrunk, limit_);
  return shrunk + std::sqrt(limit_);
}

}  // namespace gather::engine
