#include "common/telemetry/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>
#include <utility>

namespace argosy::telemetry {
namespace {

class PrometheusCounter : public Counter {
 public:
  explicit PrometheusCounter(prometheus::Counter& counter) : counter_(counter) {}
  void add(double amount) override { counter_.Increment(amount); }

 private:
  prometheus::Counter& counter_;
};

class PrometheusGauge : public Gauge {
 public:
  explicit PrometheusGauge(prometheus::Gauge& gauge) : gauge_(gauge) {}
  void set(double value) override { gauge_.Set(value); }
  void add(double amount) override { gauge_.Increment(amount); }

 private:
  prometheus::Gauge& gauge_;
};

class PrometheusHistogram : public Histogram {
 public:
  explicit PrometheusHistogram(prometheus::Histogram& histogram) : histogram_(histogram) {}
  void observe(double value) override { histogram_.Observe(value); }

 private:
  prometheus::Histogram& histogram_;
};

const std::vector<double> kSecondsFromMillisecondToHour{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,  1,
                                                        2.5,   5,      10,    30,   60,    120,  300, 600,  1800, 3600};

}  // namespace

struct Metrics::Impl {
  using Key = std::pair<std::string, Labels>;

  // The same name and labels give the object of the first call.
  template <class T, class Make>
  T& once(std::map<Key, std::unique_ptr<T>>& known, const std::string& name, const Labels& labels, Make&& make) {
    const std::lock_guard lock(mutex);
    std::unique_ptr<T>& slot = known[{name, labels}];
    if (!slot) slot = make();
    return *slot;
  }

  prometheus::Registry registry;
  std::mutex mutex;
  std::map<Key, std::unique_ptr<Counter>> counters;
  std::map<Key, std::unique_ptr<Gauge>> gauges;
  std::map<Key, std::unique_ptr<Histogram>> histograms;
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

Counter& Metrics::counter(const std::string& name, const std::string& help, const Labels& labels) {
  return impl_->once<Counter>(impl_->counters, name, labels, [&] {
    return std::make_unique<PrometheusCounter>(prometheus::BuildCounter().Name(name).Help(help).Register(impl_->registry).Add(labels));
  });
}

Gauge& Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels) {
  return impl_->once<Gauge>(impl_->gauges, name, labels, [&] {
    return std::make_unique<PrometheusGauge>(prometheus::BuildGauge().Name(name).Help(help).Register(impl_->registry).Add(labels));
  });
}

Histogram& Metrics::histogram(const std::string& name, const std::string& help, const Labels& labels, const std::vector<double>& buckets) {
  return impl_->once<Histogram>(impl_->histograms, name, labels, [&] {
    auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(impl_->registry);
    return std::make_unique<PrometheusHistogram>(family.Add(labels, buckets.empty() ? kSecondsFromMillisecondToHour : buckets));
  });
}

std::string Metrics::render() const { return prometheus::TextSerializer().Serialize(impl_->registry.Collect()); }

}  // namespace argosy::telemetry
