// The handler that is measured: it hands the beginning of its payload on and does nothing else, so that what a step costs is what the
// engine costs. Thread-safe.
#pragma once

#include "common/runtime/handler.h"

namespace argosy::bench {

class PassOn final : public runtime::Handler {
 public:
  // `holds`: steps of kind kHolds run until they are told to stop.
  explicit PassOn(bool holds) : holds_(holds) {}
  Result<runtime::StepResult> run(const runtime::Step& step, runtime::StepContext& context) override;

 private:
  const bool holds_;
};

}  // namespace argosy::bench
