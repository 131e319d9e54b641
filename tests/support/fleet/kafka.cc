#include "tests/support/fleet/kafka.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

#include <fmt/format.h>

#include "common/core/ports.h"
#include "common/core/subprocess.h"
#include "common/core/text.h"

namespace argosy::test {
namespace {

std::string jars() {
  const char* home = std::getenv("ARGOSY_TEST_KAFKA_HOME");
  if (home == nullptr) throw std::runtime_error("ARGOSY_TEST_KAFKA_HOME is not set: run this through tests/with-services");
  return home;
}

}  // namespace

OwnKafka::OwnKafka() : folder_("argosy-kafka"), port_(free_port().value()) { start(); }

void OwnKafka::start() {
  ProcessOptions options;
  options.program = ARGOSY_SOURCE_DIR "/infra/kafka/run";
  options.arguments = {"--dir", folder_.path().string(), "--port", fmt::to_string(port_)};
  options.environment = {{"ARGOSY_TEST_KAFKA_HOME", jars()}};
  options.log = folder_.path() / "run.log";
  std::filesystem::remove(options.log);
  process_.emplace(std::move(options));
  if (!process_->wait_log("kafka: ready", std::chrono::minutes(2))) throw std::runtime_error("Kafka did not start:\n" + process_->log());
}

void OwnKafka::stop() {
  process_->terminate();
  process_.reset();
}

void OwnKafka::kill9() {
  // The broker is a child of the script that ends here; its port and its files are free only once it is gone itself.
  const int broker = static_cast<int>(::syscall(SYS_pidfd_open, pid(), 0));
  process_->kill9();
  process_.reset();
  pollfd ended{broker, POLLIN, 0};
  const int seen = ::poll(&ended, 1, static_cast<int>(std::chrono::milliseconds(testing::kPatience).count()));
  if (broker >= 0) ::close(broker);
  if (broker >= 0 && seen != 1) throw std::runtime_error("Kafka outlives SIGKILL");
}

int OwnKafka::delete_all_topics() {
  Command command;
  command.argv = {"java",   "-XX:TieredStopAtLevel=1", "-cp", jars() + "/*", ARGOSY_SOURCE_DIR "/tests/support/fleet/DeleteTopics.java",
                  brokers()};
  command.env = minimal_env();
  const auto done = run(command);
  if (!done || done->exit_code != 0)
    throw std::runtime_error("the topics were not deleted: " + (done ? done->out + done->err : to_string(done.error())));
  return static_cast<int>(text::to_int(text::trim(done->out)).value_or(-1));
}

pid_t OwnKafka::pid() const {
  return static_cast<pid_t>(text::to_int(text::trim(read_file(folder_.path() / "pid").value_or(""))).value_or(-1));
}

std::string OwnKafka::log() const { return read_file(folder_.path() / "kafka.log").value_or(""); }

std::string OwnKafka::brokers() const { return fmt::format("127.0.0.1:{}", port_); }

}  // namespace argosy::test
