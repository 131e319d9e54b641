// Maven and Gradle, and which JUnit (or TestNG) their tests are written with.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "common/project/languages/language.h"
#include "common/project/text_tools.h"

namespace argosy::project {
namespace {

constexpr std::size_t kMaxBuildFiles = 100;  // modules looked into
constexpr std::size_t kMaxRead = 200;        // test files looked into

bool is_test_file(const std::string& file) {
  return mentions(file, "src/test/") &&
         (file.ends_with(".java") || file.ends_with(".kt") || file.ends_with(".groovy") || file.ends_with(".scala"));
}

std::string build_text(const Tree& tree, std::string_view name) {
  std::string text;
  std::size_t looked = 0;
  for (const auto& file : tree.files)
    if (file_name(file).starts_with(name) && ++looked <= kMaxBuildFiles) text += tree.read(file) + "\n";
  return text;
}

// By what the tests import, else by what the build depends on.
void find_framework(Component& component, const Tree& tree, const std::string& build) {
  std::size_t read = 0, junit4 = 0, junit5 = 0, testng = 0;
  for (const auto& file : tree.files) {
    if (!is_test_file(file)) continue;
    if (++read > kMaxRead) break;
    const auto text = tree.read(file);
    junit5 += mentions(text, "org.junit.jupiter") ? 1 : 0;
    testng += mentions(text, "org.testng") ? 1 : 0;
    junit4 += mentions(text, "org.junit.Test") || mentions(text, "org.junit.Assert") || mentions(text, "junit.framework") ||
                      mentions(text, "org.junit.*")
                  ? 1
                  : 0;
  }
  const auto most = std::max({junit4, junit5, testng});
  if (most > 0) {
    component.framework = most == junit5 ? "junit5" : most == junit4 ? "junit4" : "testng";
    component.evidence.push_back(
        {"src/test", fmt::format("{} of {} test files import {}", most, std::min(read, kMaxRead), component.framework)});
    return;
  }
  component.framework = mentions(build, "jupiter") || mentions(build, "spring-boot-starter-test") ? "junit5"
                        : mentions(build, "testng")                                               ? "testng"
                                                                                                  : "junit4";
}

std::string wanted_version(const std::string& build) {
  for (const char* tag : {"maven.compiler.release", "release", "java.version", "maven.compiler.source", "maven.compiler.target", "source"})
    if (auto value = xml_value(build, tag); !first_version(value).empty() && !mentions(value, "$")) return value;
  for (const std::string_view key : {"JavaLanguageVersion.of(", "VERSION_", "sourceCompatibility"}) {
    const auto at = build.find(key);
    if (at != std::string::npos)
      if (auto value = first_version(replaced(build.substr(at + key.size(), 20), "_", ".")); !value.empty()) return value;
  }
  return {};
}

std::string language_of(const Tree& tree) { return count_sources(tree, {".kt"}) > count_sources(tree, {".java"}) ? "kotlin" : "java"; }

constexpr std::string_view kMavenCache = "-Dmaven.repo.local=\"$ARGOSY_CACHE_DIR/m2\"";
constexpr std::string_view kJacoco = "org.jacoco:jacoco-maven-plugin:0.8.12";

// Surefire looks for what runs the tests only once there are tests to run (-DskipTests and a filter that fits none do not do): they are
// begun, and stopped after a second. A module that does not compile is no failure of set-up (the tests will tell), a network that fails is.
void add_maven_set_up(Component& component, const Tree& tree, bool has_jacoco, bool has_checkstyle) {
  auto& set_up = component.set_up;
  for (const auto& file : tree.files)
    if ((file_name(file) == "pom.xml" || file.starts_with(".mvn/")) && set_up.key_files.size() < kMaxBuildFiles)
      set_up.key_files.push_back(file);
  set_up.commands.push_back(fmt::format(
      "mvn -B -fae {} {}-Dsurefire.timeout=1 -Dmaven.test.failure.ignore=true test{}{} 2>&1 | tee \"$ARGOSY_CACHE_DIR/maven.log\"; "
      "! grep -q \'Could not transfer\' \"$ARGOSY_CACHE_DIR/maven.log\"",
      kMavenCache, has_jacoco ? "" : fmt::format("{}:prepare-agent ", kJacoco), has_jacoco ? "" : fmt::format(" {}:report", kJacoco),
      has_checkstyle ? " checkstyle:checkstyle" : ""));
  set_up.caches = {{"m2", "m2"}};
  set_up.registries = {"maven"};
  component.test.prepare =
      "if [ -d \"${ARGOSY_CACHE_DIR:-}/m2\" ]; then export MAVEN_OPTS=\"-Dmaven.repo.local=$ARGOSY_CACHE_DIR/m2 ${MAVEN_OPTS:-}\"; fi";
}

void add_java_format(Component& component, const Programs& has_program) {
  if (has_program && has_program("google-java-format"))
    component.format.push_back({"google-java-format", "it is installed", "google-java-format --replace {files}", {".java"}});
}

Component java_component(const Tree& tree, const std::string& build, std::string package_manager, Evidence evidence) {
  Component component{.language = language_of(tree), .package_manager = std::move(package_manager)};
  component.evidence.push_back(std::move(evidence));
  component.runtime_version_wanted = wanted_version(build);
  find_framework(component, tree, build);
  component.needs.push_back(need_program("java", "Java", "openjdk-17-jdk-headless"));
  component.needs[0].hint = "install a JDK on the worker (apt-get install openjdk-17-jdk-headless), or set test_command";
  return component;
}

}  // namespace

std::optional<Component> detect_maven(const Tree& tree, const Programs& has_program) {
  if (!tree.has("pom.xml")) return std::nullopt;
  const auto build = build_text(tree, "pom.xml");
  auto component = java_component(tree, build, "maven", {"pom.xml", "is Maven's"});
  component.needs.push_back(need_program("mvn", "Maven", "maven"));
  auto& test = component.test;
  test.runner = "maven";
  test.reason = "pom.xml in the root: Maven, offline, all modules";
  test.command = "mvn -B -o -fae test";
  test.report_folder = "surefire-reports";
  test.some_files = test.command + " -Dtest={classes} -DfailIfNoTests=false -Dsurefire.failIfNoSpecifiedTests=false";
  test.one_case = test.command + " -Dtest={class_method} -DfailIfNoTests=false -Dsurefire.failIfNoSpecifiedTests=false";
  test.case_timeout = " -Dsurefire.timeout={seconds}";  // of the process that runs them: surefire knows no smaller limit
  const bool has_jacoco = mentions(build, "jacoco-maven-plugin"), has_checkstyle = mentions(build, "maven-checkstyle-plugin");
  component.coverage = Coverage{
      "jacoco", has_jacoco ? "mvn -B -o -fae test jacoco:report" : fmt::format("mvn -B -o -fae {0}:prepare-agent test {0}:report", kJacoco),
      "jacoco.xml", "jacoco"};
  if (has_checkstyle)
    component.lint.push_back(
        {"checkstyle", "pom.xml configures it", "mvn -B -o checkstyle:checkstyle", "checkstyle-result.xml", "checkstyle", {".java"}});
  add_java_format(component, has_program);
  add_maven_set_up(component, tree, has_jacoco, has_checkstyle);
  return component;
}

std::optional<Component> detect_gradle(const Tree& tree, const Programs& has_program) {
  const auto file = first_of(tree, {"build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"});
  if (file.empty()) return std::nullopt;
  const auto build = build_text(tree, "build.gradle");
  auto component = java_component(tree, build, "gradle", {file, "is Gradle's"});
  if (tree.has("gradle/wrapper/gradle-wrapper.properties"))
    component.notes.emplace_back("the wrapper would download a Gradle, and tests have no network: one that is installed is used");
  component.needs.push_back({"command -v gradle", "Gradle (the wrapper would download one, and tests have no network)",
                             "put a folder .../bin with gradle into ARGOSY_TEST_PATHS, or set test_command", "gradle"});
  auto& test = component.test;
  test.runner = "gradle";
  test.reason = "build.gradle in the root: Gradle, offline";
  test.command = "gradle --offline --no-daemon --continue test";
  test.report_folder = "test-results";
  test.some_files = test.command + " {gradle_tests}";
  test.one_case = test.command + " --tests {dotted}";
  auto& set_up = component.set_up;
  for (const auto& name : tree.files)
    if (ends_with_any(name, {".gradle", ".gradle.kts", "gradle.properties", "libs.versions.toml", "gradle.lockfile"}) &&
        set_up.key_files.size() < kMaxBuildFiles)
      set_up.key_files.push_back(name);
  set_up.commands = {"GRADLE_USER_HOME=\"$ARGOSY_CACHE_DIR/gradle\" gradle --no-daemon testClasses"};
  set_up.caches = {{"gradle", "gradle"}};
  set_up.registries = {"maven"};
  test.prepare =
      "if [ -d \"${ARGOSY_CACHE_DIR:-}/gradle/caches\" ]; then export GRADLE_RO_DEP_CACHE=\"$ARGOSY_CACHE_DIR/gradle/caches\"; fi";
  add_java_format(component, has_program);
  return component;
}

}  // namespace argosy::project
