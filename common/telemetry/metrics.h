// Prometheus metrics of this process; the only door to prometheus-cpp. Keep the references that the factories return: they live as
// long as the registry, and using them takes no lock of the registry. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace argosy::telemetry {

using Labels = std::map<std::string, std::string>;

class Counter {
 public:
  virtual ~Counter() = default;
  virtual void add(double amount = 1) = 0;
};
class Gauge {
 public:
  virtual ~Gauge() = default;
  virtual void set(double value) = 0;
  virtual void add(double amount) = 0;
};
class Histogram {
 public:
  virtual ~Histogram() = default;
  virtual void observe(double value) = 0;
};

class Metrics {
 public:
  Metrics();
  ~Metrics();
  // The same name and labels give the same object. Names end in a unit: argosy_step_seconds, argosy_claims_total.
  Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  // `buckets` are upper bounds; seconds from 1 ms to 1 h when empty.
  Histogram& histogram(const std::string& name, const std::string& help, const Labels& labels = {},
                       const std::vector<double>& buckets = {});
  std::string render() const;  // text exposition format 0.0.4

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace argosy::telemetry
