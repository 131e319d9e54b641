// What a prompt template is filled with. A type of its own keeps apart who may tell a model what to do (our code, its configuration,
// whoever gave the task) and what it only is shown: files, issues, tool output, pages of the web. Values, any thread.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace argosy::llm {

// Said by us: stands in the prompt as it is. Whoever writes this word vouches for where the text comes from.
class Trusted {
 public:
  explicit Trusted(std::string text) : text_(std::move(text)) {}
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

inline constexpr std::size_t kUsualUntrusted = 100'000;  // bytes

// Said by anybody: shown between marks (untrusted.h), never as a part of what we say.
struct Untrusted {
  std::string source{};  // what it is and where it comes from, "file src/app.py"; may be anybody's words too
  std::string text{};
  std::size_t max_bytes = kUsualUntrusted;  // a longer one loses its middle
};

// By the names that a template gives them. Several untrusted texts under one name follow each other.
using Value = std::variant<Trusted, std::vector<Untrusted>>;
using Values = std::map<std::string, Value, std::less<>>;

}  // namespace argosy::llm
