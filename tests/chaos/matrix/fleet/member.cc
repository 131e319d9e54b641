#include "tests/chaos/matrix/fleet/member.h"

#include <stdexcept>

#include <fmt/format.h>

#include "common/core/ports.h"

namespace argosy::chaos {
namespace {

// Whatever it needs may be away for a while: Postgres, Kafka, its topics.
constexpr std::chrono::seconds kReadyWithin{90}, kEndWithin{60};

constexpr int kLaunches = 3;  // on another port each time

bool has_toy_handler(const std::string& role) { return role == "planning" || role == "codegen" || role == "testing" || role == "git"; }

}  // namespace

Member::Member(const Stage& stage, std::string role, std::string name) : stage_(stage), role_(std::move(role)), name_(std::move(name)) {}

bool Member::runs_steps() const { return has_toy_handler(role_) || role_ == "notifications"; }

void Member::launch(const test::Environment& more) {
  more_ = more;
  test::ProcessOptions options;
  options.program = has_toy_handler(role_) ? "chaos_worker" : "argosy-" + role_;
  if (has_toy_handler(role_)) options.arguments = {role_, name_, stage_.effects().string()};
  options.environment = more;
  options.environment.merge(stage_.environment(name_));
  const bool edge = role_ == "ingest" || role_ == "fanout";
  options.health_port = role_ == "ingest" ? stage_.api_port() : role_ == "fanout" ? stage_.ws_port() : free_port().value();
  options.environment["ARGOSY_ADMIN_PORT"] = fmt::to_string(edge ? 0 : options.health_port);
  options.log = stage_.log_of(name_, ++starts_);
  std::filesystem::create_directories(options.log.parent_path());
  process_.emplace(std::move(options));
}

void Member::start(const test::Environment& more) {
  launch(more);
  wait_ready();
}

void Member::wait_ready() {
  for (int launches = 1;; ++launches) {
    try {
      return living().wait_ready(kReadyWithin);
    } catch (const std::runtime_error&) {
      if (!found_its_port_taken() || launches == kLaunches) throw;
      launch(test::Environment(more_));
    }
  }
}

// Between our choice and its start somebody else took it: that is the machine's doing, not the product's.
bool Member::found_its_port_taken() const { return process_->log().find("address_in_use") != std::string::npos; }

void Member::kill9() {
  if (process_) process_->kill9();
}

void Member::terminate() {
  if (const int code = living().terminate(kEndWithin); code != 0)
    throw std::runtime_error(fmt::format("{} was told to stop and ended with {}:\n{}", name_, code, process_->log()));
}

bool Member::comes_to(std::string_view place, std::chrono::milliseconds patience) {
  const auto said = fmt::format("failpoint {}\n", place);
  for (int launches = 1; launches < kLaunches; ++launches) {
    if (process_->wait_log(said, patience)) return true;
    if (!found_its_port_taken()) return false;
    launch(test::Environment(more_));
  }
  return false;
}

test::Process& Member::living() {
  if (!process_ || !process_->running())
    throw std::runtime_error(fmt::format("{} ended by itself:\n{}", name_, process_ ? process_->log() : "it was never started"));
  return *process_;
}

}  // namespace argosy::chaos
