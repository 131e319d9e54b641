// Frameworks by what is imported, and by what manifests require.
#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include "common/code/traits/parts.h"

namespace argosy::code::traits {
namespace {

struct Known {
  std::string_view name, kind;
  std::string_view module;    // as imports name it, with what stands below it
  std::string_view required;  // as manifests name it; empty: they do not
};

constexpr auto kKnown = std::to_array<Known>({
    {"Django", "web", "django", "Django"},
    {"Flask", "web", "flask", "Flask"},
    {"FastAPI", "web", "fastapi", "fastapi"},
    {"Starlette", "web", "starlette", "starlette"},
    {"aiohttp", "web", "aiohttp", "aiohttp"},
    {"Tornado", "web", "tornado", "tornado"},
    {"SQLAlchemy", "data", "sqlalchemy", "SQLAlchemy"},
    {"pydantic", "data", "pydantic", "pydantic"},
    {"NumPy", "data", "numpy", "numpy"},
    {"pandas", "data", "pandas", "pandas"},
    {"PyTorch", "data", "torch", "torch"},
    {"Celery", "concurrency", "celery", "celery"},
    {"Click", "command line", "click", "click"},
    {"argparse", "command line", "argparse", ""},
    {"pytest", "test", "pytest", "pytest"},
    {"unittest", "test", "unittest", ""},
    {"Hypothesis", "test", "hypothesis", "hypothesis"},
    {"React", "ui", "react", "react"},
    {"Vue", "ui", "vue", "vue"},
    {"Svelte", "ui", "svelte", "svelte"},
    {"Angular", "ui", "@angular/core", "@angular/core"},
    {"Next.js", "web", "next", "next"},
    {"Nuxt", "web", "nuxt", "nuxt"},
    {"Express", "web", "express", "express"},
    {"Koa", "web", "koa", "koa"},
    {"Fastify", "web", "fastify", "fastify"},
    {"NestJS", "web", "@nestjs/core", "@nestjs/core"},
    {"Jest", "test", "@jest/globals", "jest"},
    {"Vitest", "test", "vitest", "vitest"},
    {"Mocha", "test", "mocha", "mocha"},
    {"AVA", "test", "ava", "ava"},
    {"Playwright", "test", "@playwright/test", "@playwright/test"},
    {"node:test", "test", "node:test", ""},
    {"Gin", "web", "github.com/gin-gonic/gin", "github.com/gin-gonic/gin"},
    {"Echo", "web", "github.com/labstack/echo", "github.com/labstack/echo"},
    {"chi", "web", "github.com/go-chi/chi", "github.com/go-chi/chi"},
    {"gorilla/mux", "web", "github.com/gorilla/mux", "github.com/gorilla/mux"},
    {"net/http", "web", "net/http", ""},
    {"gRPC", "web", "google.golang.org/grpc", "google.golang.org/grpc"},
    {"Cobra", "command line", "github.com/spf13/cobra", "github.com/spf13/cobra"},
    {"testing", "test", "testing", ""},
    {"testify", "test", "github.com/stretchr/testify", "github.com/stretchr/testify"},
    {"Spring", "web", "org.springframework", "org.springframework"},
    {"Quarkus", "web", "io.quarkus", "io.quarkus"},
    {"Micronaut", "web", "io.micronaut", "io.micronaut"},
    {"Servlet", "web", "jakarta.servlet", "jakarta.servlet"},
    {"Hibernate", "data", "org.hibernate", "org.hibernate"},
    {"JUnit 5", "test", "org.junit.jupiter", "junit-jupiter"},
    {"JUnit 4", "test", "org.junit", ""},
    {"TestNG", "test", "org.testng", "testng"},
    {"Mockito", "test", "org.mockito", "mockito-core"},
    {"GoogleTest", "test", "gtest/gtest.h", "GTest"},
    {"Catch2", "test", "catch2", "Catch2"},
    {"doctest", "test", "doctest", "doctest"},
    {"Boost", "data", "boost", "Boost"},
    {"Qt", "ui", "QtCore", "Qt6"},
    {"Tokio", "concurrency", "tokio", "tokio"},
    {"Axum", "web", "axum", "axum"},
    {"Actix Web", "web", "actix_web", "actix-web"},
    {"Rocket", "web", "rocket", "rocket"},
    {"Serde", "data", "serde", "serde"},
    {"clap", "command line", "clap", "clap"},
    {"Criterion", "test", "criterion", "criterion"},
});

constexpr auto kManifests =
    std::to_array<std::string_view>({"package.json", "pyproject.toml", "requirements.txt", "requirements-dev.txt", "setup.py", "setup.cfg",
                                     "Pipfile", "go.mod", "pom.xml", "build.gradle", "build.gradle.kts", "Cargo.toml", "CMakeLists.txt"});
constexpr std::size_t kMostManifestFiles = 200;
constexpr std::size_t kMostManifestBytes = 512u << 10;

bool is_below(std::string_view name, std::string_view module) {
  if (!name.starts_with(module)) return false;
  return name.size() == module.size() || name[module.size()] == '/' || name[module.size()] == '.';
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '@' || c == '/'; }

char lowered(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

// As a word of its own, whatever its capitals; what stands below it in a path counts.
bool requires_it(std::string_view manifest, std::string_view name) {
  for (auto at = manifest.begin(); at != manifest.end();) {
    const auto found = std::ranges::search(std::ranges::subrange(at, manifest.end()), name, {}, lowered, lowered);
    if (found.empty()) return false;
    const bool begins = found.begin() == manifest.begin() || !is_word(found.begin()[-1]);
    const bool ends = found.end() == manifest.end() || !is_word(*found.end()) || *found.end() == '/';
    if (begins && ends) return true;
    at = found.begin() + 1;
  }
  return false;
}

std::vector<std::pair<std::string, std::string>> manifests(const SourceTree& tree, std::span<const std::string> paths) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const std::string& path : paths) {
    const auto name = std::string_view(path).substr(path.rfind('/') + 1);
    if (std::ranges::find(kManifests, name) == kManifests.end() || out.size() >= kMostManifestFiles) continue;
    auto text = tree.read(path);
    if (text && *text && (*text)->size() <= kMostManifestBytes) out.emplace_back(path, std::move(**text));
  }
  return out;
}

}  // namespace

std::vector<Framework> frameworks_of(const ImportGraph& imports, const SourceTree& tree, std::span<const std::string> paths) {
  const auto texts = manifests(tree, paths);
  std::vector<Framework> out;
  for (const Known& known : kKnown) {
    Framework framework{std::string(known.name), std::string(known.kind), {}};
    for (const auto& [path, text] : texts)
      if (!known.required.empty() && requires_it(text, known.required)) framework.evidence.push_back(path);
    for (const ExternalModule& external : imports.externals)
      if (is_below(external.name, known.module))
        framework.evidence.insert(framework.evidence.end(), external.files.begin(), external.files.end());
    if (framework.evidence.empty()) continue;
    if (framework.evidence.size() > kMostEvidence) framework.evidence.resize(kMostEvidence);
    out.push_back(std::move(framework));
  }
  std::ranges::sort(out, {}, [](const Framework& one) { return std::pair(one.kind, one.name); });
  return out;
}

}  // namespace argosy::code::traits
