// models.yaml: the models that may be called. Read once at start, strictly: what nobody knows, and what is not as it has to be, is one line
// with file, line and column. Used by whoever calls models, and by the command line. Pure but for load_models(); any thread.
//
//   models:
//     - name: small                      # for routes and people; unique
//       api: openai-chat                 # openai-chat, openai-responses, anthropic, ollama
//       base_url: https://api.example.com/v1
//       model: example-small-1           # as the server calls it
//       key: {env: EXAMPLE_API_KEY}      # or {file: /run/secrets/example}; without it no key is sent
//       context_tokens: 128000
//       max_output_tokens: 16384
//       usd_per_million_tokens: {input: 0.15, cache_read: 0.075, output: 0.60}   # cache_write too, of anthropic always
//       limits: {requests_per_minute: 500, tokens_per_minute: 200000}
//       can: [tools, images, schema, thinking, stream]   # default: stream; [embedding] alone: no max_output_tokens, no price of output
//       image_tokens: 1600               # the most that one image is billed as; needed with images
//       tokenizer: o200k                 # whose tokens it counts, if known
//       edit_format: str-replace         # search-replace, udiff, apply-patch, whole; without it by what was measured, or its family
//     - name: here
//       api: ollama
//       base_url: http://127.0.0.1:11434
//       local: true                      # may be this machine or network, and plain http
//       ...
//   routes:                              # who is asked; without them every model that can, in the order of this file
//     - when:                            # all that stands here must fit; without it every call does
//         kind: [edit, review]           # intent, plan, edit, review, summary, commit_message, embedding
//         complexity: high               # low, normal, high
//         organisation: default          # or its id
//         repository: "acme/*"           # a name or a pattern
//       use: [big, small]                # these alone, each after the one before it failed; without it all models
//       prefer: price                    # of the call, or latency, or listed (default): as `use` or the file has them
//       max_usd_per_million_output: 20   # who costs more, or nobody knows what, is not asked
//       max_first_byte_ms: 3000          # who was slower lately is asked after the others
//       needs: [tools, images]           # also where the call itself does without
//       hedge_after_ms: 5000             # without an answer begun by then the next one is asked as well; both are paid. Default: never
//
// One rule decides, alone. Of those that fit, one that names the repository counts before one that does not, a name before a pattern;
// then one that names the organisation before one that does not; then the first in the file.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"
#include "common/llm/models/model.h"
#include "common/llm/route/rules.h"

namespace argosy::llm {

inline constexpr std::size_t kMaxModelsBytes = 1u << 20, kMaxModelsDepth = 6, kMaxModelsNodes = 20'000;
inline constexpr std::size_t kMaxKeyBytes = 8u << 10;

class Catalogue {
 public:
  Catalogue() = default;
  explicit Catalogue(std::vector<ModelEntry> models, Routes routes = {}) : models_(std::move(models)), routes_(std::move(routes)) {}

  const std::vector<ModelEntry>& models() const { return models_; }  // in the order of the file
  const Routes& routes() const { return routes_; }                   // likewise
  const ModelEntry* find(std::string_view name) const;               // lives as long as the catalogue
  // Error (B): model_unknown, with the nearest name.
  Result<const ModelEntry*> get(std::string_view name) const;

 private:
  std::vector<ModelEntry> models_;
  Routes routes_;
};

// Where keys come from. `variable`: nothing when there is none by that name. Empty: keys are left out.
struct KeySources {
  std::function<std::optional<std::string>(const std::string&)> variable;
  std::function<Result<std::string>(const std::string& path)> file;
  std::string only{};  // the one model whose key is needed; empty: all
};

// Error (B): models_invalid; the message begins with "NAME:LINE:COLUMN: ". A key that cannot be had is an error too. Keys are made known to
// the redactor.
Result<Catalogue> parse_models(std::string_view bytes, std::string_view name, const KeySources& keys);

// The file ARGOSY_MODELS; no path: an empty catalogue. Without keys for who calls nobody. Errors (B): models_invalid, models_unreadable.
enum class Keys { needed, left_out };
// `only`: of this model alone the key must be there.
Result<Catalogue> load_models(const std::string& path, Keys keys = Keys::needed, const std::string& only = {});

}  // namespace argosy::llm
