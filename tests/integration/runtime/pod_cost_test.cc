// A worker in a pod: what it tells the API server of its end, and what it tells of itself when that comes. The stand-in is tests/standins/
// api_server.py; tests/kube asks the real one.
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

#include "common/core/child.h"
#include "common/core/file.h"
#include "common/core/json.h"
#include "common/core/text.h"
#include "common/runtime/kube/cost_teller.h"
#include "tests/integration/runtime/worker_fixture.h"

namespace argosy::runtime {
namespace {

namespace fs = std::filesystem;
using testing::eventually;
using ::testing::HasSubstr;

class PodCost : public WorkerTest {
 protected:
  void SetUp() override {
    WorkerTest::SetUp();
    ASSERT_TRUE(write_file_atomic(root / "token", "first\n"));
    auto child = Child::start({.argv = {"python3", ARGOSY_SOURCE_DIR "/tests/standins/api_server.py", root.string()},
                               .env = {{"PATH", "/usr/bin:/bin"}},
                               .output = root / "log"});
    ASSERT_TRUE(child) << to_string(child.error());
    server.emplace(std::move(*child));
    ASSERT_TRUE(eventually([&] { return read_file(root / "log").value_or("").starts_with("port ") || !server->running(); }));
    const auto port = std::string(text::trim(read_file(root / "log").value_or("").substr(5)));
    environment = {{"KUBERNETES_SERVICE_HOST", "127.0.0.1"},
                   {"KUBERNETES_SERVICE_PORT", port},
                   {"POD_NAME", "argosy-codegen-x"},
                   {"POD_NAMESPACE", "argosy"}};
    for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
  }
  void TearDown() override {
    for (const auto& [name, value] : environment) ::unsetenv(name.c_str());
    fs::remove_all(root);
  }

  static fs::path fresh_folder() {
    auto name = (fs::temp_directory_path() / "argosy-pod-XXXXXX").string();
    return ::mkdtemp(name.data());
  }
  std::vector<json::Value> patches() const {
    std::vector<json::Value> out;
    for (const auto line : text::split(read_file(root / "patches").value_or(""), '\n'))
      if (!line.empty()) out.push_back(json::parse(line).value());
    return out;
  }
  std::vector<int> costs() const {
    std::vector<int> out;
    for (const auto& one : patches()) out.push_back(std::stoi(one.find("annotations")->string_or(CostTeller::kAnnotation, "-1")));
    return out;
  }
  bool said(int cost) const { return std::ranges::count(costs(), cost) > 0; }

  const fs::path root = fresh_folder();
  std::map<std::string, std::string> environment;
  std::optional<Child> server;
};

TEST_F(PodCost, IsToldWhenAStepBeginsAndWhenItHasEnded) {
  std::atomic<bool> open = false;
  ToyHandler handler([&](const Step&, StepContext& context) { return wait_for(open, context); });
  RunningWorker worker(settings(), {.queue = kQueue, .default_slots = 1, .kafka_properties = {{"group.id", group_}}, .pod_account = root},
                       handler);
  ASSERT_TRUE(eventually([&] { return said(kIdleCost); }));

  const StepRef step{submit(), 0};
  ASSERT_TRUE(eventually([&] { return costs().back() >= kBusyCost; }));
  open = true;
  ASSERT_TRUE(settled(step, "succeeded"));
  EXPECT_TRUE(eventually([&] { return costs().back() == kIdleCost; }));
  EXPECT_EQ(patches()[0].string_or("path", ""), "/api/v1/namespaces/argosy/pods/argosy-codegen-x");
  EXPECT_EQ(patches()[0].find("annotations")->as_object().size(), 1u);
}

TEST_F(PodCost, IsToldWithTheTokenThatLiesThereNow) {
  const auto pod = OwnPod::find(environment, root);
  ASSERT_TRUE(pod);
  ASSERT_TRUE(pod->annotate("a", "1"));
  ASSERT_TRUE(write_file_atomic(root / "token", "second\n"));
  ASSERT_TRUE(pod->annotate("a", "2"));
  EXPECT_EQ(patches().back().string_or("token", ""), "second");
}

TEST_F(PodCost, SaysWhyTheServerRefuses) {
  const auto pod = OwnPod::find(environment, root);
  ASSERT_TRUE(pod);
  ASSERT_TRUE(write_file_atomic(root / "refuse", ""));
  const auto refused = pod->annotate("a", "1");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "pod_patch_refused");
  EXPECT_THAT(refused.error().message, HasSubstr("403"));
  EXPECT_THAT(refused.error().message, HasSubstr("cannot patch resource"));
  EXPECT_TRUE(patches().empty());
}

TEST_F(PodCost, IsToldToNobodyWhoseCertificateIsNotTheClusters) {
  const auto other = fresh_folder();
  ASSERT_TRUE(write_file_atomic(other / "token", "first\n"));
  fs::copy_file("/etc/ssl/certs/ca-certificates.crt", other / "ca.crt");  // the world's, of which none is the cluster's
  const auto pod = OwnPod::find(environment, other);
  ASSERT_TRUE(pod);
  const auto refused = pod->annotate("a", "1");
  fs::remove_all(other);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(patches().empty());
}

TEST_F(PodCost, IsNoReasonToStopWorkingWhereTheServerIsAway) {
  server->signal_group(SIGKILL);
  ToyHandler handler([](const Step&, StepContext&) { return StepResult{}; });
  RunningWorker worker(settings(), {.queue = kQueue, .default_slots = 1, .kafka_properties = {{"group.id", group_}}, .pod_account = root},
                       handler);
  EXPECT_TRUE(settled({submit(), 0}, "succeeded"));
}

// Endpoints and ReplicaSets look at readiness: it must fall before anything else ends.
TEST_F(PodCost, ReadinessGoesFirstWhenAWorkerIsToldToStop) {
  std::atomic<bool> open = false;
  ToyHandler handler([&](const Step&, StepContext& context) { return wait_for(open, context); });
  RunningWorker worker(settings(), {.queue = kQueue, .default_slots = 1, .kafka_properties = {{"group.id", group_}}, .pod_account = root},
                       handler);
  const StepRef step{submit(), 0};
  ASSERT_TRUE(eventually([&] { return handler.runs(step) == 1 && worker.process().health().readiness().ready; }));
  worker.process().stop();
  const auto report = worker.process().health().readiness();
  EXPECT_FALSE(report.ready);
  EXPECT_THAT(report.json, HasSubstr("\"process\":\"it is stopping\""));
  EXPECT_EQ(step_state(step), "running");  // which it may still end
  open = true;
  EXPECT_EQ(worker.stop(), 0);
  EXPECT_EQ(step_state(step), "succeeded");
}

}  // namespace
}  // namespace argosy::runtime
