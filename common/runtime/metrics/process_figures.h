// What a process tells of itself when its metrics are read: processor, memory, open files, the disk below its work folder, and whether its
// readiness checks pass. Owned by Process; one thread at a time.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "common/telemetry/metrics.h"

namespace argosy::runtime {

class ProcessFigures {
 public:
  ProcessFigures(telemetry::Metrics& metrics, std::filesystem::path work_dir);

  void measure();
  // `report`: as Health::Report has it.
  void checked(const std::string& report);
  // A check did not come back since the last look.
  void checks_hang();

 private:
  void measure_disk();

  telemetry::Metrics& metrics_;
  const std::filesystem::path work_dir_;
  telemetry::Counter& cpu_seconds_;
  telemetry::Gauge &resident_bytes_, &threads_, &open_files_, &most_open_files_, &start_time_, &disk_free_, &disk_size_, &ready_;
  double cpu_told_ = 0;
};

}  // namespace argosy::runtime
