// Texts as vectors, so that what means the same lies near: for the semantic cache and for search. Layers stand on each other by this
// interface: one exchange over HTTP (http_embedder.h), whoever pays (paying_embedder.h). Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/llm/call/model.h"

namespace argosy::llm {

inline constexpr std::size_t kMaxEmbeddedTexts = 128, kMaxEmbeddedBytes = 1u << 20;  // of one call
inline constexpr std::size_t kMaxDimensions = 4096;

using Vector = std::vector<float>;  // of length 1: their inner product is their cosine

struct Embedding {
  std::vector<Vector> vectors{};  // one a text, in their order, all of the same size
  Usage usage{};
  std::optional<Fault> fault{};  // nothing: there is a vector for each
  bool may_be_billed = false;
};
using OnEmbedding = std::function<void(Embedding)>;
using Texts = std::shared_ptr<const std::vector<std::string>>;

class Embedder {
 public:
  virtual ~Embedder() = default;
  // Whose vectors these are: those of different makers are never compared.
  virtual const std::string& name() const = 0;
  // Calls `done` exactly once, as Model::start() does. Of the options counts what concerns any call: who pays, its stop, its time-outs.
  // Faults: refused_request for no text, too many, too large ones.
  virtual void start(Texts texts, CallOptions options, OnEmbedding done) = 0;

  // Waits for it; never on the thread of all streams. Errors: those of the faults.
  Result<std::vector<Vector>> embed(std::vector<std::string> texts, const CallOptions& options = {});
};

}  // namespace argosy::llm
