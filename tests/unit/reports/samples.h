// What real tools wrote about small suites made for it (samples/): one file a dialect, paths and host names replaced.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "common/core/file.h"
#include "common/reports/report.h"

namespace argosy::reports {

inline std::string sample(const std::string& name) {
  auto text = read_file(std::string(ARGOSY_SOURCE_DIR) + "/tests/unit/reports/samples/" + name);
  EXPECT_TRUE(text) << name;
  return text.value_or("");
}

// "passed failed errors skipped"
inline std::string numbers(const Report& report) {
  const auto counts = report.counts();
  return std::to_string(counts.passed) + " " + std::to_string(counts.failed) + " " + std::to_string(counts.errors) + " " +
         std::to_string(counts.skipped);
}

inline const Case* find(const Report& report, const std::string& name) {
  for (const auto& one : report.cases)
    if (one.name == name) return &one;
  return nullptr;
}

}  // namespace argosy::reports
