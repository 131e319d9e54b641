// A model as models.yaml describes it: where it is, what it can do, how much it takes and costs. Values, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/core/text/usd.h"
#include "common/llm/api.h"

namespace argosy::llm {

// NanoUsd per million tokens, exactly as written.
struct Prices {
  NanoUsd input = 0, cache_read = 0, cache_write = 0, output = 0;
  bool operator==(const Prices&) const = default;
};

struct Abilities {
  bool tools = false, images = false, schema = false, thinking = false, stream = true;
  bool embedding = false;  // it turns texts into vectors, and answers nothing
};

struct ModelEntry {
  std::string name{};   // by which routes and people call it
  Endpoint endpoint{};  // with its key
  std::int64_t context_tokens = 0, max_output_tokens = 0;
  std::optional<Prices> prices{};  // nothing: not known, no call of it under a budget of money
  std::optional<std::int64_t> requests_per_minute{}, tokens_per_minute{};
  Abilities can{};
  bool local = false;             // may lie on this machine or network, and speak plain http
  std::string tokenizer{};        // whose tokens it counts; empty: not known
  std::int64_t image_tokens = 0;  // the most that one image is billed as; of those that take images
  std::string edit_format{};      // that it is told to edit in, as common/code/edits names it; empty: by what was measured
  int can_line = 0;               // of models.yaml: where `can` stands, else where the model begins
};

}  // namespace argosy::llm
