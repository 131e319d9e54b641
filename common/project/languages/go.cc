// Go modules: go test, with the toolchain that is there.
#include <fmt/format.h>

#include <algorithm>

#include "common/core/text.h"
#include "common/project/languages/language.h"
#include "common/project/text_tools.h"

namespace argosy::project {
namespace {

void add_set_up(Component& component, const Tree& tree) {
  auto& set_up = component.set_up;
  for (const char* file : {"go.mod", "go.sum"})
    if (tree.has(file)) set_up.key_files.emplace_back(file);
  if (tree.has("vendor/modules.txt") || !mentions(tree.read("go.mod"), "require")) return;
  set_up.commands = {"go mod download"};
  set_up.env = {
      {"GOMODCACHE", "$ARGOSY_CACHE_DIR/gomodcache"}, {"GOTOOLCHAIN", "local"}, {"GOFLAGS", "-modcacherw"}, {"GOTELEMETRY", "off"}};
  set_up.caches = {{"gomodcache", "gomodcache"}};
  set_up.registries = {"go"};
  component.test.prepare = "if [ -d \"${ARGOSY_CACHE_DIR:-}/gomodcache\" ]; then export GOMODCACHE=\"$ARGOSY_CACHE_DIR/gomodcache\"; fi";
}

void add_checks(Component& component, const Tree& tree, const Programs& has_program) {
  const auto config = first_of(tree, {".golangci.yml", ".golangci.yaml", ".golangci.toml", ".golangci.json"});
  if (has_program && has_program("golangci-lint")) {
    // Version 2 of its configuration came with version 2 of the program, and with another way to ask for a report.
    const bool second = config.empty() || mentions(tree.read(config), "version: \"2\"") || mentions(tree.read(config), "version: 2");
    component.lint.push_back({"golangci-lint",
                              config.empty() ? "it is installed" : fmt::format("{} configures it, and it is installed", config),
                              fmt::format("golangci-lint run --issues-exit-code=0 {}=\"$ARGOSY_REPORT_DIR/golangci.json\" ./...",
                                          second ? "--output.json.path" : "--out-format=json:"),
                              "golangci.json",
                              "golangci-json",
                              {".go"}});
  } else {
    if (!config.empty())
      component.notes.push_back(fmt::format("{} asks for golangci-lint, which is not installed: go vet takes its place", config));
    component.lint.push_back({"go vet",
                              "Go has it",
                              "go vet -json ./... >\"$ARGOSY_REPORT_DIR/govet.json\" 2>&1 || true",
                              "govet.json",
                              "go-vet-json",
                              {".go"}});
  }
  component.format.push_back({"gofmt", "Go has it", "gofmt -w {files}", {".go"}});
}

}  // namespace

std::optional<Component> detect_go(const Tree& tree, const Programs& has_program) {
  if (!tree.has("go.mod")) return std::nullopt;
  Component component{.language = "go", .package_manager = "go modules"};
  component.evidence.push_back({"go.mod", "is a Go module's"});
  const auto module = tree.read("go.mod");
  for (const auto line : text::lines(module))
    if (line.starts_with("go ")) component.runtime_version_wanted = first_version(line);
  if (!component.runtime_version_wanted.empty())
    component.evidence.push_back({"go.mod", fmt::format("asks for Go {}", component.runtime_version_wanted)});
  component.needs = {need_program("go", "Go", "golang-go")};
  const auto found = std::ranges::find_if(tree.files, [](const std::string& file) { return file.ends_with("_test.go"); });
  if (found != tree.files.end()) {
    component.evidence.push_back({*found, "holds tests"});
    component.framework = "go test";
    auto& test = component.test;
    test.runner = "go";
    test.reason = "go.mod in the root and _test.go files: go test -json";
    test.command = "go test -json ./...";
    // The toolchain that is there, nothing from the network; what a vendor folder holds wins over a module cache.
    test.env = {{"GOTOOLCHAIN", "local"}, {"GOPROXY", "off"}, {"GOSUMDB", "off"}, {"GOTELEMETRY", "off"}};
    if (!tree.has("vendor/modules.txt")) test.env["GOFLAGS"] = "-mod=mod";
    test.some_files = "go test -json {packages}";
    test.one_case = "go test -json -count=1 -run {anchored} {packages}";
    component.coverage = Coverage{"go test", "go test -json -coverprofile=\"$ARGOSY_REPORT_DIR/cover.out\" ./...", "cover.out", "go-cover"};
    test.case_timeout = " -timeout={seconds}s";  // of one package's tests: go knows no smaller limit
  }
  add_set_up(component, tree);
  add_checks(component, tree, has_program);
  return component;
}

}  // namespace argosy::project
