#include "tests/fuzz/targets/targets.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace argosy::fuzz {
namespace {

constexpr std::array kTargets{
    Target{"sse", "", sse},
    Target{"json-texts", "ollama", json_texts},
    Target{"arguments", "none", arguments},
    Target{"text-calls", "none", text_calls},
    Target{"openai-chat", "openai-chat", openai_chat},
    Target{"openai-responses", "openai-responses", openai_responses},
    Target{"anthropic", "anthropic", anthropic},
    Target{"ollama", "ollama", ollama},
};

}  // namespace

std::span<const Target> targets() { return kTargets; }

void promise(bool is_kept, std::string_view sentence) {
  if (is_kept) return;
  std::fprintf(stderr, "a promise is broken: %.*s\n", static_cast<int>(sentence.size()), sentence.data());
  std::abort();
}

std::span<const std::string_view> pieces(std::string_view bytes) {
  constexpr unsigned kMostPiece = 13;
  static std::vector<std::string_view> parts;
  parts.clear();
  for (unsigned last = 0; !bytes.empty();) {
    const auto piece = bytes.substr(0, 1 + last % kMostPiece);
    parts.push_back(piece);
    bytes.remove_prefix(piece.size());
    last = last * 31 + static_cast<unsigned char>(piece.back());
  }
  return parts;
}

}  // namespace argosy::fuzz
