// Models and rules for tests of routes, made of as little text as can be.
#pragma once

#include <gmock/gmock.h>

#include <string>

#include "common/llm/models/catalogue.h"
#include "common/llm/route/route.h"

namespace argosy::llm {

// One line of models.yaml each: able to do all but `less`, 100,000 tokens of context, 8,000 of output, dollars a million tokens.
inline std::string model_line(const std::string& name, const std::string& usd = "1",
                              const std::string& can = "tools, images, schema, thinking, stream", int context = 100'000) {
  const std::string price = usd.empty() ? "" : "usd_per_million_tokens: {input: " + usd + ", output: " + usd + "}, ";
  return "  - {name: " + name + ", api: ollama, base_url: \"http://127.0.0.1:1\", local: true, model: m-" + name + ", " + price +
         "context_tokens: " + std::to_string(context) + ", max_output_tokens: 8000, can: [" + can + "], image_tokens: 1000}\n";
}

inline Catalogue catalogue_of(const std::string& models, const std::string& routes = {}) {
  auto read = parse_models("models:\n" + models + (routes.empty() ? "" : "routes:\n" + routes), "models.yaml", {});
  EXPECT_TRUE(read) << read.error().message;
  return read.value_or(Catalogue());
}

inline std::vector<std::string> names(const std::vector<Candidate>& candidates) {
  std::vector<std::string> all;
  for (const auto& one : candidates) all.push_back(one.model);
  return all;
}

}  // namespace argosy::llm
