// Go, Maven and Gradle.
#include <algorithm>

#include "workers/testing/plan.h"

namespace argosy::testing {

std::optional<Plan> plan_go(const Tree& tree) {
  if (!tree.has("go.mod")) return std::nullopt;
  if (!std::ranges::any_of(tree.files, [](const std::string& file) { return file.ends_with("_test.go"); })) return std::nullopt;
  Plan plan{.framework = "go", .reason = "go.mod in the root and _test.go files: go test -json", .command = "go test -json ./..."};
  // The toolchain that is there, nothing from the network; what a vendor folder holds wins over a module cache.
  plan.env = {{"GOTOOLCHAIN", "local"}, {"GOPROXY", "off"}, {"GOSUMDB", "off"}, {"GOTELEMETRY", "off"}};
  if (!tree.has("vendor/modules.txt")) plan.env["GOFLAGS"] = "-mod=mod";
  plan.needs = {{"command -v go", "Go", "install Go on the worker (apt-get install golang-go), or set test_command"}};
  return plan;
}

std::optional<Plan> plan_maven(const Tree& tree) {
  if (!tree.has("pom.xml")) return std::nullopt;
  Plan plan{.framework = "maven", .reason = "pom.xml in the root: Maven, offline, all modules", .command = "mvn -B -o -fae test"};
  plan.report_folder = "surefire-reports";
  plan.needs = {{"command -v java", "Java", "install a JDK on the worker (apt-get install openjdk-17-jdk-headless), or set test_command"},
                {"command -v mvn", "Maven", "install Maven on the worker (apt-get install maven), or set test_command"}};
  return plan;
}

std::optional<Plan> plan_gradle(const Tree& tree) {
  if (!tree.has("build.gradle") && !tree.has("build.gradle.kts")) return std::nullopt;
  Plan plan{.framework = "gradle",
            .reason = "build.gradle in the root: Gradle, offline",
            .command = "gradle --offline --no-daemon --continue test"};
  plan.report_folder = "test-results";
  plan.needs = {{"command -v java", "Java", "install a JDK on the worker (apt-get install openjdk-17-jdk-headless), or set test_command"},
                {"command -v gradle", "Gradle (the wrapper would download one, and tests have no network)",
                 "put a folder .../bin with gradle into ARGOSY_TEST_PATHS, or set test_command"}};
  return plan;
}

}  // namespace argosy::testing
